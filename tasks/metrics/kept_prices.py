"""The stored figures about prices, each put into the one shape of a point."""

from typing import Final

import polars as pl

from tasks.metrics.cheapest import cheapest_at
from tasks.metrics.price_index import price_index
from tasks.metrics.sources import OF_PAIR, PAIR, WHOLE, Kept, Sources, spelled
from tasks.metrics.weighted import price_ratios
from tasks.metrics.windowed import WINDOW, ratio

LEVEL: Final = 50.0
"""The benchmark index of the cheapest, as `show cheapest` has it by default."""


def _prices(given: Sources) -> pl.LazyFrame:
    extremes = ("prompt_usd_per_mtok", "completion_usd_per_mtok")
    return given.prices.lazy().select(
        *WINDOW,
        "subject",
        part="priced_tokens",
        whole="named_tokens",
        figure="weighted_usd_per_mtok",
        figure_low=pl.min_horizontal(*extremes),
        figure_high=pl.max_horizontal(*extremes),
        coverage="coverage",
        word="reason",
    )


def _dollar_shares(given: Sources) -> pl.LazyFrame:
    return given.prices.lazy().select(
        *WINDOW,
        "subject",
        part="priced_tokens",
        whole="named_tokens",
        figure="dollar_share",
        figure_low="dollar_share_low",
        figure_high="dollar_share_high",
        coverage="coverage",
        word="reason",
    )


def _price_ratio(given: Sources) -> pl.LazyFrame:
    found = price_ratios(given.prices, a=PAIR[0], b=PAIR[1]).lazy()
    lesser = pl.min_horizontal("a_coverage", "b_coverage")
    return found.select(*WINDOW, OF_PAIR, figure="ratio", coverage=lesser, word="reason")


def _price_link(given: Sources) -> pl.LazyFrame:
    found = price_index(given.grouped, given.history, given.windows).lazy()
    return found.select(
        *WINDOW,
        WHOLE,
        part="matched_tokens",
        whole="named_tokens",
        figure="fisher",
        figure_low=pl.min_horizontal("laspeyres", "paasche"),
        figure_high=pl.max_horizontal("laspeyres", "paasche"),
        coverage="coverage",
        word="reason",
    )


def _cheapest(given: Sources) -> pl.LazyFrame:
    found = cheapest_at(given.catalogue, given.history, given.windows, level=LEVEL).lazy()
    separator = pl.when(pl.col("variant") == "").then(pl.lit("")).otherwise(pl.lit(":"))
    return found.select(
        *WINDOW,
        WHOLE,
        part="candidates",
        whole="listed",
        figure=pl.col("price_usd_per_mtok").cast(pl.Float64),
        coverage=ratio(pl.col("with_index"), "listed"),
        word=pl.coalesce(pl.col("model") + separator + pl.col("variant"), "reason"),
    )


PRICE_LINKS: Final = spelled("price-link", basis="named", variants="apart")
KEPT_PRICES: Final = (
    Kept(spelled("prices", by="origin", basis="named"), _prices),
    Kept(spelled("dollar-share", by="origin", basis="named"), _dollar_shares),
    Kept(spelled("price-ratio", by="origin", basis="named", pair=",".join(PAIR)), _price_ratio),
    Kept(PRICE_LINKS, _price_link),
    Kept(spelled("cheapest", by="model", variants="apart", level=LEVEL), _cheapest),
)
"""Every figure about prices that is stored of a window, but for the index, which is folded over all of them."""
