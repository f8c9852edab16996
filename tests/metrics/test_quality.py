"""Quality: the index of what people use and of the best on offer, as dated, by model and variant."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import By
from schemas.model_frames import Quality
from schemas.price_frames import ALL, PriceVintages
from schemas.windows import Window
from tasks.metrics.attribution import attribute
from tasks.metrics.quality import NO_INDEX, index_sources, offered, quality
from tests.support.made_prices import Reading, june, vintages
from tests.support.made_usage import (
    AS_OF,
    ATTRIBUTIONS,
    HUGE,
    LABS,
    W24,
    W25,
    W26,
    attributed,
    few_examples,
    spread,
    two_weeks,
)

Rows = list[tuple[date, str, int]]
Index = Mapping[tuple[str, int], float]
"""Index by slug with variant, and number of the reading that states it."""

READINGS: Sequence[Reading] = [
    (
        june(10),
        [("kai/one", 1, 1), ("kai/one:free", 0, 0), ("ada/pro", 9, 9), ("openrouter/auto", None, None)],
    ),
    (june(20), [("kai/one", 2, 2), ("kai/one:free", 0, 0), ("ada/pro", 8, 8), ("qin/big", 5, 5)]),
]
"""Of the Wednesday of W24 and the Saturday of W25: the router leaves, `qin/big` comes."""
INDICES: Index = {("kai/one", 1): 40.5, ("kai/one", 2): 41.0, ("ada/pro", 2): 56.0, ("qin/big", 2): 44.0}
WEEK = {"kai/one": 30, "kai/one:free": 10, "qin/big": 20, "ada/pro": 10, "bob/fast": 10, "other": 20}


def catalogue(
    indices: Index = INDICES, readings: Sequence[Reading] = READINGS
) -> dy.DataFrame[PriceVintages]:
    """The readings, each stating the indices that it is said to state."""
    made = vintages(readings)
    names = made["canonical_slug"] + pl.Series([":" + each if each else "" for each in made["variant"]])
    stated = [indices.get(key) for key in zip(names, made["snapshot_id"], strict=True)]
    return PriceVintages.validate(made.with_columns(intelligence_index=pl.Series(stated, dtype=pl.Float64)))


def found(
    rows: Rows, *windows: Window, by: By = "origin", known: dy.DataFrame[PriceVintages] | None = None
) -> dy.DataFrame[Quality]:
    """Quality from usage and a catalogue, both attributed as known at the usual standpoint."""
    stated = catalogue() if known is None else known
    offer = attribute(offered(stated, windows), LABS, ATTRIBUTIONS, as_of=AS_OF)
    return quality(attributed(rows), offer, stated, windows, by=by)


def test_a_week_by_hand() -> None:
    """Weighted over what has an index, with coverage; a free twin without one borrows none from its model."""
    columns = [
        "subject",
        "named_tokens",
        "indexed_tokens",
        "coverage",
        "weighted_index",
        "best_index",
        "best_model",
    ]
    assert found(spread(W25, WEEK), W25).select(columns).rows() == [
        (ALL, 80, 60, 0.75, (30 * 41 + 20 * 44 + 10 * 56) / 60, 56.0, "ada/pro"),
        ("CN", 60, 50, 50 / 60, (30 * 41 + 20 * 44) / 50, 44.0, "qin/big"),
        ("US", 20, 10, 0.5, 56.0, 56.0, "ada/pro"),
    ]


def test_an_index_is_that_of_the_time() -> None:
    """What was stated by the end of the window; else what was stated first after it, and it is said so."""
    row = found(spread(W24, WEEK), W24).row(by_predicate=pl.col("subject") == "CN", named=True)
    assert (row["weighted_index"], row["carried_tokens"]) == ((30 * 40.5 + 20 * 44) / 50, 20)
    american = found(spread(W24, WEEK), W24).row(by_predicate=pl.col("subject") == "US", named=True)
    assert (american["best_index"], american["best_is_carried"]) == (56.0, True)


def test_on_offer_is_what_is_listed_at_the_end() -> None:
    """What left before is not on offer; what was read only later is, from the day on which it came."""
    slugs = {window: offered(catalogue(), [window])["permaslug"].to_list() for window in (W24, W25)}
    assert slugs[W25] == ["ada/pro", "kai/one", "kai/one:free", "qin/big"]
    assert slugs[W24] == ["ada/pro", "kai/one", "kai/one:free", "openrouter/auto", "qin/big"]
    came = pl.when(pl.col("canonical_slug") == "qin/big").then(int(june(19).timestamp()))
    came_later = catalogue().with_columns(created_at=came.otherwise("created_at"))
    assert "qin/big" not in offered(PriceVintages.validate(came_later), [W24])["permaslug"].to_list()


def test_a_router_is_not_on_offer() -> None:
    """It is no model: of everything, four entries are counted in W24, of which three have an index."""
    everything = found(spread(W24, WEEK), W24).row(by_predicate=pl.col("subject") == ALL, named=True)
    assert (everything["offered"], everything["offered_with_index"]) == (4, 3)


def test_without_an_index_there_is_none() -> None:
    """Null with the reason, and no best; without rows an empty frame of the right shape."""
    row = found(spread(W25, WEEK), W25, known=catalogue({})).row(0, named=True)
    assert (row["weighted_index"], row["best_index"], row["reason"]) == (None, None, NO_INDEX)
    assert (row["best_model"], row["best_is_carried"], row["offered_with_index"]) == (None, None, 0)
    assert found([], W25).schema == Quality.create_empty().schema


def test_the_sources_are_those_that_state_an_index_in_force() -> None:
    """W24 rests on the first reading and, for what it did not state, on the second; W26 on the second."""
    assert index_sources(catalogue(), [W24]).to_list() == [1, 2]
    assert index_sources(catalogue(), [W26]).to_list() == [2]


def test_sums_are_exact() -> None:
    """Tokens that no float holds are weighted to the last one."""
    rows = spread(W25, {"kai/one": HUGE + 1, "ada/pro": 1})
    everything = found(rows, W25).row(0, named=True)
    assert everything["indexed_tokens"] == HUGE + 2
    assert everything["weighted_index"] == pytest.approx(float(Fraction(41 * (HUGE + 1) + 56, HUGE + 2)))


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]))
def test_a_mean_lies_between_its_parts(rows: Rows, by: By) -> None:
    """No subject uses better than the best index stated, coverage is a part, and parts are within the whole."""
    every = found(rows, W24, W25, by=by)
    assert (every["weighted_index"].drop_nulls() >= 40.5).all()
    assert (every["weighted_index"].drop_nulls() <= 56).all()
    assert (every["carried_tokens"] <= every["indexed_tokens"]).all()
    whole = dict(every.filter(subject=ALL).select("window_start", "best_index").rows())
    assert all(
        best is None or best <= whole[start]
        for start, best in every.select("window_start", "best_index").rows()
    )
