"""Reads of apps and tasks on the fed sample: the shapes that scripts were promised."""

import csv
import io
import math
from datetime import UTC, datetime

import polars as pl
import pytest

from tasks.apps import usual_window
from tests.support.reads import Tell, answer_of

WEEK = ("--window", "2026-W39")


def test_apps_are_those_of_the_newest_recorded_week(tell: Tell) -> None:
    """By place, with their share of what is listed, the ranking among the inputs, and how it was sorted."""
    found = answer_of(tell, "apps")
    assert found["window"]["label"] == "2026-W39"
    assert [row["rank"] for row in found["rows"]] == [1, 2, 3, 4, 5, 6, 7]
    assert sum(row["tokens"] for row in found["rows"]) == found["rows"][0]["listed_tokens"]
    assert math.isclose(sum(row["share"] for row in found["rows"]), 1)
    assert all("datasets/app-rankings?sort=popular" in given["url"] for given in found["inputs"])
    assert found["definition"]["sorted"] == "by tokens"


def test_a_newcomer_has_no_change_but_a_bound(tell: Tell) -> None:
    """The list before was not full, so it had nothing then; it is not said to have climbed."""
    (newcomer,) = answer_of(tell, "apps", *WEEK, "--subject", "late arrival")["rows"]
    assert (newcomer["rank_change"], newcomer["growth"], newcomer["previous_high_tokens"]) == (None, None, 0)
    assert newcomer["reason"] == "not in the ranking of the window before"


def test_apps_of_one_name_are_told_apart_by_id(tell: Tell) -> None:
    """A name finds both of them, an id the one."""
    both = answer_of(tell, "apps", *WEEK, "--subject", "Gull Chat")["rows"]
    assert [row["app_id"] for row in both] == [103, 106]
    assert len(answer_of(tell, "apps", *WEEK, "--subject", "106")["rows"]) == 1


def test_names_of_apps_act_on_nothing(tell: Tell) -> None:
    """Neither a terminal nor a spreadsheet takes them for more than text."""
    table, text = (tell("show", "apps", "--sample", *WEEK, "--format", form)[1] for form in ("table", "csv"))
    assert not {"\x1b", "\u202e"} & set(table + text)
    names = [row["app_name"] for row in csv.DictReader(io.StringIO(text))]
    assert names[4] == '\'=HYPERLINK("http://example.invalid")'


def test_trending_apps_are_a_list_of_their_own(tell: Tell) -> None:
    """By growth; a place in it bounds no tokens."""
    found = answer_of(tell, "trending-apps", *WEEK)
    assert found["rows"][0]["app_name"] == "Late Arrival"
    assert found["rows"][0]["previous_high_tokens"] is None


def test_apps_as_of_an_earlier_moment(tell: Tell) -> None:
    """A standpoint sees the weeks that were recorded by then, and a series has a row for each of them."""
    before = answer_of(tell, "apps", "--as-of", "2026-05-01")
    assert (before["window"]["label"], len(before["rows"])) == ("2026-W17", 6)
    series = answer_of(tell, "apps", "--start", "2026-09-07", "--subject", "101")["rows"]
    assert [row["window"] for row in series] == ["2026-W37", "2026-W38", "2026-W39"]


def test_tasks_have_bounds_of_what_nobody_can_attribute(tell: Tell) -> None:
    """Of each tag, and of all of them, low and high differ by what is unattributed."""
    found = answer_of(tell, "tasks")
    assert found["window"]["label"] == "trailing:7@2026-09-30"
    assert found["definition"]["estimate"] is True
    assert {row["tag"] for row in found["rows"]} >= {"ALL", "code:debugging", "data:extraction"}
    for row in found["rows"]:
        assert row["share"] == row["low"]
        assert math.isclose(row["high"], min(1, row["low"] + row["unattributed"]))


def test_ids_are_looked_up_in_the_catalogue(tell: Tell) -> None:
    """A variant is its model's, a router is nobody's, and what was never listed is named in a note."""
    found = answer_of(tell, "tasks", "--by", "model")
    models = {row["model"] for row in found["rows"] if row["tag"] == "general:roleplay"}
    assert models == {"jade-river/tide-3-20260312", "plum-court/plum-2.5-20260401"}
    assert any("somebody/unlisted" in note for note in found["notes"])
    by_origin = answer_of(tell, "tasks", "--subject", "US")["rows"]
    (debugging,) = [row for row in by_origin if row["tag"] == "code:debugging"]
    assert debugging["unattributed"] > 1 - debugging["coverage"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("tasks", "--window", "2026-W30"), 0, "only the last seven days are published"),
        (("apps", "--window", "2025-W30"), 0, "need OPENROUTER_API_KEY"),
        (("apps", "--by", "origin"), 2, "leave --by out"),
        (("tasks", "--by", "family"), 2, "use origin or lab or author or model"),
    ],
)
def test_what_is_not_there_is_said(tell: Tell, words: tuple[str, ...], status: int, said: str) -> None:
    """With what to do about it."""
    found, out, error = tell("show", *words, "--sample")
    assert found == status
    assert said in " ".join((out + error).split())


@pytest.mark.parametrize(
    ("days", "label"),
    [
        ([("2026-06-15", "2026-06-21")], "2026-W25"),
        ([("2026-06-18", "2026-06-24"), ("2026-06-15", "2026-06-21")], "trailing:7@2026-06-24"),
        ([], "2026-W25"),
    ],
)
def test_the_usual_window_is_the_newest_that_is_listed(days: list[tuple[str, str]], label: str) -> None:
    """Seven days from a Monday are an ISO week; where nothing is listed, it is the last settled one."""
    listed = pl.DataFrame(days, schema=["window_start", "window_end"], orient="row")
    known = listed.with_columns(pl.all().cast(pl.String).str.to_date())
    assert str(usual_window(known, datetime(2026, 6, 26, tzinfo=UTC))) == label
