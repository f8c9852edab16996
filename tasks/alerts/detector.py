"""When a threshold was crossed: a pure fold over exact intervals, one per window.

The grammar is that of Prometheus (`for`) and of Datadog's recovery thresholds (`clear`), on intervals
instead of points: what is undetermined or missing never speaks, never changes the state, and breaks a
pending run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.alerts import Direction
from schemas.windows import Window
from tasks.alerts.threshold import Interval, Sight, Threshold

Point = tuple[Window, Interval | None]
"""A window and what is known of the figure in it; a series of them is sorted and has no holes."""


@dataclass(frozen=True, slots=True)
class Event:
    """A threshold crossed.

    Attributes:
        window: the window that confirmed it.
        first: the first window of the run that confirmed it.
        opposite: the last window before the run that was surely on the other side.
        missing: windows between `opposite` and `first` of which nothing is known.
        undetermined: windows between them that did not decide.
    """

    direction: Direction
    window: Window
    first: Window
    opposite: Window
    missing: int
    undetermined: int


class State(StrEnum):
    """Where a rule stands."""

    UNKNOWN = "unknown"
    CLEAR = "clear"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class Folded:
    """What a series says: its events, oldest first, and where the rule stands after its last window."""

    events: tuple[Event, ...]
    state: State


@dataclass(frozen=True, slots=True)
class _Watch:
    """A known state between two windows: the run that is pending, and what lies since the last opposite."""

    firing: bool
    opposite: Window
    run: tuple[Window, ...] = ()
    missing: int = 0
    undetermined: int = 0


def fold(series: Sequence[Point], threshold: Threshold) -> Folded:
    """Every crossing of `threshold` in `series`, which is sorted and gap-filled (`series.fill`).

    The first determinate window sets the state silently: that something was above when first seen is no news.
    """
    watch: _Watch | None = None
    events: list[Event] = []
    for window, value in series:
        if watch is None:
            watch = _first_sight(window, value, threshold)
            continue
        watch, event = _step(watch, window, value, threshold)
        if event is not None:
            events.append(event)
    if watch is None:
        return Folded((), State.UNKNOWN)
    return Folded(tuple(events), State.FIRING if watch.firing else State.CLEAR)


def _first_sight(window: Window, value: Interval | None, threshold: Threshold) -> _Watch | None:
    if threshold.classify(value) is Sight.FIRE:
        return _Watch(firing=True, opposite=window)
    if threshold.surely_not_firing(value):
        return _Watch(firing=False, opposite=window)
    return None


def _step(
    watch: _Watch, window: Window, value: Interval | None, threshold: Threshold
) -> tuple[_Watch, Event | None]:
    sight = threshold.classify(value)
    if sight is (Sight.CLEAR if watch.firing else Sight.FIRE):
        run = (*watch.run, window)
        if len(run) < (threshold.clear_for_windows if watch.firing else threshold.for_windows):
            return replace(watch, run=run), None
        direction = Direction.DOWN if watch.firing else Direction.UP
        event = Event(direction, window, run[0], watch.opposite, watch.missing, watch.undetermined)
        return _Watch(firing=not watch.firing, opposite=window), event

    stays = threshold.surely_not_clear(value) if watch.firing else threshold.surely_not_firing(value)
    if stays:
        return _Watch(watch.firing, opposite=window), None
    missing = watch.missing + (sight is Sight.MISSING)
    undetermined = watch.undetermined + (sight is Sight.UNDETERMINED)
    return replace(watch, run=(), missing=missing, undetermined=undetermined), None


def condition(value: Interval | None, threshold: Threshold, *, is_open: bool) -> Direction | None:
    """The change of a state: it opens when it surely holds, closes when it is surely over, and stays else."""
    sight = threshold.classify(value)
    if sight is Sight.FIRE and not is_open:
        return Direction.OPEN
    if sight is Sight.CLEAR and is_open:
        return Direction.CLOSE
    return None
