"""The sentence about a turn: the figure, its days, and on which side of its bound it now is."""

from fractions import Fraction
from typing import Final

from schemas.alerts import Direction
from schemas.countries import country_name, possessive
from schemas.rule_models import CrossingRule, LeadRule
from schemas.rule_parts import Op
from schemas.windows import Window
from tasks.alerts.figure_words import figure_sentence, written_bound, written_figure
from tasks.alerts.place_words import PLACES, place_over, place_sentence, place_side, written_place
from tasks.alerts.spellings import SPELLINGS
from tasks.alerts.threshold import Interval, Sight, Threshold
from tasks.alerts.wording import (
    KINDS,
    capitalised,
    days_in_words,
    figure,
    models_of,
    subject_name,
    who_may_have,
    whole,
)

_SIDES: Final = {
    Op.ABOVE: "above {}",
    Op.AT_LEAST: "at or above {}",
    Op.BELOW: "below {}",
    Op.AT_MOST: "at or below {}",
}
_BEHIND: Final = {
    Op.ABOVE: "more than {}",
    Op.AT_LEAST: "{} or more",
    Op.BELOW: "less than {}",
    Op.AT_MOST: "{} or less",
}
_OVER: Final = {
    Op.ABOVE: "at {} or less",
    Op.AT_LEAST: "below {}",
    Op.BELOW: "at {} or more",
    Op.AT_MOST: "above {}",
}
_HALF: Final = Fraction(50)
_ZERO: Final = Fraction(0)


def turn_sentence(
    rule: CrossingRule | LeadRule, direction: Direction, window: Window, value: Interval
) -> str:
    """What the figure was in `window`, and that it turned; without a full stop.

    `China's models carried 45.5 % of OpenRouter's tokens, 10–16 August, and are, as far as is known, no longer
    above half; up to 53.3 % if every unidentified token were Chinese`.
    """
    if isinstance(rule, LeadRule):
        said = _lead(rule, direction, window, value)
    elif rule.metric in SPELLINGS:
        return figure_sentence(rule, direction, window, value, _turn_of_figure(rule, direction, value))
    elif rule.metric == "drawdown":
        said = _drawdown(rule, direction, window, value)
    elif rule.metric in PLACES:
        sure = holds_surely(rule, direction, value)
        said = place_sentence(rule, window, value, _turned("is", place_side(rule), direction, sure=sure))
    else:
        said = _share(rule, direction, window, value)
    return (
        capitalised(said) if rule.measure.by == "origin" else said
    )  # names are written as their owners write them


def holds_surely(rule: CrossingRule | LeadRule, direction: Direction, value: Interval) -> bool:
    """Whether the turn holds whatever the unidentified tokens are."""
    across = Sight.FIRE if direction is Direction.UP else Sight.CLEAR
    return Threshold.of(rule).classify(value) is across


def standing(rule: CrossingRule | LeadRule, value: Interval) -> str:
    """A past or present figure in short: `44.9 % (up to 58.4 %)`, `3.0 points (-4.0 to 10.0)`, `no. 4`."""
    if isinstance(rule, LeadRule):
        return f"{figure(value.middle)} points ({figure(value.lo)} to {figure(value.hi)})"
    if rule.metric in PLACES:
        return written_place(value)
    if rule.metric in SPELLINGS:
        return written_figure(rule, value.point, apart_from=rule.fire_bound)
    unit = "points below" if rule.metric == "drawdown" else "%"
    upper = f" (up to {figure(value.hi)} {unit})" if value.hi > value.point else ""
    return f"{figure(value.point, apart_from=rule.fire_bound)} {unit}{upper}"


