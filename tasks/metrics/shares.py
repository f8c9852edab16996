"""Who carries how much of a window: shares with their bounds, and the buckets that add up to the total."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import By, Definition
from schemas.frames import BUCKETS, Buckets, Shares
from schemas.windows import Window
from tasks.metrics.bases import denominators, inside
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import (
    WINDOW,
    columns_of,
    exact_sum,
    largest_first,
    ratio,
    subject_tokens,
    window_frame,
)

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
    rows = grouped(usage, windows).tokens(definition.variants)
    return (
        inside(rows, definition.basis)
        .pipe(subject_tokens, definition.by)
        .join(denominators(rows, definition.basis), on=WINDOW)
        .with_columns(
            share=ratio(pl.col("tokens"), "basis_tokens"),
            high=ratio(pl.col("tokens") + pl.col(_possible(definition.by)), "basis_tokens"),
            conditional=pl.lit(definition.basis.conditional),
        )
        .with_columns(low="share")
        .pipe(largest_first)
        .select(columns_of(Shares))
        .collect()
        .pipe(Shares.validate)
    )


def _possible(by: By) -> str:
    return "unknown_tokens" if by in {"origin", "lab"} else "tail_tokens"


def buckets(usage: Tokens, windows: Sequence[Window]) -> dy.DataFrame[Buckets]:
    """Tokens of each of the five buckets in each window; a bucket that nothing fell into has 0.

    (That 0 is a count over a window received as a whole, not a missing value.)
    """
    of_windows = grouped(usage, windows)
    every = (
        window_frame(of_windows.windows)
        .lazy()
        .join(pl.LazyFrame({"bucket": BUCKETS}, schema={"bucket": pl.Enum(BUCKETS)}), how="cross")
    )
    tokens = of_windows.tokens().group_by(*WINDOW, "bucket").agg(exact_sum("tokens"))
    return (
        every.join(tokens, on=[*WINDOW, "bucket"], how="left")
        .with_columns(pl.col("tokens").fill_null(0))
        .with_columns(total_tokens=exact_sum("tokens").over(WINDOW))
        .sort(*WINDOW, "bucket")
        .collect()
        .pipe(Buckets.validate)
    )
