"""Growth: against a complete window only, and like for like beside it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import By
from schemas.frames import Growth
from schemas.move_frames import Totals
from schemas.windows import Window
from tasks.metrics.growth import NO_POINT, NOT_SEEN, growth, totals
from tests.support.made_usage import W24, W25, W26, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]


def test_growth_and_the_same_models_growing() -> None:
    """A model that came counts as growth, but not like for like; null growth has its reason."""
    usage = attributed(
        [
            *spread(W24, {"kai/one": 10, "kai/two": 10, "ada/pro": 8}),
            *spread(W25, {"kai/one": 12, "qin/big": 18, "ada/pro": 6, "eve/fin": 1}),
        ]
    )
    columns = ["subject", "tokens", "previous_tokens", "growth", "like_for_like", "reason"]
    assert growth(usage, [W24, W25]).select(columns).rows() == [
        ("CN", 20, None, None, None, NO_POINT),
        ("US", 8, None, None, None, NO_POINT),
        ("CN", 30, 20, 0.5, pytest.approx(0.2), None),
        ("US", 6, 8, -0.25, -0.25, None),
        ("FR", 1, None, None, None, NOT_SEEN),
    ]


def test_attribution_is_no_growth_of_the_others() -> None:
    """A model that was nobody's in the window before adds to growth and not to growth like for like."""
    router = "openrouter/auto"
    usage = attributed(
        [*spread(W24, {"kai/one": 10, router: 10}), *spread(W25, {"kai/one": 10, "kai/two": 10})]
    )
    assert growth(usage, [W24, W25]).filter(window_start=W25.start).select(
        "growth", "like_for_like"
    ).rows() == [(1.0, 0.0)]


def test_growth_over_a_missing_window_is_null() -> None:
    """Growth is over the window right before, never over the last one that happens to be there."""
    usage = attributed([*spread(W24, {"kai/one": 10}), *spread(W26, {"kai/one": 20})])
    assert growth(usage, [W24, W26])["reason"].to_list() == [NO_POINT, NO_POINT]


def test_growth_over_a_distance() -> None:
    """Over two windows, what lies between them does not matter."""
    usage = attributed([*spread(W24, {"kai/one": 10}), *spread(W26, {"kai/one": 20})])
    assert growth(usage, [W24, W26], over=2)["growth"].to_list() == [None, 1.0]


def test_growth_over_a_year() -> None:
    """52 weeks before an ISO week is the week of that number a year earlier; without it, null with the reason."""
    year_before = Window.parse("2025-W25")
    usage = attributed(
        [*spread(year_before, {"kai/one": 10, "kai/two": 2}), *spread(W25, {"kai/one": 30, "ada/pro": 5})]
    )
    found = growth(usage, [year_before, W25], over=52).filter(window_start=W25.start)
    assert found.select("subject", "growth", "like_for_like", "reason").rows() == [
        ("CN", 1.5, 2.0, None),
        ("US", None, None, NOT_SEEN),
    ]
    of_all = totals(usage, [year_before, W25], over=52)
    assert of_all["growth"].to_list() == [None, pytest.approx(35 / 12 - 1)]
    assert growth(usage, [year_before, W25], over=51)["reason"].to_list() == [NO_POINT] * 3


def test_growth_from_zero_is_null() -> None:
    """Growth from a counted zero has no value, and says why."""
    usage = attributed([*spread(W24, {"kai/one": 0}), *spread(W25, {"kai/one": 5})])
    assert growth(usage, [W24, W25]).filter(window_start=W25.start).select("growth", "reason").rows() == [
        (None, NOT_SEEN)
    ]


def test_a_month_grows_over_the_month_before() -> None:
    """The window before is one of the same kind, whatever its length."""
    windows = [Window.parse("2026-02"), Window.parse("2026-03")]
    usage = attributed([*spread(windows[0], {"kai/one": 10}), *spread(windows[1], {"kai/one": 15})])
    assert growth(usage, windows)["growth"].to_list() == [None, 0.5]


def test_nothing_in_nothing_out() -> None:
    """Without rows there is an empty frame of the right shape."""
    assert growth(attributed([]), [W25]).equals(Growth.create_empty())


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]))
def test_growth_is_null_without_both_windows(rows: Rows, by: By) -> None:
    """There is a value exactly where the subject had tokens in the window before, and a reason elsewhere."""
    usage = attributed(rows)
    for row in growth(usage, [W24, W25], by=by).iter_rows(named=True):
        has_both = row["window_start"] == W25.start and bool(row["previous_tokens"])
        assert (row["growth"] is not None) == has_both == (row["reason"] is None)
    assert growth(usage, [W25], by=by)["growth"].null_count() == growth(usage, [W25], by=by).height


@few_examples
@given(two_weeks)
def test_a_model_grows_like_itself(rows: Rows) -> None:
    """By model there is nothing to mix, so growth like for like is growth."""
    found = growth(attributed(rows), [W24, W25], by="model")
    assert found["growth"].equals(found["like_for_like"])


def test_the_total_grows_with_its_tail() -> None:
    """The total holds the tail; like for like are only the models that are named in both windows."""
    usage = attributed(
        [
            *spread(W24, {"kai/one": 10, "stealth/fox": 20, "other": 10}),
            *spread(W25, {"kai/one": 5, "stealth/fox": 25, "qin/big": 10, "other": 20}),
        ]
    )
    columns = ["total_tokens", "named_tokens", "previous_total_tokens", "growth", "like_for_like", "reason"]
    assert totals(usage, [W24, W25]).select(columns).rows() == [
        (40, 30, None, None, None, NO_POINT),
        (60, 40, 40, 0.5, 0.0, None),
    ]


def test_the_total_does_not_grow_from_nothing() -> None:
    """Growth from no tokens is null with a reason, and without rows there is an empty frame."""
    usage = attributed([*spread(W24, {"kai/one": 0}), *spread(W25, {"kai/one": 5})])
    assert totals(usage, [W24, W25])["reason"].to_list() == [NO_POINT, NOT_SEEN]
    assert totals(attributed([]), [W25]).equals(Totals.create_empty())
