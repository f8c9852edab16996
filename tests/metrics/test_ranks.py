"""Ranks: places within a window, where absence is censored and never zero."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import By, Variants
from schemas.frames import Ranks
from schemas.move_frames import Exits
from schemas.windows import Window
from tasks.metrics.attribution import attribute
from tasks.metrics.ranks import exits, ranks
from tests.support.made_usage import (
    AS_OF,
    LABS,
    W24,
    W25,
    W26,
    attributed,
    attributions,
    few_examples,
    on_day,
    spread,
    two_weeks,
    usage,
)

Rows = list[tuple[date, str, int]]


def test_places_and_how_they_changed() -> None:
    """The largest is first, ties go by name, and a change counts places gained."""
    made = attributed(
        [
            *spread(W24, {"ada/pro": 30, "kai/one": 20, "kai/two": 10, "other": 99}),
            *spread(W25, {"kai/one": 15, "kai/one:free": 15, "ada/pro": 20, "qin/big": 20}),
        ]
    )
    columns = ["subject", "origin", "tokens", "rank", "previous_rank", "rank_change", "entered"]
    assert ranks(made, [W24, W25]).select(columns).rows() == [
        ("ada/pro", "US", 30, 1, None, None, None),
        ("kai/one", "CN", 20, 2, None, None, None),
        ("kai/two", "CN", 10, 3, None, None, None),
        ("kai/one", "CN", 30, 1, 2, 1, False),
        ("ada/pro", "US", 20, 2, 1, -1, False),
        ("qin/big", "CN", 20, 3, None, None, True),
    ]


def test_nobody_enters_after_a_gap() -> None:
    """Where the window before has no point, it is not known who is new."""
    made = attributed([*spread(W24, {"kai/one": 1}), *spread(W26, {"qin/big": 1})])
    assert ranks(made, [W24, W26])["entered"].to_list() == [None, None]


THREE_DAYS = Window.parse("2026-06-15..2026-06-17")
SOMETIMES = [
    *on_day(THREE_DAYS, 0, {"kai/one": 50, "ada/pro": 40, "eve/fin": 10, "other": 7}),
    *on_day(THREE_DAYS, 1, {"kai/one": 50, "bob/fast": 20, "other": 5}),
    *on_day(THREE_DAYS, 2, {"kai/one": 50, "ada/pro": 30}),
]
"""The smallest named rows are 10, 20 and 30; the tails are 7, 5 and none."""


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # subject, tokens, days absent, the most it can have had
        ("model", [("kai/one", 150, 0, 150), ("ada/pro", 70, 1, 90), ("bob/fast", 20, 2, 60), ("eve/fin", 10, 2, 60)]),
        ("lab", [("Kai", 150, 0, 162), ("Ada", 70, 1, 102), ("Bob", 20, 2, 72), ("Eve", 10, 2, 72)]),
        ("origin", [("CN", 150, 0, 162), ("US", 90, 0, 102), ("FR", 10, 2, 72)]),
    ],
)  # fmt: skip
def test_absence_is_bounded(by: By, expected: list[tuple[str, int, int, int]]) -> None:
    """Absent days may hide their smallest named row of a model, and of a lab the tail as well."""
    found = ranks(attributed(SOMETIMES), [THREE_DAYS], by=by)
    assert found.select("subject", "tokens", "days_absent", "high_tokens").rows() == expected


def test_an_author_of_two_origins_has_none() -> None:
    """A subject whose tokens are of several origins is given to none of them."""
    given_away = attributions({"slug": "kai/two", "lab": "Ada", "country": "US"})
    mixed = attribute(usage(spread(W25, {"kai/one": 1, "kai/two": 1})), LABS, given_away, as_of=AS_OF)
    assert ranks(mixed, [W25], by="author")["origin"].to_list() == [None]


def test_nothing_in_nothing_out() -> None:
    """Without rows or without windows there is an empty frame of the right shape."""
    assert ranks(attributed([]), [W25]).equals(Ranks.create_empty())
    assert ranks(attributed(SOMETIMES), []).equals(Ranks.create_empty())


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]), st.sampled_from(["merged", "apart"]))
def test_ranks_count_from_one(rows: Rows, by: By, variants: Variants) -> None:
    """Places run from 1 without a gap, in the order of tokens, and are mirrored by the next window."""
    found = ranks(attributed(rows), [W24, W25], by=by, variants=variants)
    places = {(row["window_start"], row["subject"]): row["rank"] for row in found.iter_rows(named=True)}
    for window in (W24, W25):
        of_window = found.filter(window_start=window.start)
        assert of_window["rank"].to_list() == list(range(1, of_window.height + 1))
        assert of_window["tokens"].is_sorted(descending=True)
    for row in found.filter(window_start=W25.start).iter_rows(named=True):
        assert row["previous_rank"] == places.get((W24.start, row["subject"]))
        assert row["entered"] == ((W24.start, row["subject"]) not in places)


@few_examples
@given(two_weeks)
def test_who_is_always_there_is_exactly_known(rows: Rows) -> None:
    """A model without an absent day lies at its tokens; one with such days at most a smallest row a day above."""
    for row in ranks(attributed(rows), [W24, W25]).iter_rows(named=True):
        seen = {day for day, slug, _ in rows if slug.partition(":")[0] == row["subject"]}
        absent = [
            day for day in Window.parse(f"{row['window_start']}..{row['window_end']}").days if day not in seen
        ]
        smallest = [
            min((tokens for each, slug, tokens in rows if each == day and slug != "other"), default=0)
            for day in absent
        ]
        assert row["days_absent"] == len(absent)
        assert row["high_tokens"] == row["tokens"] + sum(smallest)


def test_a_window_without_a_named_row_has_no_ranks() -> None:
    """A tail alone is nobody's place."""
    assert ranks(attributed(spread(W25, {"other": 5})), [W25]).is_empty()
    assert ranks(attributed(spread(W25, {"other": 5})), [W25]).schema["rank"] == pl.Int64


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # The smallest named row of W25's first day is 4; an author may also hide in its tail of 9.
        ("model", [("kai/two", "CN", 2, 20, 4), ("ada/pro", "US", 3, 10, 4)]),
        ("author", [("ada", "US", 2, 10, 13)]),
    ],
)
def test_who_left_may_be_below_the_top(by: By, expected: list[tuple[str, str, int, int, int]]) -> None:
    """An exit is named with its former place, and with what it may still have at most."""
    made = attributed(
        [
            *spread(W24, {"kai/one": 30, "kai/two:free": 20, "ada/pro": 10, "other": 5}),
            *on_day(W25, 0, {"kai/one": 30, "eve/fin": 4, "other": 9}),
            *[row for day in range(1, 7) for row in on_day(W25, day, {"kai/one": 0, "other": 0})],
        ]
    )
    found = exits(made, [W24, W25], by=by)
    assert (
        found.select("subject", "origin", "previous_rank", "previous_tokens", "high_tokens").rows()
        == expected
    )


def test_nobody_exits_without_a_window_before() -> None:
    """Where the window before has no point, it is not known who left."""
    made = attributed([*spread(W24, {"kai/one": 1}), *spread(W26, {"qin/big": 1})])
    assert exits(made, [W24, W26]).equals(Exits.create_empty())


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]))
def test_entries_and_exits_are_the_difference(rows: Rows, by: By) -> None:
    """Who was there, less who left, plus who entered, is who is there."""
    made = attributed(rows)
    ranked = ranks(made, [W24, W25], by=by)
    before, now = (set(ranked.filter(pl.col("window_start") == week.start)["subject"]) for week in (W24, W25))
    entered = set(ranked.filter(pl.col("entered"))["subject"])
    assert before - set(exits(made, [W24, W25], by=by)["subject"]) | entered == now