def over_at(rule: CrossingRule | LeadRule) -> str:
    """When the state counts as over, where that is another bound than the one that begins it; else nothing."""
    if rule.clear_bound == rule.fire_bound:
        return ""
    if isinstance(rule, CrossingRule) and rule.metric in PLACES:
        return f"It counts as over only {place_over(rule)}."
    if isinstance(rule, CrossingRule) and rule.metric in SPELLINGS:
        return (
            f"It counts as over only {_OVER[rule.op].format(written_bound(rule, rule.clear or rule.fire))}."
        )
    unit = "%" if isinstance(rule, CrossingRule) and rule.metric != "drawdown" else "points"
    return f"It counts as over only {_OVER[rule.op].format(f'{rule.clear} {unit}')}."


def _share(rule: CrossingRule, direction: Direction, window: Window, value: Interval) -> str:
    top = rule.metric == "top_share"
    who = (
        f"OpenRouter's {rule.top} largest {KINDS[rule.measure.by]}"
        if top
        else models_of(rule.subject, rule.measure.by)
    )
    unknown, whose = who_may_have(rule)
    plain = top and rule.measure.basis == "all" and not rule.measure.without_free
    carried = "all tokens" if plain else whole(rule.measure)
    half = rule.fire_bound == _HALF
    bound = "half" if half else f"{rule.fire} %"
    known = figure(value.point, apart_from=_bound(rule, direction))
    verb = "is" if rule.measure.by == "model" and not top else "are"
    side = _turned(verb, _SIDES[rule.op].format(bound), direction, sure=holds_surely(rule, direction, value))
    said = f"{who} carried {known} % of {carried}, {days_in_words(window)}, and {side}"
    most = f"; up to {figure(value.hi)} % if {unknown} were {whose}"
    return said + most if value.hi > value.point else said


def _drawdown(rule: CrossingRule, direction: Direction, window: Window, value: Interval) -> str:
    name = possessive(subject_name(rule))
    sure = holds_surely(rule, direction, value)
    side = _turned("is", _BEHIND[rule.op].format(f"{rule.fire} points"), direction, sure=sure)
    points = figure(value.point, apart_from=_bound(rule, direction))
    return (
        f"{name} share of {whole(rule.measure)}, {days_in_words(window)}, {side} below its highest so far: "
        f"{points} points"
    )


def _lead(rule: LeadRule, direction: Direction, window: Window, value: Interval) -> str:
    ahead, behind = (country_name(code) for code in rule.pair)
    models = f"{possessive(ahead)} models"
    of = f"of {whole(rule.measure)}, {days_in_words(window)}"
    middle = value.middle
    if rule.fire_bound != _ZERO or rule.op.looks_down:
        side = _turned("is", _SIDES[rule.op].format(f"{rule.fire} points"), direction, sure=True)
        points = figure(middle, apart_from=_bound(rule, direction))
        return f"The lead of {models} over those of {behind} was {points} points {of}, and {side}"
    if direction is Direction.UP:
        said = f"{models} are now ahead of those of {behind}, by {figure(middle)} points {of}"
        return said + _at_least(value)
    said = f"{models} are no longer ahead of those of {behind}"
    if middle == 0:
        return f"{said}: both carried equally much {of}"
    return f"{said}, which led by {figure(-middle)} points {of}" + _at_least(value.mirrored())


def _at_least(value: Interval) -> str:
    if value.hi == value.lo:
        return ""
    least = figure(value.lo, apart_from=_ZERO)
    return f"; by {least} at least, whatever the unidentified tokens are"


def _turned(verb: str, side: str, direction: Direction, *, sure: bool) -> str:
    """`are now above half`, `are, as far as is known, no longer above half`."""
    known = "" if sure else ", as far as is known,"
    return f"{verb}{known} {'now' if direction is Direction.UP else 'no longer'} {side}"


def _turn_of_figure(rule: CrossingRule, direction: Direction, value: Interval) -> str:
    side = _SIDES[rule.op].format(written_bound(rule, rule.fire))
    return _turned("is", side, direction, sure=holds_surely(rule, direction, value))


def _bound(rule: CrossingRule | LeadRule, direction: Direction) -> Fraction:
    return rule.fire_bound if direction is Direction.UP else rule.clear_bound
