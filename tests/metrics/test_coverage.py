"""Coverage: an incomplete window yields no point, and says so only where something is wrong."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.published_frames import DayStates
from schemas.windows import Status, Window, WindowKind
from tasks.metrics.coverage import Coverage, Silence, cover
from tests.support.made_usage import W24, W25, W26, WEEK, days_received, few_examples

THURSDAY = datetime(2026, 7, 2, 3, tzinfo=UTC)
THREE_WEEKS = [*W24.days, *W25.days, *W26.days]


def without(*missing: date) -> list[date]:
    """The days of three weeks, some left out."""
    return [day for day in THREE_WEEKS if day not in missing]


def test_whole_weeks_are_complete_and_the_running_one_is_silent() -> None:
    """Every received week has a point, oldest first; the week of the standpoint is running."""
    coverage = cover(days_received(*THREE_WEEKS), WEEK, as_of=THURSDAY)
    assert coverage == Coverage([W24, W25, W26], {}, {W26.next(): Silence.RUNNING})


def test_a_missing_day_is_named() -> None:
    """A week that lacks a day nobody knows about is incomplete, and the day is listed."""
    coverage = cover(days_received(*without(date(2026, 6, 17))), WEEK, as_of=THURSDAY)
    assert coverage.incomplete == {W25: [date(2026, 6, 17)]}
    assert coverage.complete == [W24, W26]


def test_a_day_with_a_quarantined_row_is_missing() -> None:
    """A day that was received but not understood as a whole counts like one that was not received."""
    sick = date(2026, 6, 17)
    coverage = cover(days_received(*THREE_WEEKS, quarantined=[sick]), WEEK, as_of=THURSDAY)
    assert coverage.incomplete == {W25: [sick]}


def test_a_day_without_rows_is_missing() -> None:
    """A day that came without a row is not a day of zero tokens."""
    empty = days_received(*W25.days)[:1].with_columns(rows=0).pipe(DayStates.validate, cast=True)
    assert cover(empty, WEEK, as_of=THURSDAY, windows=[W25]).incomplete == {W25: W25.days}


def test_a_known_gap_is_silent() -> None:
    """A reviewed gap costs its week the point, without a warning."""
    gap = date(2026, 6, 17)
    coverage = cover(days_received(*without(gap)), WEEK, as_of=THURSDAY, known_gaps=frozenset([gap]))
    assert coverage.silent[W25] == Silence.KNOWN_GAP
    assert not coverage.incomplete


def test_a_known_gap_hides_no_other() -> None:
    """A week that lacks one more day than the reviewed gap is warned about, for that day."""
    gap, lost = date(2026, 6, 17), date(2026, 6, 18)
    coverage = cover(days_received(*without(gap, lost)), WEEK, as_of=THURSDAY, known_gaps=frozenset([gap]))
    assert coverage.incomplete == {W25: [lost]}


def test_a_known_gap_that_was_received_is_a_day() -> None:
    """A day that upstream has after all is used, whatever the reviewed file says."""
    coverage = cover(
        days_received(*THREE_WEEKS), WEEK, as_of=THURSDAY, known_gaps=frozenset([date(2026, 6, 17)])
    )
    assert W25 in coverage.complete


def test_the_first_week_is_cut_silently() -> None:
    """A week that began before recorded history has no point, and nothing is wrong."""
    coverage = cover(days_received(*THREE_WEEKS[3:]), WEEK, as_of=THURSDAY)
    assert coverage.silent[W24] == Silence.CUT


def test_days_that_never_came_are_noticed() -> None:
    """Weeks that ended after the newest received day are incomplete: data that stopped is not silence."""
    coverage = cover(days_received(*W24.days), WEEK, as_of=THURSDAY)
    assert list(coverage.incomplete) == [W25, W26]


def test_trailing_windows_end_with_the_newest_ended_day() -> None:
    """Trailing windows are tiled backwards from yesterday, so none of them is running."""
    trailing = WindowKind.parse("trailing:7")
    coverage = cover(days_received(*THREE_WEEKS), trailing, as_of=datetime(2026, 6, 29, 3, tzinfo=UTC))
    assert [str(window) for window in coverage.complete] == [
        "trailing:7@2026-06-14", "trailing:7@2026-06-21", "trailing:7@2026-06-28",
    ]  # fmt: skip


def test_named_windows_are_looked_at_alone() -> None:
    """Windows that are passed are judged in place of the grid, whatever their kind."""
    asked = [Window.parse("2026-06-10..2026-06-19"), Window.parse("2026-05")]
    coverage = cover(days_received(*THREE_WEEKS), WEEK, as_of=THURSDAY, windows=asked)
    assert coverage == Coverage([asked[0]], {}, {asked[1]: Silence.CUT})


def test_nothing_recorded_is_nothing_to_warn_about() -> None:
    """An empty record has no windows; one that is asked for says that nothing was recorded."""
    assert cover(days_received(), WEEK, as_of=THURSDAY) == Coverage()
    assert cover(days_received(), WEEK, as_of=THURSDAY, windows=[W25]).silent == {W25: Silence.NOTHING}


@few_examples
@given(
    st.sets(st.sampled_from(THREE_WEEKS)),
    st.frozensets(st.sampled_from(THREE_WEEKS), max_size=4),
    st.sampled_from(["week", "week:SUN", "trailing:5", "month", "span"]),
    st.integers(0, 30),
)
def test_each_window_is_in_one_place(
    received: set[date], gaps: frozenset[date], kind: str, days_later: int
) -> None:
    """A window is complete exactly if it has ended with every day received, and is never in two places."""
    as_of = datetime(2026, 6, 29, 3, tzinfo=UTC) + timedelta(days=days_later)
    coverage = cover(days_received(*sorted(received)), WindowKind.parse(kind), as_of=as_of, known_gaps=gaps)
    places = [*coverage.complete, *coverage.incomplete, *coverage.silent]
    assert len(places) == len(set(places))
    for window in places:
        ended = window.status(as_of) is not Status.RUNNING
        assert (window in coverage.complete) == (ended and received.issuperset(window.days))


def test_a_week_of_a_weekly_series_needs_its_monday_only() -> None:
    """Its one row is the whole week; a week without it is named by it."""
    weekly = WEEK.of_series("week")
    mondays = days_received(W24.start, W26.start)
    coverage = cover(mondays, weekly, as_of=THURSDAY)
    assert [str(window) for window in coverage.complete] == [str(W24), str(W26)]
    assert list(coverage.incomplete.values()) == [[W25.start]]


def test_a_week_that_hides_a_known_gap_has_no_point() -> None:
    """Its row came, but it is a row of six days."""
    weekly = WEEK.of_series("week")
    mondays = days_received(W24.start, W25.start, W26.start)
    coverage = cover(mondays, weekly, as_of=THURSDAY, known_gaps=frozenset({W25.end}))
    assert coverage.silent[weekly.containing(W25.start)] == Silence.KNOWN_GAP
    assert len(coverage.complete) == 2
