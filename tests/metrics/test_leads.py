"""Leads and crossings: who is ahead, whether that is certain, and when it changed."""

from datetime import date
from itertools import product

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis
from schemas.frames import Crossings, Leads
from schemas.windows import Window
from tasks.metrics.leads import crossings, leads
from tests.support.made_usage import W24, W25, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]

small = st.integers(0, 3)


def test_a_lead_with_its_bounds() -> None:
    """The lead is the difference of the shares, and its bounds give all that is unknown to one side."""
    usage = attributed(spread(W25, {"kai/one": 50, "ada/pro": 30, "stealth/fox": 15, "other": 5}))
    row = leads(usage, [W25], a="CN", b="US").row(0, named=True)
    assert (row["lead"], row["low"], row["high"]) == (0.2, 0.0, 0.4)
    assert (row["leader"], row["decided"]) == ("CN", False)


@pytest.mark.parametrize(("unknown", "decided"), [(19, True), (20, False), (21, False)])
def test_a_lead_is_decided_by_one_token(unknown: int, decided: bool) -> None:
    """A leads for sure only with more tokens than the other and all unknown ones together."""
    usage = attributed(spread(W25, {"kai/one": 50, "ada/pro": 30, "other": unknown}))
    assert leads(usage, [W25], a="CN", b="US")["decided"].to_list() == [decided]


def test_a_tie_has_no_leader() -> None:
    """Equal tokens are nobody's lead, and nothing about them is decided."""
    row = leads(attributed(spread(W25, {"kai/one": 5, "ada/pro": 5})), [W25], a="CN", b="US").row(
        0, named=True
    )
    assert (row["lead"], row["leader"], row["decided"]) == (0.0, None, False)


@pytest.mark.parametrize("basis", ["attributed", "pair:CN,US"])
def test_leaving_the_unknown_out_decides_nothing(basis: str) -> None:
    """On a conditional basis the bounds shrink to a point, but the lead is as uncertain as it was."""
    usage = attributed(spread(W25, {"kai/one": 50, "ada/pro": 30, "other": 20}))
    row = leads(usage, [W25], a="CN", b="US", basis=Basis.parse(basis)).row(0, named=True)
    assert row["low"] == row["lead"] == row["high"] == 0.25
    assert (row["conditional"], row["leader"], row["decided"]) == (True, "CN", False)


def test_among_the_named_the_tail_does_not_count() -> None:
    """Within a basis the unknown tokens are those inside it."""
    usage = attributed(spread(W25, {"kai/one": 50, "ada/pro": 30, "stealth/fox": 10, "other": 20}))
    row = leads(usage, [W25], a="CN", b="US", basis=Basis.parse("named")).row(0, named=True)
    assert (row["unknown_tokens"], row["basis_tokens"], row["decided"]) == (10, 90, True)


def test_origins_that_were_not_seen_still_have_a_row() -> None:
    """A complete window always has its lead; over an empty basis that is null."""
    usage = attributed(spread(W25, {"kai/one": 5}))
    row = leads(usage, [W25], a="DE", b="FR", basis=Basis.parse("pair:DE,FR")).row(0, named=True)
    assert (row["a_tokens"], row["b_tokens"], row["lead"], row["leader"]) == (0, 0, None, None)


@few_examples
@given(two_weeks, st.sampled_from(["all", "named", "attributed", "pair:CN,US", "top:3"]).map(Basis.parse))
def test_leads_mirror(rows: Rows, basis: Basis) -> None:
    """B against A is A against B, with the signs turned and the bounds swapped."""
    usage = attributed(rows)
    there, back = (leads(usage, [W24, W25], a=a, b=b, basis=basis) for a, b in [("CN", "US"), ("US", "CN")])
    assert there.select("lead", "low", "high").equals(
        back.select(-pl.col("lead"), low=-pl.col("high"), high=-pl.col("low"))
    )
    assert there.select("leader", "decided").equals(back.select("leader", "decided"))


