"""Who is ahead of whom, whether that is certain, and when it changed."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import ALL_TOKENS, Basis, Definition, Variants
from schemas.frames import Crossings, Leads
from schemas.windows import Window
from tasks.metrics.bases import inside
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import PLACE, WINDOW, exact_sum, ratio, result


def leads(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    a: str,
    b: str,
    basis: Basis = ALL_TOKENS,
    variants: Variants = "merged",
) -> dy.DataFrame[Leads]:
    """Share of origin `a` minus share of origin `b` in each window, oldest first.

    `low` and `high` deal every unknown token of the basis to `b`, or to `a`. The leader is `decided` iff
    it has more tokens than the other and all unknown tokens together (docs/metrics.md, Bounds). On the
    conditional bases, which leave the unknown tokens out, those of the whole window are dealt out instead:
    what nobody knows does not become certain by not being counted. `variants` matters to `top:N` alone.
    """
    of_windows = grouped(usage, windows)
    rows = of_windows.rows(Definition("origin", basis, variants))
    counted = (
        inside(rows, basis, PLACE)
        .group_by(*PLACE)
        .agg(
            a_tokens=exact_sum("tokens", where=pl.col("origin") == a),
            b_tokens=exact_sum("tokens", where=pl.col("origin") == b),
        )
    )
    everywhere = of_windows.denominators(ALL_TOKENS).select(*PLACE, unknown_anywhere="unknown_tokens")
    difference = pl.col("a_tokens") - pl.col("b_tokens")
    unknown = pl.col("unknown_tokens")
    to_deal_out = pl.col("unknown_anywhere") if basis.conditional else unknown
    return (
        of_windows.denominators(basis, variants)
        .join(everywhere, on=PLACE)
        .join(counted, on=PLACE, how="left")
        .with_columns(pl.col("a_tokens", "b_tokens").fill_null(0))
        .with_columns(
            a=pl.lit(a),
            b=pl.lit(b),
            lead=ratio(difference, "basis_tokens"),
            low=ratio(difference - unknown, "basis_tokens"),
            high=ratio(difference + unknown, "basis_tokens"),
            conditional=pl.lit(basis.conditional),
            leader=pl.when(difference > 0).then(pl.lit(a)).when(difference < 0).then(pl.lit(b)),
            decided=difference.abs() > to_deal_out,
        )
        .sort(PLACE)
        .pipe(of_windows.dated)
        .pipe(result, Leads)
    )


def crossings(leads: dy.DataFrame[Leads]) -> dy.DataFrame[Crossings]:
    """The windows of one pair's `leads` in which somebody else led than in the last window with a leader.

    A tie has no leader: it neither is a crossing nor hides one. Who led first of all crossed nobody.
    `missing_before` is the number of days between the two windows over the length of the longer one, rounded
    because months and quarters have unequal lengths, less the windows in between that have a point (ties).
    """
    tied_before = pl.col("leader").is_null().cum_sum()
    length = (
        pl.max_horizontal(_days("window_start", "window_end"), _days("previous_start", "previous_end")) + 1
    )
    between = _days("previous_end", "window_start") - 1
    return (
        leads.lazy()
        .sort(WINDOW)
        .with_columns(tied_before=tied_before)
        .drop_nulls("leader")
        .with_columns(
            previous_leader=pl.col("leader").shift(),
            previous_start=pl.col("window_start").shift(),
            previous_end=pl.col("window_end").shift(),
            tied=pl.col("tied_before").diff().cast(pl.Int64),
            first=pl.col("leader").is_first_distinct(),
        )
        .filter(pl.col("leader") != pl.col("previous_leader"))
        .with_columns(missing_before=(between / length).round().cast(pl.Int64) - pl.col("tied"))
        .with_columns(pl.col("missing_before").clip(0))
        .pipe(result, Crossings)
    )


def _days(first: str, last: str) -> pl.Expr:
    return (pl.col(last) - pl.col(first)).dt.total_days()
