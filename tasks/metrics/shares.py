"""Who carries how much of a window: shares with their bounds, and the buckets that add up to the total."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import By, Definition
from schemas.frames import BUCKETS, Buckets, Shares
from schemas.windows import Window
from tasks.metrics.bases import inside
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import PLACE, exact_sum, largest_first, ratio, result, subject_tokens

_PLAIN = Definition()


def shares(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    definition: Definition = _PLAIN,
) -> dy.DataFrame[Shares]:
    """Tokens and share of each subject in each window, oldest window first, then largest first.

    `low = share = tokens / basis_tokens`, `high = (tokens + possible) / basis_tokens`, all inside the basis
    (docs/metrics.md, Bounds). `possible`, the tokens that could be the subject's too, are for

    * an origin or a lab: every unknown token, since a stealth model, a router's target, an unreviewed author
      and the tail may all be its own;
    * an author or a model: the tail alone, since everything else carries a name. (Of a model among the
      named, a variant or a day of absence may still be below the top 50.)
    """
    of_windows = grouped(usage, windows)
    rows = of_windows.rows(definition)
    return (
        inside(rows, definition.basis, PLACE)
        .pipe(subject_tokens, definition.by)
        .join(of_windows.denominators(definition.basis, definition.variants), on=PLACE)
        .with_columns(
            share=ratio(pl.col("tokens"), "basis_tokens"),
            high=ratio(pl.col("tokens") + pl.col(_possible(definition.by)), "basis_tokens"),
            conditional=pl.lit(definition.basis.conditional),
        )
        .with_columns(low="share")
        .pipe(largest_first)
        .pipe(of_windows.dated)
        .pipe(result, Shares)
    )


def _possible(by: By) -> str:
    return "unknown_tokens" if by in {"origin", "lab"} else "tail_tokens"


def buckets(usage: Tokens, windows: Sequence[Window]) -> dy.DataFrame[Buckets]:
    """Tokens of each of the five buckets in each window; a bucket that nothing fell into has 0.

    (That 0 is a count over a window received as a whole, not a missing value.)
    """
    of_windows = grouped(usage, windows)
    every = pl.LazyFrame({"bucket": BUCKETS}, schema={"bucket": pl.Enum(BUCKETS)}).join(
        pl.LazyFrame({"window": range(len(of_windows.windows))}, schema={"window": pl.UInt32}), how="cross"
    )
    tokens = of_windows.rows(_PLAIN).group_by(*PLACE, "bucket").agg(exact_sum("tokens"))
    return (
        every.join(tokens, on=[*PLACE, "bucket"], how="left")
        .with_columns(pl.col("tokens").fill_null(0))
        .with_columns(total_tokens=exact_sum("tokens").over(PLACE))
        .sort(*PLACE, "bucket")
        .pipe(of_windows.dated)
        .pipe(result, Buckets)
    )
