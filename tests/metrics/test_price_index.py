"""The price index: what prices did, whatever people moved to."""

import math
from datetime import date
from fractions import Fraction

import dataframely as dy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.price_frames import PriceHistory, PriceIndex
from tasks.metrics.price_index import NO_POINT, NOTHING_MATCHED, price_index
from tests.support.made_prices import Entry, history, june
from tests.support.made_usage import W24, W25, W26, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]
OLD: list[Entry] = [("kai/one", 2, 2), ("kai/one:free", 0, 0), ("ada/pro", 10, 10), ("bob/fast", 1, 1)]
NEW: list[Entry] = [("kai/one", 1, 1), ("kai/one:free", 0, 0), ("ada/pro", 12, 12), ("eve/fin", 5, 5)]
PRICES = history((june(8), OLD), (june(20), NEW))
"""The Monday of W24, and the Saturday of W25."""
TWO_WEEKS = [
    *spread(W24, {"kai/one": 10, "ada/pro": 10, "bob/fast": 50, "other": 5}),
    *spread(W25, {"kai/one": 40, "ada/pro": 5, "eve/fin": 50, "other": 5}),
]


def test_two_weeks_by_hand() -> None:
    """Only what is listed in both weeks is compared: by the tokens of the one, of the other, and in between."""
    first, second = price_index(attributed(TWO_WEEKS), PRICES, [W24, W25]).to_dicts()
    assert (first["index"], first["fisher"], first["reason"]) == (1.0, None, NO_POINT)
    laspeyres, paasche = (1 * 10 + 12 * 10) / (2 * 10 + 10 * 10), (1 * 40 + 12 * 5) / (2 * 40 + 10 * 5)
    assert (second["laspeyres"], second["paasche"]) == (laspeyres, paasche)
    assert second["index"] == second["fisher"] == math.sqrt(laspeyres * paasche)
    assert (second["items"], second["matched_tokens"], second["coverage"]) == (2, 45, 45 / 95)
    assert second["base_start"] == W24.start


def test_the_chain_goes_on() -> None:
    """A week without a change of price leaves the index where it was."""
    usage = attributed([*TWO_WEEKS, *spread(W26, {"ada/pro": 7, "eve/fin": 1})])
    found = price_index(usage, PRICES, [W24, W25, W26])
    assert found["fisher"][2] == 1.0
    assert found["index"][2] == found["index"][1]


def test_the_chain_breaks_where_a_window_has_no_point() -> None:
    """After a gap it begins anew at 1, and says why."""
    usage = attributed([*spread(W24, {"kai/one": 1}), *spread(W26, {"kai/one": 1})])
    last = price_index(usage, PRICES, [W24, W26]).row(1, named=True)
    assert (last["index"], last["base_start"], last["reason"]) == (1.0, W26.start, NO_POINT)


@pytest.mark.parametrize(
    "prices",
    [
        PriceHistory.create_empty(),
        history((june(17), OLD)),  # W24 has carried prices only
        history((june(8), OLD), (june(18), [("zoe/new", 1, 1)])),  # all have left by the end of W25
    ],
)
def test_only_prices_of_their_own_time_are_compared(prices: dy.DataFrame[PriceHistory]) -> None:
    """Prices that are carried back, or outlived their listing, would fake that nothing changed."""
    found = price_index(attributed(TWO_WEEKS), prices, [W24, W25])
    assert found["reason"].to_list() == [NO_POINT, NOTHING_MATCHED]
    assert found["matched_tokens"].to_list() == [0, 0]


def test_nothing_in_nothing_out() -> None:
    """Without rows there is an empty frame of the right shape."""
    found = price_index(attributed([]), PRICES, [W24])
    assert (found.is_empty(), found.schema) == (True, PriceIndex.create_empty().schema)


@few_examples
@given(two_weeks, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=4))
def test_unchanged_prices_are_exactly_one(rows: Rows, made: list[tuple[int, int]]) -> None:
    """However the tokens move, an index of prices that stand still is 1."""
    entries = [
        (slug, *price) for slug, price in zip(("kai/one", "kai/two", "qin/big", "ada/pro"), made, strict=True)
    ]
    found = price_index(attributed(rows), history((june(1), entries)), [W24, W25])
    assert set(found["index"]) <= {1.0}


@few_examples
@given(two_weeks, st.integers(1, 9))
def test_prices_that_move_together_are_the_index(rows: Rows, times: int) -> None:
    """If every price becomes so many times what it was, so does the index."""
    slugs = ("kai/one", "kai/two", "qin/big", "ada/pro")
    prices = history(
        (june(8), [(slug, 1, 3) for slug in slugs]), (june(16), [(slug, times, 3 * times) for slug in slugs])
    )
    found = price_index(attributed(rows), prices, [W24, W25])
    assert set(found["fisher"].drop_nulls()) <= {float(times)}


price_lists = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=4)


@few_examples
@given(two_weeks, price_lists, price_lists)
def test_against_fractions(rows: Rows, old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """Both halves of the index are what plain fractions give over what was listed and used in both weeks."""
    slugs = ("kai/one", "kai/two", "qin/big", "ada/pro")
    found = price_index(
        attributed(rows),
        history(
            (june(8), [(slug, *price) for slug, price in zip(slugs, old, strict=True)]),
            (june(16), [(slug, *price) for slug, price in zip(slugs, new, strict=True)]),
            (june(17), [(slug, *price) for slug, price in zip(slugs, new, strict=True)]),
        ),
        [W24, W25],
    )
    if found.height < 2:
        return  # a week without a named token
    sums = dict.fromkeys(("p0q0", "p0q1", "p1q0", "p1q1"), Fraction(0))
    for slug, before, after in zip(slugs, old, new, strict=True):
        q0, q1 = (sum(n for day, name, n in rows if name == slug and day in week.days) for week in (W24, W25))
        if q0 and q1:
            p0, p1 = (Fraction(3 * prompt + completion, 4) for prompt, completion in (before, after))
            for name, product in {"p0q0": p0 * q0, "p0q1": p0 * q1, "p1q0": p1 * q0, "p1q1": p1 * q1}.items():
                sums[name] += product
    row = found.row(1, named=True)
    if sums["p0q0"]:
        assert row["laspeyres"] == pytest.approx(float(sums["p1q0"] / sums["p0q0"]), rel=1e-15)
        assert row["paasche"] == pytest.approx(float(sums["p1q1"] / sums["p0q1"]), rel=1e-15)
    else:
        assert (row["fisher"], row["reason"]) == (None, NOTHING_MATCHED)
