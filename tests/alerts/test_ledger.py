"""Reconciliation: history changes, and people are told once."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Direction, Disposition
from schemas.windows import GRACE, Window
from tasks.alerts.detector import fold
from tasks.alerts.ledger import Kind, Standpoint, reconcile_condition
from tasks.alerts.threshold import Threshold
from tests.support.made_ledger import MadeLedger
from tests.support.made_rules import FIRST, series, threshold, weekly
from tests.support.strategies import Values, few, thresholds, values

W01, W02, W03 = (Window.parse(f"2026-W0{number}") for number in (1, 2, 3))
CROSSED = ["49", "51"]


def ledger(active_from: Window = W01) -> MadeLedger:
    """A ledger whose rule was first evaluated when `active_from` began."""
    return MadeLedger(threshold(), active_from.previous().ended_at)


def test_a_new_fact_is_told() -> None:
    """A crossing in the newest settled week makes one message."""
    watched = ledger()
    (change,) = watched.look(series(CROSSED), W02.settles_at)
    assert (change.kind, change.disposition, change.told) == (Kind.NEW, Disposition.NOTIFY, True)


def test_a_second_look_changes_nothing() -> None:
    """The same vintage, read again, has nothing to add."""
    watched = ledger()
    watched.look(series(CROSSED), W02.settles_at)
    assert watched.look(series(CROSSED), W02.settles_at + timedelta(hours=1)) == []


def test_a_fact_older_than_a_window_and_the_grace_is_history() -> None:
    """What is found out too late to be news is recorded, and nobody is told."""
    latest = W02.ended_at + timedelta(days=7) + GRACE
    (on_time,) = ledger().look(series(CROSSED), latest)
    (late,) = ledger().look(series(CROSSED), latest + timedelta(seconds=1))
    assert (on_time.disposition, late.disposition) == (Disposition.NOTIFY, Disposition.HISTORICAL)


def test_what_ended_before_the_rule_was_active_is_history() -> None:
    """A new rule pages nobody about weeks that had ended when it was first evaluated."""
    watched = MadeLedger(threshold(), W02.ended_at + timedelta(seconds=1))
    (change,) = watched.look(series(CROSSED), W02.settles_at)
    assert (change.disposition, change.told) == (Disposition.HISTORICAL, False)


def test_a_told_fact_that_is_gone_is_retracted_once() -> None:
    """People who heard of a crossing hear that it no longer holds, and only once."""
    watched = ledger()
    watched.look(series(CROSSED), W02.settles_at)
    (change,) = watched.look(series(["49", "50"]), W02.settles_at)
    assert (change.kind, change.told) == (Kind.RETRACTED, True)
    assert watched.look(series(["49", "50"]), W02.settles_at) == []


def test_an_untold_fact_goes_and_comes_back_silently() -> None:
    """Nobody hears corrections of what they never heard."""
    watched = MadeLedger(threshold(), W03.ended_at)
    for values_ in (CROSSED, ["49", "50"], CROSSED):
        watched.look(series(values_), W03.ended_at)
    assert watched.heard == []
    assert watched.active == {("2026-W02", "UP")}


def test_edit_a_week_then_revert_it() -> None:
    """A fact that goes and comes back makes a page, a retraction and a reinstatement: never a second page."""
    watched = ledger()
    for values_ in (CROSSED, ["49", "50"], CROSSED):
        watched.look(series(values_), W02.settles_at)
    assert [change.kind for change in watched.heard] == [Kind.NEW, Kind.RETRACTED, Kind.REINSTATED]


def test_a_fact_that_moved_by_a_window_is_restated() -> None:
    """A told crossing that turns out to be a week later is one correction, not a retraction and a page."""
    watched = ledger()
    watched.look(series(["49", "51", "52"]), W03.settles_at)
    (change,) = watched.look(series(["49", "50", "52"]), W03.settles_at)
    assert change.moved_from is not None
    assert (change.kind, change.moved_from.window, change.window) == (Kind.MOVED, W02, W03)
    assert change.disposition is Disposition.RESTATED


def test_a_fact_nobody_knew_is_news_where_it_moved_to() -> None:
    """Only what people were told can be restated: moved into the newest week, untold history is a page."""
    watched = MadeLedger(threshold(), W02.ended_at + timedelta(seconds=1))
    watched.look(series(CROSSED), W02.settles_at)
    gone, came = watched.look(series(["49", "50", "52"]), W03.settles_at)
    assert (gone.kind, gone.told) == (Kind.RETRACTED, False)
    assert (came.kind, came.told) == (Kind.NEW, True)


def test_a_fact_that_moved_back_is_restated_again() -> None:
    """Moving there and back is two corrections after one page."""
    watched = ledger()
    for second in ("51", "50", "51"):
        watched.look(series(["49", second, "52"]), W03.settles_at)
    assert [change.kind for change in watched.heard] == [Kind.NEW, Kind.MOVED, Kind.MOVED]
    assert watched.active == {("2026-W02", "UP")}


def test_history_out_of_view_refutes_nothing() -> None:
    """A series that no longer reaches back to what a fact rose from does not retract it."""
    watched = ledger()
    watched.look(series(CROSSED), W02.settles_at)
    assert watched.look(series(["51", "51"], first=W02), W03.settles_at) == []
    assert watched.look([], W03.settles_at) == []


def test_a_run_that_tells_nobody_leaves_the_fact_untold() -> None:
    """What `--no-notify` recorded is never told later, and neither are its corrections."""
    watched = ledger()
    watched.look(series(CROSSED), W02.settles_at, notify=False)
    watched.look(series(["49", "50"]), W02.settles_at)
    assert watched.heard == []


def test_the_end_of_an_untold_condition_is_not_told() -> None:
    """Nobody hears that something is over of which they did not hear that it began."""
    now = Standpoint(W02.settles_at, W01.ended_at)
    change = reconcile_condition(Direction.CLOSE, W02, [], now=now)
    assert (change.disposition, change.told) == (Disposition.MUTED, False)


@few
@given(st.lists(values, min_size=1, max_size=6), thresholds)
def test_at_most_one_page_per_fact_whatever_the_vintages(vintages: list[Values], limit: Threshold) -> None:
    """However history is rewritten, no fact is news twice, and the ledger holds what the last vintage says."""
    watched = MadeLedger(limit, FIRST.ended_at)
    longest = max(len(vintage) for vintage in vintages)
    for vintage in vintages:
        points = weekly([*vintage, *[None] * (longest - len(vintage))])
        if not points:
            continue
        watched.look(points, points[-1][0].settles_at)
        events = fold(points, limit).events
        assert watched.active == {(str(event.window), str(event.direction)) for event in events}
        assert watched.look(points, points[-1][0].settles_at) == []
    assert len(watched.pages) == len(set(watched.pages))


@few
@given(values.filter(bool), thresholds, st.data())
def test_editing_a_week_and_reverting_it_leaves_no_trace(
    vintage: Values, limit: Threshold, data: st.DataObject
) -> None:
    """After an edit and its reversal the ledger is what it was, and nothing was paged in between but news."""
    watched = MadeLedger(limit, FIRST.ended_at)
    points = weekly(vintage)
    as_of = points[-1][0].settles_at
    watched.look(points, as_of)
    before, paged = watched.active, list(watched.pages)
    place = data.draw(st.integers(0, len(vintage) - 1))
    edited = [*vintage[:place], *data.draw(values.filter(bool))[:1], *vintage[place + 1 :]]
    watched.look(weekly(edited), as_of)
    watched.look(points, as_of)
    assert watched.active == before
    assert len(watched.pages) == len(set(watched.pages))
    assert watched.pages[: len(paged)] == paged


@few
@given(values.filter(bool), thresholds)
def test_a_backfill_pages_nobody(vintage: Values, limit: Threshold) -> None:
    """History that arrives after the rule became active, all of it old, is recorded and not told."""
    points = weekly(vintage)
    watched = MadeLedger(limit, FIRST.ended_at)
    watched.look(points, points[-1][0].ended_at + timedelta(days=7) + GRACE + timedelta(seconds=1))
    assert watched.heard == []
