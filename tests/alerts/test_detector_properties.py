"""What holds of every series, whatever its figures."""

from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Direction
from tasks.alerts.detector import Point, fold
from tasks.alerts.series import fill
from tasks.alerts.threshold import Interval, Sight, Threshold
from tests.support.made_rules import FIRST, weekly
from tests.support.strategies import Values, few, plain, points, thresholds, values

OPPOSITE = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}


def said(series: list[Point], limit: Threshold) -> list[tuple[str, Direction]]:
    """The events of a series, named."""
    return [(str(event.window), event.direction) for event in fold(series, limit).events]


@few
@given(values, thresholds)
def test_directions_alternate_and_windows_differ(given_: Values, limit: Threshold) -> None:
    """A rule speaks at most once about a week, and never twice in the same direction in a row."""
    events = fold(weekly(given_), limit).events
    assert all(one.direction is not two.direction for one, two in pairwise(events))
    assert len({event.window for event in events}) == len(events)


@few
@given(values, thresholds)
def test_replay_equals_feeding_piece_by_piece(given_: Values, limit: Threshold) -> None:
    """What was said of a series is not changed by the weeks that come after it."""
    series = weekly(given_)
    whole = fold(series, limit).events
    for length in range(len(series) + 1):
        beginning = fold(series[:length], limit).events
        assert beginning == whole[: len(beginning)]


@few
@given(values, thresholds)
def test_every_event_rests_on_its_run_and_an_earlier_opposite(given_: Values, limit: Threshold) -> None:
    """The run before an event is as long as asked for, without a break, after a week on the other side."""
    series = weekly(given_)
    at = {window: place for place, (window, _) in enumerate(series)}
    for event in fold(series, limit).events:
        up = event.direction is Direction.UP
        run = series[at[event.first] : at[event.window] + 1]
        assert len(run) == (limit.for_windows if up else limit.clear_for_windows)
        assert {limit.classify(value) for _, value in run} == {Sight.FIRE if up else Sight.CLEAR}
        opposite = series[at[event.opposite]][1]
        assert limit.surely_not_firing(opposite) if up else limit.surely_not_clear(opposite)
        between = series[at[event.opposite] + 1 : at[event.first]]
        assert event.missing == sum(value is None for _, value in between)
        on_the_other_side = limit.surely_not_firing if up else limit.surely_not_clear
        assert not any(on_the_other_side(value) for _, value in between)


@few
@given(st.lists(points, max_size=14), plain)
def test_on_points_it_is_the_naive_detector(given_: list[Interval], limit: Threshold) -> None:
    """With points, no band and no wait, an event is a change of side between two weeks."""
    series = weekly(given_)
    above = [value.lo > limit.fire or (not limit.strict and value.lo == limit.fire) for value in given_]
    naive = [
        (str(series[place][0]), Direction.UP if above[place] else Direction.DOWN)
        for place in range(1, len(above))
        if above[place] != above[place - 1]
    ]
    assert said(series, limit) == naive


@few
@given(values, plain, st.data())
def test_less_knowledge_never_says_more(given_: Values, limit: Threshold, data: st.DataObject) -> None:
    """Widening intervals never adds an event."""
    more = st.integers(0, 4)
    wider = [
        None if each is None else Interval(each.lo - data.draw(more), each.hi + data.draw(more))
        for each in given_
    ]
    assert len(said(weekly(wider), limit)) <= len(said(weekly(given_), limit))


@few
@given(values, plain)
def test_mirrored_pairs_mirror(given_: Values, limit: Threshold) -> None:
    """Who looks at the negated figure through the negated bounds sees every event the other way round."""
    mirrored = [None if each is None else each.mirrored() for each in given_]
    mirror = Threshold(not limit.strict, -limit.clear, -limit.fire)
    expected = [(window, OPPOSITE[direction]) for window, direction in said(weekly(given_), limit)]
    assert said(weekly(mirrored), mirror) == expected


@few
@given(values, thresholds)
def test_below_is_negate_and_swap(given_: Values, limit: Threshold) -> None:
    """A rule that looks down judges as its mirror image looks up."""
    mirrored = [None if each is None else each.mirrored() for each in given_]
    below = Threshold(
        limit.strict, limit.fire, limit.clear, limit.for_windows, limit.clear_for_windows, mirrored=True
    )
    assert said(weekly(mirrored), below) == said(weekly(given_), limit)


@few
@given(values, thresholds, st.randoms())
def test_absent_is_missing_and_order_does_not_matter(
    given_: Values, limit: Threshold, random: Random
) -> None:
    """A week that is left out is a week of which nothing is known, in whatever order the others come."""
    series = weekly([Interval(Fraction(49), Fraction(49)), *given_])
    present = [point for point in series if point[1] is not None]
    random.shuffle(present)
    newest = series[-1][0]
    assert fill(dict(present), newest) == series
    assert said(fill(dict(present), newest), limit) == said(series, limit)


def test_the_grid_ends_with_the_newest_week() -> None:
    """A week that was never received counts as missing."""
    value = Interval(Fraction(49), Fraction(49))
    assert fill({FIRST: value}, FIRST.next()) == [(FIRST, value), (FIRST.next(), None)]
