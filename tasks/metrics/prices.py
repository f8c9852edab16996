"""The dated history of list prices, and the one way in which usage gets a price.

A canonical slug is not unique in the catalogue: `:free` and other twins share it, at another price. So usage is
joined on (model, variant) = (canonical slug, variant), here and nowhere else; every figure about prices starts
from what these functions give.
"""

from decimal import Decimal
from typing import Final, Literal

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage
from schemas.price_frames import (
    LATER,
    LEFT,
    OBSERVED,
    PRICE_STATES,
    PricedUsage,
    PriceHistory,
    PriceVintages,
)
from tasks.metrics.windowed import result

_KEY: Final = ("canonical_slug", "variant")
_PROMPT: Final = "prompt_pusd_per_token"
_COMPLETION: Final = "completion_pusd_per_token"
_STATES: Final = pl.Enum(PRICE_STATES)

FOUR_BLENDED: Final = 3 * pl.col(_PROMPT).cast(pl.Int128) + pl.col(_COMPLETION).cast(pl.Int128)
"""Four times the blended price (pico-USD per token, Int128): an integer, which the blended price need not be."""
BLENDED_USD_PER_MTOK: Final = FOUR_BLENDED.cast(pl.Decimal(38, 0)) * pl.lit(Decimal("0.00000025"))
"""The blended price, exactly (Decimal, scale 8)."""


def price_history(vintages: dy.DataFrame[PriceVintages]) -> dy.DataFrame[PriceHistory]:
    """What changed in prices and listings, by slug and variant, oldest first.

    A price that falls from above 0 to 0/0 is a `glitch` until the catalogue says it again on a later UTC day:
    upstream has shown paid models at 0/0 for a day. `:free` variants are exempt. A price that was read in an hour
    for which the entry states a price of its own `is_conditional`: no change of the usual one. A change of
    anything else (a name, a benchmark, conditions) is no row.

    Args:
        vintages: what each vintage of the catalogue changed.
    """
    published = pl.struct(_PROMPT, _COMPLETION, "listed", "is_router", "is_conditional")
    price_before = FOUR_BLENDED.forward_fill().shift().over(_KEY)
    fell_to_zero = (pl.col("variant") != "free") & (FOUR_BLENDED == 0) & (price_before > 0)
    return (
        vintages.lazy()
        .sort(*_KEY, "snapshot_id")
        .filter(published.ne_missing(published.shift().over(_KEY)))
        .with_columns(glitch=(fell_to_zero & ~_confirmed()).fill_null(value=False))
        # What leaves is listed with its last price: if that was no price, it still is none.
        .with_columns(glitch=pl.when("listed").then("glitch").otherwise(pl.col("glitch").shift().over(_KEY)))
        .select(PriceHistory.column_names())
        .sort(*_KEY, "snapshot_id")
        .pipe(result, PriceHistory)
    )


def _confirmed() -> pl.Expr:
    """Whether a change still stood when the catalogue was read on a later day."""
    replaced_at = pl.col("known_at").shift(-1).over(_KEY)
    read_again_at = pl.col("read_again_at")
    return read_again_at.is_not_null() & (replaced_at.is_null() | (read_again_at < replaced_at))


def in_force(wanted: pl.LazyFrame, history: dy.DataFrame[PriceHistory]) -> pl.LazyFrame:
    """Rows with a `model` (without variant), a `variant` and a `day`, beside the price in force on that day.

    It is the last price seen by the end of the day; before the first that was ever seen, it is that one
    (`later`); once the model has left, the one it left with (`left`). Null prices stay null: a router has none.
    The price of certain hours is used only while no usual one was ever seen. No row is lost or doubled.

    Returns:
        The rows with prompt_pusd_per_token, completion_pusd_per_token, created_at, price_snapshot_id, price_state.
    """
    odd = pl.col("glitch") | pl.col("is_conditional")
    usable = pl.struct(_PROMPT, _COMPLETION, "created_at", price_snapshot_id="snapshot_id")
    known = (
        history.lazy()
        .sort(*_KEY, "snapshot_id")
        .with_columns(day=pl.col("known_at").dt.date(), price=pl.when(~odd).then(usable))
        .with_columns(
            pl.coalesce(pl.col("price").forward_fill().over(_KEY), pl.when(~pl.col("glitch")).then(usable))
        )
        .group_by(*_KEY, "day")
        .agg(pl.col("price", "listed").last())
        .sort("day")
    )
    since = known.with_columns(price_state=pl.when("listed").then(pl.lit(OBSERVED)).otherwise(pl.lit(LEFT)))
    first = known.unique(_KEY, keep="first", maintain_order=True)
    first = first.select(*_KEY, "day", first_price="price")
    later = pl.when(pl.col("first_price").is_not_null()).then(pl.lit(LATER))
    return (
        wanted.sort("day")
        .pipe(beside, since, "backward")
        .pipe(beside, first, "forward")
        .with_columns(
            price=pl.coalesce("price", "first_price"),
            price_state=pl.coalesce("price_state", later).cast(_STATES),
        )
        .drop("first_price", "listed")
        .unnest("price")
    )


def beside(
    wanted: pl.LazyFrame, known: pl.LazyFrame, strategy: Literal["backward", "forward"]
) -> pl.LazyFrame:
    """Each row beside the nearest known one of its model and variant; both are sorted by day."""
    return wanted.join_asof(
        known,
        on="day",
        by_left=["model", "variant"],
        by_right=list(_KEY),
        strategy=strategy,
        check_sortedness=False,  # polars cannot check it within groups, and warns
    )


def priced(
    usage: dy.DataFrame[AttributedUsage], history: dy.DataFrame[PriceHistory]
) -> dy.DataFrame[PricedUsage]:
    """Usage beside the list price in force on its day (see `in_force`); one row for each of `usage`, by day."""
    return in_force(usage.lazy(), history).pipe(result, PricedUsage)


def price_sources(usage: pl.DataFrame, history: dy.DataFrame[PriceHistory]) -> pl.Series:
    """The catalogue vintages (Int64) of which a price was in force, on days of `usage`, for something in it."""
    items = usage.lazy().select("model", "variant").unique()
    days = usage.lazy().select("day").unique()
    everything = in_force(items.join(days, how="cross"), history)
    return everything.select("price_snapshot_id").unique().drop_nulls().collect().to_series().sort()
