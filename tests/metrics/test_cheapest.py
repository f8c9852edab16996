"""The cheapest at a level: listed then, at a price of then, with an index of then."""

from decimal import Decimal

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.price_frames import Cheapest, PriceVintages
from schemas.windows import Window
from tasks.metrics.cheapest import NO_INDEX, NONE_REACHES, NOT_LISTED, cheapest_at
from tasks.metrics.prices import price_history
from tests.support.made_prices import Entry, june, vintages
from tests.support.made_usage import W24, W25, W26, few_examples

ENTRIES: list[Entry] = [("kai/one", 2, 2), ("kai/one:free", 0, 0), ("ada/pro", 10, 10), ("bob/fast", 1, 1)]
CHEAPER: list[Entry] = [("kai/one", 2, 2), ("ada/pro", 1, 1), ("eve/fin", 1, 1)]
INDICES = {"kai/one": 40.0, "ada/pro": 55.5, "eve/fin": 60.0}
READ = [june(10), june(20)]


def catalogue(indices: dict[str, float]) -> dy.DataFrame[PriceVintages]:
    """Two readings, on the Wednesday of W24 and on the Saturday of W25, with these indices."""
    made = vintages(zip(READ, [ENTRIES, CHEAPER], strict=True))
    stated = pl.col("canonical_slug").replace_strict(indices, default=None, return_dtype=pl.Float64)
    return PriceVintages.validate(made.with_columns(intelligence_index=stated))


def cheapest(level: float, *windows: Window, indices: dict[str, float] = INDICES) -> dy.DataFrame[Cheapest]:
    """The answer from those two readings."""
    known = catalogue(indices)
    return cheapest_at(known, price_history(known), windows, level=level)


def test_the_lowest_price_that_reaches_the_level() -> None:
    """Free twins do not count; of two at one price the better one is named."""
    found = cheapest(40, W24, W25).select("model", "price_usd_per_mtok", "candidates", "with_index", "listed")
    assert found.rows() == [("kai/one", Decimal(2), 2, 2, 3), ("eve/fin", Decimal(1), 3, 3, 3)]


@pytest.mark.parametrize(
    ("window", "level", "indices", "reason"),
    [
        (Window.parse("2026-W23"), 40, INDICES, NOT_LISTED),
        (W24, 40, {}, NO_INDEX),
        (W24, 56, INDICES, NONE_REACHES),
    ],
)
def test_none_says_why(window: Window, level: float, indices: dict[str, float], reason: str) -> None:
    """Without a catalogue of that time, an index in it, or a model that reaches the level, there is none."""
    row = cheapest(level, window, indices=indices).row(0, named=True)
    assert (row["model"], row["price_usd_per_mtok"], row["reason"]) == (None, None, reason)


@few_examples
@given(st.floats(0, 70), st.floats(0, 70))
def test_better_is_never_cheaper(one: float, other: float) -> None:
    """A higher level has at most as many candidates, and no lower price."""
    low, high = (cheapest(level, W24, W25, W26) for level in sorted((one, other)))
    assert (high["candidates"] <= low["candidates"]).all()
    assert (high["price_usd_per_mtok"] >= low["price_usd_per_mtok"]).fill_null(value=True).all()