@few_examples
@given(small, small, small, small, small, small)
def test_decided_means_however_they_are_dealt(a: int, b: int, c: int, fox: int, new: int, other: int) -> None:
    """A lead is decided exactly if the same side leads in every way of dealing out the unknown tokens."""
    tokens = {"kai/one": a, "ada/pro": b, "eve/fin": c, "stealth/fox": fox, "zoe/new": new, "other": other}
    row = leads(attributed(spread(W25, tokens)), [W25], a="CN", b="US").row(0, named=True)
    unknown = fox + new + other
    outcomes = {
        (a + to_a > b + to_b) - (a + to_a < b + to_b)
        for to_a, to_b in product(range(unknown + 1), repeat=2)
        if to_a + to_b <= unknown
    }
    assert row["decided"] == (outcomes in ({1}, {-1}))


def lead_of_weeks(*pairs: tuple[int, int] | None) -> dy.DataFrame[Leads]:
    """Leads of consecutive weeks from 2026-W02 on, CN against US; None is a week without a point."""
    window = Window.parse("2026-W02")
    rows: Rows = []
    windows = []
    for pair in pairs:
        if pair:
            windows.append(window)
            rows += spread(window, {"kai/one": pair[0], "ada/pro": pair[1], "other": 1})
        window = window.next()
    return leads(attributed(rows), windows, a="CN", b="US")


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        # week, leader, whether decided, whether first, weeks missing before
        ([(1, 3), (3, 1)], [("2026-W03", "CN", True, True, 0)]),
        ([(1, 3), (3, 2)], [("2026-W03", "CN", False, True, 0)]),
        ([(1, 3), (3, 1), (1, 3), (3, 1)], [
            ("2026-W03", "CN", True, True, 0), ("2026-W04", "US", True, False, 0), ("2026-W05", "CN", True, False, 0),
        ]),
        ([(1, 3), None, None, (3, 1)], [("2026-W05", "CN", True, True, 2)]),
        ([(1, 3), (2, 2), (3, 1)], [("2026-W04", "CN", True, True, 0)]),
        ([(1, 3), (2, 2), None, (3, 1)], [("2026-W05", "CN", True, True, 1)]),
        ([(1, 3), (2, 2), (1, 3)], []),
        ([(3, 1), (3, 1)], []),
        ([(2, 2)], []),
    ],
)  # fmt: skip
def test_crossings_are_changes_of_leader(
    weeks: list[tuple[int, int] | None], expected: list[tuple[str, str, bool, bool, int]]
) -> None:
    """A crossing is a window with another leader than the last window that had one; ties change nothing."""
    found = crossings(lead_of_weeks(*weeks))
    columns = ["window_start", "leader", "decided", "first", "missing_before"]
    assert found.select(columns).rows() == [(Window.parse(week).start, *facts) for week, *facts in expected]


def test_a_crossing_names_the_last_lead_before() -> None:
    """A crossing says who led before, and until when that is known."""
    row = crossings(lead_of_weeks((1, 3), None, (3, 1))).row(0, named=True)
    assert (row["previous_leader"], row["previous_end"]) == ("US", Window.parse("2026-W02").end)


def test_missing_months_are_counted_in_months() -> None:
    """Months have unequal lengths; what is missing between two of them is still a number of months."""
    windows = [Window.parse("2026-02"), Window.parse("2027-01")]
    rows = [
        *spread(windows[0], {"kai/one": 1, "ada/pro": 3}),
        *spread(windows[1], {"kai/one": 3, "ada/pro": 1}),
    ]
    found = crossings(leads(attributed(rows), windows, a="CN", b="US"))
    assert found["missing_before"].to_list() == [10]


def test_overlapping_windows_miss_nothing() -> None:
    """Windows that overlap have no window between them."""
    windows = [Window.parse("trailing:7@2026-06-20"), Window.parse("trailing:7@2026-06-21")]
    rows = [*spread(windows[0], {"kai/one": 1, "ada/pro": 3}), (windows[1].end, "kai/one", 9)]
    found = crossings(leads(attributed(rows), windows, a="CN", b="US"))
    assert found.select("leader", "missing_before").rows() == [("CN", 0)]


def test_nothing_in_nothing_out() -> None:
    """Without rows or without windows there are empty frames of the right shape."""
    for usage, windows in [(attributed([]), [W25]), (attributed(spread(W25, {"kai/one": 1})), [])]:
        found = leads(usage, windows, a="CN", b="US")
        assert found.schema == Leads.create_empty().schema
        assert crossings(found).schema == Crossings.create_empty().schema
        assert crossings(found).is_empty()
