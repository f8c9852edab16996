"""What the tokens of a subject cost by list price, how much of them that is known of, and who costs how much."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import TAIL
from schemas.price_frames import ALL, LATER, PricedUsage, PriceRatios, WeightedPrices
from schemas.windows import Window
from tasks.metrics.prices import FOUR_BLENDED
from tasks.metrics.windowed import (
    WINDOW,
    exact_sum,
    model_name,
    only_origin,
    ratio,
    received,
    result,
    subject_of,
    window_days,
)

NOTHING_PRICED: Final = "none of the tokens has a known list price above 0"
_PUSD_PER_TOKEN_IN_USD_PER_MTOK: Final = 1_000_000
_USD_PER_QUARTER_PUSD: Final = Decimal("0.00000000000025")


def weighted_prices(
    usage: dy.DataFrame[PricedUsage],
    windows: Sequence[Window],
    *,
    by: By = "origin",
    variants: Variants = "merged",
) -> dy.DataFrame[WeightedPrices]:
    """Token-weighted list prices, oldest window first, `ALL` first in it, then the most expensive in total.

    With P = Σ tokens · prompt price and C = Σ tokens · completion price over the priced rows of a subject:
    weighted = (3P + C) / (4 · priced_tokens), exact until that division. `dollar_share` is (3P + C) over that
    of `ALL`; its range is P over P and C over C, since nobody publishes how many tokens were read and how
    many written (docs/metrics.md, Prices). Where nothing is priced and something is not free, dollars are null.
    Prices are those of each row's own day and variant.
    """
    kinds = _kinds(
        usage.lazy()
        .filter(pl.col("bucket") != TAIL)
        .join(window_days(received(usage, windows)).lazy(), on="day")
        .with_columns(model=model_name(variants))
        .with_columns(subject=subject_of(by))
    )
    everything = kinds.with_columns(subject=pl.lit(ALL), origin=pl.lit(None, pl.String))
    each = kinds.drop_nulls("subject")
    of_all = pl.col("subject") == ALL
    return (
        pl.concat([everything, each])
        .group_by(*WINDOW, "subject")
        .agg(*_sums(), origin=only_origin())
        .with_columns(
            quarters=3 * pl.col("prompt_sum") + pl.col("completion_sum"),
            unpriced_tokens=pl.col("named_tokens") - pl.col("priced_tokens") - pl.col("free_tokens"),
        )
        .with_columns(*_prices(), *_dollars(of_all))
        .sort(*WINDOW, of_all, "quarters", "subject", descending=[False, False, True, True, False])
        .pipe(result, WeightedPrices)
    )


def price_ratios(prices: dy.DataFrame[WeightedPrices], *, a: str, b: str) -> dy.DataFrame[PriceRatios]:
    """The weighted price of subject `a` over that of `b` in each window of `prices`, oldest first."""
    side = ("weighted_usd_per_mtok", "coverage")
    of_a, of_b = (
        prices.lazy()
        .filter(pl.col("subject") == subject)
        .select(*WINDOW, *(pl.col(name).alias(f"{letter}_{name.removeprefix('weighted_')}") for name in side))
        for letter, subject in (("a", a), ("b", b))
    )
    below = pl.col("b_usd_per_mtok")
    unknown = [
        pl.when(pl.col(f"{letter}_usd_per_mtok").is_null()).then(
            pl.format("{} has no known price", pl.lit(name))
        )
        for letter, name in (("a", a), ("b", b))
    ]
    return (
        prices.lazy()
        .select(WINDOW)
        .unique()
        .join(of_a, on=WINDOW, how="left")
        .join(of_b, on=WINDOW, how="left")
        .with_columns(
            a=pl.lit(a),
            b=pl.lit(b),
            ratio=pl.when(below > 0).then(pl.col("a_usd_per_mtok") / below),
            reason=pl.coalesce(*unknown),
        )
        .sort(WINDOW)
        .pipe(result, PriceRatios)
    )


_TOTALS: Final = ("prompt_sum", "completion_sum")


def _kinds(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of one subject and origin that are paid, free or neither, summed in one go before anything is filtered."""
    paid = (FOUR_BLENDED > 0).fill_null(value=False)
    free = ~paid & ((pl.col("variant") == "free") | (FOUR_BLENDED == 0).fill_null(value=False))
    carried = (pl.col("price_state") == LATER).fill_null(value=False)
    tokens = pl.col("tokens").cast(pl.Int128)
    prices = ("prompt_pusd_per_token", "completion_pusd_per_token")
    return rows.group_by(*WINDOW, "subject", "origin", paid=paid, free=free, carried=carried).agg(
        exact_sum("tokens"),
        *((tokens * pl.col(price)).sum().alias(total) for price, total in zip(prices, _TOTALS, strict=True)),
    )


def _sums() -> list[pl.Expr]:
    """Exact sums over the kinds of a subject: tokens (Int64), and tokens times price (Int128)."""
    paid = pl.col("paid")
    return [
        exact_sum("tokens").alias("named_tokens"),
        exact_sum("tokens", where=paid).alias("priced_tokens"),
        exact_sum("tokens", where=pl.col("free")).alias("free_tokens"),
        exact_sum("tokens", where=paid & pl.col("carried")).alias("carried_tokens"),
        *(pl.col(total).filter(paid).sum() for total in _TOTALS),
    ]


def _prices() -> list[pl.Expr]:
    priced = pl.col("priced_tokens")
    usd = {"prompt": "prompt_sum", "completion": "completion_sum"}
    return [
        ratio(priced, "named_tokens").alias("coverage"),
        pl.when(priced > 0)
        .then(pl.col("quarters") / (4 * _PUSD_PER_TOKEN_IN_USD_PER_MTOK * priced.cast(pl.Int128)))
        .alias("weighted_usd_per_mtok"),
        *(
            pl.when(priced > 0)
            .then(pl.col(total) / (_PUSD_PER_TOKEN_IN_USD_PER_MTOK * priced.cast(pl.Int128)))
            .alias(f"{name}_usd_per_mtok")
            for name, total in usd.items()
        ),
        pl.when(priced == 0).then(pl.lit(NOTHING_PRICED)).alias("reason"),
    ]


def _dollars(of_all: pl.Expr) -> list[pl.Expr]:
    def share(column: str) -> pl.Expr:
        whole = pl.col(column).filter(of_all).first().over(WINDOW)
        return pl.when(whole > 0, is_known).then(pl.col(column) / whole)

    # What is free costs nothing; what nobody knows the price of does not.
    is_known = (pl.col("priced_tokens") > 0) | (pl.col("unpriced_tokens") == 0)
    list_usd = pl.col("quarters").cast(pl.Decimal(38, 0)) * pl.lit(_USD_PER_QUARTER_PUSD)
    extremes = share("prompt_sum"), share("completion_sum")
    return [
        pl.when(is_known).then(list_usd).alias("list_usd"),
        share("quarters").alias("dollar_share"),
        pl.min_horizontal(*extremes).alias("dollar_share_low"),
        pl.max_horizontal(*extremes).alias("dollar_share_high"),
    ]
