"""What list prices did, told apart from what people moved to: a chained Fisher index."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.frames import TAIL
from schemas.price_frames import OBSERVED, PriceHistory, PriceIndex
from schemas.windows import Window
from tasks.metrics.grouped import Grouped, Tokens, grouped
from tasks.metrics.prices import FOUR_BLENDED, in_force
from tasks.metrics.windowed import WINDOW, exact_sum, predecessors, ratio, result

NO_POINT: Final = "the window before is incomplete or not recorded"
NOTHING_MATCHED: Final = "nothing with a list price of its own time is in both windows"
_PREVIOUS: Final = ("previous_start", "previous_end")
_ITEM: Final = ("model", "variant")


def price_index(
    usage: Tokens, history: dy.DataFrame[PriceHistory], windows: Sequence[Window]
) -> dy.DataFrame[PriceIndex]:
    """How much dearer the same models are than in the window before, and since the chain began; oldest first.

    Over the items (model and variant) with tokens in both windows, listed with a price on the last day of each
    (p blended, q tokens; 0 the window before, 1 this one):

        laspeyres = Σ p1·q0 / Σ p0·q0     paasche = Σ p1·q1 / Σ p0·q1     fisher = √(laspeyres · paasche)

    Prices that are carried back or outlived their listing are no observation, so they are left out. `windows`
    must hold the windows compared with; where there is none, or nothing to compare, the chain begins anew
    at 1. Source: I. Fisher, The Making of Index Numbers, 1922.
    """
    of_windows = grouped(usage, windows)
    items = _items(of_windows, history).collect().lazy()  # once, for all that is asked of it below
    matched = (
        items.join(predecessors(of_windows.windows).lazy(), on=WINDOW)
        .join(
            items.select(
                *_ITEM,
                previous_start="window_start",
                previous_end="window_end",
                q0="tokens",
                p0="price",
            ),
            on=[*_PREVIOUS, *_ITEM],
        )
        .drop_nulls(["price", "p0"])
        .group_by(WINDOW)
        .agg(
            items=pl.len().cast(pl.Int64),
            matched_tokens=exact_sum("tokens"),
            **{f"{p}{q}": (pl.col(p) * pl.col(q)).sum() for p in ("price", "p0") for q in ("q0", "tokens")},
        )
        .with_columns(
            laspeyres=ratio(pl.col("priceq0"), "p0q0"), paasche=ratio(pl.col("pricetokens"), "p0tokens")
        )
    )
    return (
        items.group_by(WINDOW)
        .agg(named_tokens=exact_sum("tokens"))
        .join(predecessors(of_windows.windows).lazy(), on=WINDOW)
        .join(matched, on=WINDOW, how="left")
        .with_columns(
            pl.col("items", "matched_tokens").fill_null(0),
            fisher=(pl.col("laspeyres") * pl.col("paasche")).sqrt(),
        )
        .with_columns(coverage=ratio(pl.col("matched_tokens"), "named_tokens"))
        .pipe(chained)
        .with_columns(reason=_reason())
        .pipe(result, PriceIndex)
    )


def _items(of_windows: Grouped, history: dy.DataFrame[PriceHistory]) -> pl.LazyFrame:
    """Tokens (Int128) of each named model and variant in each window, and four times its blended price at the end.

    The price (Int128) is null where none was listed then.
    """
    tokens = (
        of_windows.parts()
        .filter(pl.col("bucket") != TAIL, pl.col("tokens") > 0)
        .group_by(*WINDOW, *_ITEM)
        .agg(pl.col("tokens").cast(pl.Int128).sum())
        .with_columns(day="window_end")
    )
    listed = pl.col("price_state") == OBSERVED
    return in_force(tokens, history).with_columns(price=pl.when(listed).then(FOUR_BLENDED))


def _reason() -> pl.Expr:
    missing = pl.when(pl.col("previous_start").is_null()).then(pl.lit(NO_POINT))
    return pl.when(pl.col("fisher").is_null()).then(missing.otherwise(pl.lit(NOTHING_MATCHED)))


def chained(links: pl.LazyFrame) -> pl.LazyFrame:
    """Links (window_start, window_end, fisher) with `index`, their product since `base_start`.

    The chain begins anew at each window without a link.
    """
    fisher = pl.col("fisher")
    run = fisher.is_null().cum_sum()
    return (
        links.sort(WINDOW)
        .with_columns(run=run)
        .with_columns(
            index=fisher.fill_null(1.0).cum_prod().over("run"),
            base_start=pl.col("window_start").first().over("run"),
        )
    )
