"""Answers about slices: the period is not echoed, so the dates must be those of weeks or months."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import EnvelopeError
from schemas.slices import Slice
from tasks.normalize import Normalized, normalize
from tasks.normalize.rankings import NO_PERIOD, NOT_OVER, OUTSIDE
from tests.support.answers import FIRST, LAST, Row, full_day, print_rows, read, receipt_of
from tests.support.made_usage import few_examples

WEEKS = [date(2026, 7, day) for day in (6, 13, 20)]
MODELS = ("a/b", "c/d:free", "other")


def by(days: list[date]) -> list[Row]:
    """Three rows for each of these days."""
    return [(str(day), slug, 1000) for day in days for slug in MODELS]


def of(text: str, rows: list[Row], **asked: object) -> Normalized:
    """What is understood of the answer about a slice from 30 June to 29 July 2026."""
    return read("api", rows, slice=Slice.parse(text), **asked)


def test_a_week_is_dated_by_its_monday() -> None:
    """Rows of weeks are read as they are, with the Monday as their day."""
    read_weeks = of("category=programming", by(WEEKS))
    assert read_weeks.rows["day"].unique().sort().to_list() == WEEKS
    assert read_weeks.rows.height == 9
    assert read_weeks.quarantined.is_empty()


def test_a_month_is_dated_by_its_first() -> None:
    """The last month that ended is taken."""
    body = print_rows("api", by([date(2026, 6, 1)])).replace(str(FIRST).encode(), b"2026-06-01")
    monthly = Slice.parse("language_type=natural,period=month")
    receipt = receipt_of("api", body, start=date(2026, 6, 1), slice=monthly)
    assert normalize(receipt, body).rows["day"].unique().to_list() == [date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("category=programming", [FIRST + timedelta(days=n) for n in range(14)]),
        ("category=programming", [date(2026, 7, 1)]),
        ("category=programming", [date(2026, 7, 13), date(2026, 7, 14)]),
        ("category=programming,period=month", WEEKS),
        ("modality=image", WEEKS),
        ("modality=image", [date(2026, 7, 1)]),
    ],
    ids=["days for weeks", "month for weeks", "half", "weeks for months", "weeks for days", "month for days"],
)
def test_another_grain_is_not_taken_for_the_one_asked_for(text: str, days: list[date]) -> None:
    """An answer by another period is not understood as a whole: each figure would be of another length."""
    with pytest.raises(EnvelopeError, match="were asked for"):
        of(text, by(days))


def test_months_that_begin_on_mondays_are_not_taken_for_weeks() -> None:
    """June 2026 begins on a Monday: of four weeks only that one cannot have come."""
    body = print_rows("api", by([date(2026, 6, 1)])).replace(str(FIRST).encode(), b"2026-06-01")
    with pytest.raises(EnvelopeError, match="where weeks were asked for"):
        normalize(receipt_of("api", body, start=date(2026, 6, 1), slice=Slice.parse("period=week")), body)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 7, 14), NO_PERIOD),
        (date(2026, 8, 3), OUTSIDE),
        (date(2026, 7, 27), NOT_OVER),
    ],
)
def test_one_odd_row_costs_no_more_than_itself(day: date, reason: str) -> None:
    """A row of no week, of a week not asked for or not over is set apart; the whole weeks stand."""
    full = [row for week in WEEKS for row in full_day(week)]
    found = of("category=programming", [*full, (str(day), "e/f", 7)])
    assert found.quarantined["reason"].to_list() == [reason]
    assert found.rows.height == len(full)


@pytest.mark.parametrize(("text", "is_taken"), [("category=programming", True), ("period=week", False)])
def test_only_a_sampled_answer_may_run_past_the_end(text: str, is_taken: bool) -> None:
    """Upstream says that the last week of a sampled slice may; any other answer about more is another's."""
    body = print_rows("api", by(WEEKS)).replace(str(LAST).encode(), b"2026-08-02")
    receipt = receipt_of("api", body, slice=Slice.parse(text), fetched_at=datetime(2026, 8, 3, tzinfo=UTC))
    if is_taken:
        assert normalize(receipt, body).rows.height == 9
    else:
        with pytest.raises(EnvelopeError, match="instead of"):
            normalize(receipt, body)


@given(st.permutations([row for week in WEEKS for row in full_day(week)[:12]]), st.booleans())
@few_examples
def test_the_order_of_rows_decides_nothing(rows: list[Row], twice: bool) -> None:
    """Whole weeks are read to the token in any order; a row that is there twice spoils its week only."""
    found = of("category=programming", rows + rows[:1] if twice else rows)
    expected = {(date.fromisoformat(day), slug, tokens) for day, slug, tokens in rows}
    if not twice:
        assert set(found.rows.rows()) == expected
    else:
        assert set(found.rows.rows()) == expected - {
            row for row in expected if (str(row[0]), row[1]) == rows[0][:2]
        }
        assert found.quarantined["day"].to_list() == [date.fromisoformat(rows[0][0])] * 2
