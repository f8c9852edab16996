"""Peaks: the running maximum of a share, and the distance below it."""

from datetime import date

import dataframely as dy
import pytest
from hypothesis import given

from schemas.definitions import Basis, Definition
from schemas.frames import Peaks, Shares
from schemas.windows import Window
from tasks.metrics.peaks import peaks
from tasks.metrics.shares import shares
from tests.support.made_usage import W24, W25, attributed, few_examples, spread, two_weeks


def shares_of_weeks(*cn: int) -> dy.DataFrame[Shares]:
    """Shares of consecutive weeks from 2026-W02 on: so many per cent are CN, the rest US."""
    window, windows, rows = Window.parse("2026-W02"), [], []
    for tokens in cn:
        windows.append(window)
        rows += spread(window, {"kai/one": tokens, "ada/pro": 100 - tokens})
        window = window.next()
    return shares(attributed(rows), windows)


def test_a_peak_and_the_way_down() -> None:
    """The peak stays with the first window that reached it until it is surpassed."""
    found = peaks(shares_of_weeks(40, 50, 50, 40, 60)).filter(subject="CN")
    starts = [Window.parse(f"2026-W{week:02}").start for week in range(2, 7)]
    assert found.select("peak_share", "peak_window_start").rows() == [
        (0.4, starts[0]), (0.5, starts[1]), (0.5, starts[1]), (0.5, starts[1]), (0.6, starts[4]),
    ]  # fmt: skip
    assert found["drawdown_points"].to_list() == pytest.approx([0, 0, 0, 10, 0])
    assert found["drawdown_relative"].to_list() == pytest.approx([0, 0, 0, 0.2, 0])


def test_a_peak_of_zero_has_no_relative_drawdown() -> None:
    """Nothing can be lost of nothing, so the relative distance is null."""
    found = peaks(shares_of_weeks(0)).filter(subject="CN")
    assert found.select("peak_share", "drawdown_points", "drawdown_relative").rows() == [(0.0, 0.0, None)]


def test_windows_without_a_share_are_passed_over() -> None:
    """A share over an empty basis is null, and no peak is read into it."""
    usage = attributed([*spread(W24, {"kai/one": 5}), *spread(W25, {"kai/one": 0})])
    definition = Definition(basis=Basis.parse("attributed"))
    assert peaks(shares(usage, [W24, W25], definition=definition))["window_start"].to_list() == [W24.start]


def test_nothing_in_nothing_out() -> None:
    """Without shares there is an empty frame of the right shape."""
    assert peaks(Shares.create_empty()).equals(Peaks.create_empty())


@few_examples
@given(two_weeks)
def test_no_share_is_above_its_peak(rows: list[tuple[date, str, int]]) -> None:
    """A peak is a share of that subject in that window or an earlier one, and none so far was higher."""
    given_shares = shares(attributed(rows), [W24, W25], definition=Definition(by="model"))
    at = {(row["subject"], row["window_start"]): row["share"] for row in given_shares.iter_rows(named=True)}
    for row in peaks(given_shares).iter_rows(named=True):
        so_far = [at[key] for key in at if key[0] == row["subject"] and key[1] <= row["window_start"]]
        assert row["peak_share"] == max(share for share in so_far if share is not None)
        assert at[row["subject"], row["peak_window_start"]] == row["peak_share"]
