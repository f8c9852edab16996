"""The state machine: which weeks speak, in which direction, and what they rest on."""

from fractions import Fraction

import pytest

from schemas.alerts import Direction
from tasks.alerts.detector import State, condition, fold
from tasks.alerts.threshold import Interval, Sight, Threshold
from tests.support.made_rules import interval, said, series, threshold

UP, DOWN = Direction.UP, Direction.DOWN


@pytest.mark.parametrize(
    ("limit", "values", "expected"),
    [
        (threshold(">"), ["49", "51"], {2: UP}),
        (threshold(">"), ["49", "50", "50"], {}),
        (threshold(">"), ["49", "51", "50"], {2: UP, 3: DOWN}),
        (threshold(">="), ["49", "50"], {2: UP}),
        (threshold(">"), ["51", "52"], {}),
        (threshold(">", clear="48"), ["47", "51", "49", "51", "48.5", "50.5"], {2: UP}),
        (threshold(">", clear="48"), ["47", "51", "48"], {2: UP, 3: DOWN}),
        (threshold(">"), ["49", None, None, "51"], {4: UP}),
        (threshold(">"), ["51", None, "52"], {}),
        (threshold(">"), ["49", "49.9..60"], {}),
        (threshold(">"), ["49", "48..52", "51"], {3: UP}),
        (threshold(">"), ["40..49", "50.1..60"], {2: UP}),
        (threshold(">", for_windows=2), ["49", "51", "49", "51"], {}),
        (threshold(">", for_windows=2), ["49", "51", None, "51", "51"], {5: UP}),
        (threshold(">", fire="0"), ["-1", "0", "1"], {3: UP}),
        (threshold(">=", fire="0"), ["1", "0", "-1"], {3: DOWN}),
        (threshold("<", fire="10", clear="12"), ["11", "9", "11.9", "12"], {2: UP, 4: DOWN}),
        (threshold("<=", fire="10"), ["11", "10", "10.1"], {2: UP, 3: DOWN}),
        (threshold(">", clear_for_windows=2), ["49", "51", "49", None, "49", "49"], {2: UP, 6: DOWN}),
        (threshold(">"), [None, "48..52", "51", "49"], {4: DOWN}),
        (threshold(">", clear="48"), ["47..49", "51"], {2: UP}),
    ],
)
def test_what_a_series_says(limit: Threshold, values: list[str | None], expected: dict[int, str]) -> None:
    """Each row of the case table speaks in exactly the weeks and directions that it promises."""
    assert said(values, limit) == expected


@pytest.mark.parametrize(
    ("op", "value", "sight"),
    [
        (">", "50.1", Sight.FIRE),
        (">", "50", Sight.HELD),
        (">=", "50", Sight.FIRE),
        (">", "48", Sight.CLEAR),
        (">=", "48", Sight.HELD),
        (">=", "47.9", Sight.CLEAR),
        (">", "48.1..50", Sight.HELD),
        (">", "48..49", Sight.UNDETERMINED),
        (">", "49..51", Sight.UNDETERMINED),
        (">", "40..60", Sight.UNDETERMINED),
        (">", None, Sight.MISSING),
    ],
)
def test_how_a_week_is_classed(op: str, value: str | None, sight: Sight) -> None:
    """Bounds belong to the side that the operator says, and an interval must be wholly on one."""
    assert threshold(op, clear="48").classify(interval(value)) is sight


def test_an_event_names_what_it_rests_on() -> None:
    """A crossing after a gap names the last week on the other side, its run, and what lay between."""
    points = series(["49", None, "48..52", None, "51", "52"])
    (event,) = fold(points, threshold(for_windows=2)).events
    weeks = [window for window, _ in points]
    assert (event.opposite, event.first, event.window) == (weeks[0], weeks[4], weeks[5])
    assert (event.missing, event.undetermined) == (2, 1)


def test_the_state_after_the_last_week_is_known() -> None:
    """Where a rule stands is part of the answer, also when nothing was said."""
    states = [fold(series(values), threshold()).state for values in (["48..52"], ["49"], ["51"])]
    assert states == [State.UNKNOWN, State.CLEAR, State.FIRING]


def test_an_interval_cannot_end_before_it_begins() -> None:
    """A mistake in the bounds is an error, not a silent week."""
    with pytest.raises(ValueError, match="holds nothing"):
        Interval(Fraction(2), Fraction(1))


@pytest.mark.parametrize(
    ("hours", "is_open", "change"),
    [
        ("49", False, Direction.OPEN),
        ("49", True, None),
        ("40", True, None),
        ("30", True, Direction.CLOSE),
        ("30", False, None),
        (None, True, None),
    ],
)
def test_a_condition_opens_and_closes_once(
    hours: str | None, is_open: bool, change: Direction | None
) -> None:
    """A state changes at its bounds only, and nothing is known where there is no figure."""
    assert condition(interval(hours), threshold(fire="48", clear="30"), is_open=is_open) is change


def test_a_window_in_the_band_is_still_on_the_side_it_came_from() -> None:
    """The fall is told from the last window that was surely not over, which may lie between the bounds."""
    rise, fall = fold(series(["47", "51", "49", "48"]), threshold(clear="48")).events
    assert [(str(event.opposite), str(event.window)) for event in (rise, fall)] == [
        ("2026-W01", "2026-W02"),
        ("2026-W03", "2026-W04"),
    ]


def test_the_mirror_image_of_what_is_known() -> None:
    """Negating a figure negates its bounds and what is known of it."""
    mirrored = Interval(Fraction(1), Fraction(9), Fraction(4)).mirrored()
    assert mirrored == Interval(Fraction(-9), Fraction(-1), Fraction(-4))
