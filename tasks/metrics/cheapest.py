"""The lowest list price of a model that is at least so good, as the catalogue itself states it."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.price_frames import OBSERVED, Cheapest, PriceHistory, PriceVintages
from schemas.windows import Window
from tasks.metrics.prices import BLENDED_USD_PER_MTOK, FOUR_BLENDED, beside, in_force
from tasks.metrics.windowed import WINDOW, result, window_frame

NOT_LISTED: Final = "no catalogue of that time is recorded, or it lists nothing at a price"
NO_INDEX: Final = "the catalogue of that time states no benchmark index"
NONE_REACHES: Final = "no priced model reaches the level"
_ITEM: Final = ("model", "variant")


def cheapest_at(
    vintages: dy.DataFrame[PriceVintages],
    history: dy.DataFrame[PriceHistory],
    windows: Sequence[Window],
    *,
    level: float,
) -> dy.DataFrame[Cheapest]:
    """The lowest blended list price above 0 among entries with an index of at least `level`; oldest first.

    Prices, listings and indices are those of the last day of each window; of equal prices the higher index
    comes first, then the name. One row a window, null with the reason where there is none. The index is the
    Artificial Analysis Intelligence Index, which is rebased from time to time: compare neighbouring windows.
    """
    ends = window_frame(sorted(set(windows), key=lambda window: (window.start, window.end))).lazy()
    listed = listed_at(vintages, history, ends).filter(FOUR_BLENDED > 0)
    found = listed.collect().lazy()  # once, for both that is asked of it below
    has_index = pl.col("intelligence_index").is_not_null()
    reaches = pl.col("intelligence_index") >= level
    counts = found.group_by(WINDOW).agg(
        listed=pl.len().cast(pl.Int64),
        with_index=has_index.sum().cast(pl.Int64),
        candidates=reaches.sum().cast(pl.Int64),
    )
    best = (
        found.filter(reaches)
        .sort("price_usd_per_mtok", "intelligence_index", *_ITEM, descending=[False, True, False, False])
        .group_by(WINDOW)
        .first()
        .select(*WINDOW, *_ITEM, "intelligence_index", "price_usd_per_mtok")
    )
    return (
        ends.join(counts, on=WINDOW, how="left")
        .join(best, on=WINDOW, how="left")
        .with_columns(
            pl.col("listed", "with_index", "candidates").fill_null(0), level=pl.lit(level, pl.Float64)
        )
        .with_columns(reason=_reason())
        .sort(WINDOW)
        .pipe(result, Cheapest)
    )


def listed_at(
    vintages: dy.DataFrame[PriceVintages], history: dy.DataFrame[PriceHistory], ends: pl.LazyFrame
) -> pl.LazyFrame:
    """Every entry that is listed at the end of each window, with its price in force and its index at that time.

    Returns:
        window_start, window_end, model, variant, prompt_pusd_per_token, completion_pusd_per_token (Int64; null: a
        router), price_usd_per_mtok (Decimal, blended), intelligence_index (Float64) and what `in_force` has besides.
    """
    items = vintages.lazy().select(model="canonical_slug", variant="variant").unique()
    stated = (
        vintages.lazy()
        .sort("snapshot_id")
        .group_by("canonical_slug", "variant", pl.col("known_at").dt.date().alias("day"), maintain_order=True)
        .agg(pl.col("intelligence_index").last())
        .sort("day")
    )
    return (
        in_force(ends.with_columns(day="window_end").join(items, how="cross"), history)
        .filter(pl.col("price_state") == OBSERVED)
        .with_columns(price_usd_per_mtok=BLENDED_USD_PER_MTOK)
        .pipe(beside, stated, "backward")
    )


def _reason() -> pl.Expr:
    return (
        pl.when(pl.col("listed") == 0)
        .then(pl.lit(NOT_LISTED))
        .when(pl.col("with_index") == 0)
        .then(pl.lit(NO_INDEX))
        .when(pl.col("candidates") == 0)
        .then(pl.lit(NONE_REACHES))
    )
