"""Windows: how they are written, where they lie, and when they settle."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import UsageError
from schemas.windows import Grain, Status, Window, WindowKind, last_ended, last_settled

KINDS = ["week", "week:SUN", "week:THU", "trailing:1", "trailing:7", "trailing:30", "month", "quarter"]
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
kinds = st.sampled_from(KINDS).map(WindowKind.parse)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-W25", date(2026, 6, 15), date(2026, 6, 21)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("week:SUN@2026-06-16", date(2026, 6, 14), date(2026, 6, 20)),
        ("trailing:7@2026-02-21", date(2026, 2, 15), date(2026, 2, 21)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-02-09..2026-02-15", date(2026, 2, 9), date(2026, 2, 15)),
    ],
)
def test_spelling_names_days(text: str, start: date, end: date) -> None:
    """Each way of writing a window names the days that a reader of it expects."""
    window = Window.parse(text)
    assert (window.start, window.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-W54", "2026-W00", "2026-13", "2026-Q5", "2026-02-30..2026-03-01", "2026-02-09..",
        "fortnight", "trailing:7", "trailing:0@2026-01-01", "week:FOO@2026-01-01", "span@2026-01-01",
        "9999-W52", "9999-12-31..9999-12-31", "week:SUN@0001-01-01", "2026-06-21..2026-06-15",
    ],
)  # fmt: skip
def test_what_names_no_window_is_one_line(text: str) -> None:
    """A text that names no window is refused in one line, also at the ends of the calendar."""
    with pytest.raises(UsageError) as caught:
        Window.parse(text)
    assert "\n" not in str(caught.value)


@given(kinds, days)
def test_spelling_reads_back(kind: WindowKind, day: date) -> None:
    """A window is written so that reading it gives the same window."""
    window = kind.containing(day)
    assert Window.parse(str(window)) == window


@given(kinds, days)
def test_kind_reads_back(kind: WindowKind, day: date) -> None:
    """A kind is written so that reading it gives the same kind, and its window holds the day asked for."""
    assert WindowKind.parse(str(kind)) == kind
    assert kind.containing(day).start <= day <= kind.containing(day).end


@given(kinds, days)
def test_neighbours_touch(kind: WindowKind, day: date) -> None:
    """Previous and next undo each other, and leave out no day."""
    window = kind.containing(day)
    assert window.previous().next() == window
    assert window.previous().end + timedelta(days=1) == window.start


@given(kinds, days, st.integers(0, 200))
def test_covering_tiles(kind: WindowKind, first: date, length: int) -> None:
    """The windows that cover a range hold each of its days exactly once."""
    last = first + timedelta(days=length)
    covered = [day for window in kind.covering(first, last) for day in window.days]
    assert len(covered) == len(set(covered))
    assert {first + timedelta(days=n) for n in range(length + 1)} <= set(covered)


def test_a_span_precedes_itself() -> None:
    """The window before an explicit range is the equally long one right before it."""
    assert str(Window.parse("2026-02-09..2026-02-18").previous()) == "2026-01-30..2026-02-08"
    assert WindowKind("span").covering(date(2026, 2, 9), date(2026, 2, 18))[0].length_days == 10


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        (datetime(2026, 6, 21, 23, 59, 59, tzinfo=UTC), Status.RUNNING),
        (datetime(2026, 6, 22, tzinfo=UTC), Status.PROVISIONAL),
        (datetime(2026, 6, 24, 23, 59, 59, tzinfo=UTC), Status.PROVISIONAL),
        (datetime(2026, 6, 25, tzinfo=UTC), Status.SETTLED),
    ],
)
def test_a_window_settles_after_three_days(as_of: datetime, status: Status) -> None:
    """A window runs until its last day has ended and is provisional for 72 hours after that."""
    assert Window.parse("2026-W25").status(as_of) is status


@given(kinds, st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- the bounds must be naive
def test_last_settled_is_the_newest(kind: WindowKind, as_of: datetime) -> None:
    """The last settled window has settled and the one after it has not; likewise the last ended one."""
    assert last_settled(kind, as_of).status(as_of) is Status.SETTLED
    assert last_ended(kind, as_of).status(as_of) is not Status.RUNNING
    tomorrow = last_settled(kind, as_of).end + timedelta(days=1)
    assert kind.containing(tomorrow).status(as_of) is not Status.SETTLED


def test_the_headline_of_a_monday_is_the_week_before_last() -> None:
    """On a Monday the week that ended the day before is provisional, so the last settled one is older."""
    monday = datetime(2026, 6, 22, 3, tzinfo=UTC)
    week = WindowKind("week")
    assert (str(last_settled(week, monday)), str(last_ended(week, monday))) == ("2026-W24", "2026-W25")


@pytest.mark.parametrize(
    ("text", "grain", "row_days"),
    [
        ("2026-W25", "day", 7),
        ("2026-W25", "week", 1),
        ("2026-06", "month", 1),
        ("trailing:7@2026-06-21", "day", 7),
    ],
)
def test_a_window_knows_by_which_days_its_rows_are_dated(text: str, grain: Grain, row_days: int) -> None:
    """A week of a weekly series has one row, on its Monday; so have the windows around it."""
    window = Window.parse(text)
    of_series = window.kind.of_series(grain).containing(window.end)
    for each in (of_series, of_series.previous(), of_series.next()):
        assert (len(each.row_days), each.row_days_count) == (row_days, row_days)
        assert each.row_days[0] == each.start
    assert (str(of_series), of_series.days) == (text, window.days)


@pytest.mark.parametrize(
    ("kind", "grain"),
    [
        ("week:SUN", "week"),
        ("trailing:7", "week"),
        ("month", "week"),
        ("quarter", "month"),
        ("week", "month"),
    ],
)
def test_a_window_that_is_no_row_of_a_series_is_refused(kind: str, grain: Grain) -> None:
    """Rows of weeks and months are not cut, nor added up."""
    with pytest.raises(UsageError, match=f"A series by {grain} answers"):
        WindowKind.parse(kind).of_series(grain)
