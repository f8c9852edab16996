"""Figures, days and thresholds in plain words: no codes, and no rounding that contradicts the sentence."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from schemas.alerts import Direction
from schemas.countries import being_of, country_name, possessive
from schemas.rule_models import CrossingRule, LeadRule, Rule
from schemas.rule_parts import Measure, Op
from schemas.windows import Window
from tasks.alerts.threshold import Interval

_MOST_PLACES: Final = 6
_SIDES: Final = {
    (Op.ABOVE, True): "above {}",
    (Op.ABOVE, False): "to {} or less",
    (Op.AT_LEAST, True): "to {} or more",
    (Op.AT_LEAST, False): "below {}",
    (Op.BELOW, True): "below {}",
    (Op.BELOW, False): "to {} or more",
    (Op.AT_MOST, True): "to {} or less",
    (Op.AT_MOST, False): "above {}",
}


def figure(value: Fraction, *, apart_from: Fraction | None = None) -> str:
    """A figure with one decimal, or as many as it takes not to look like the bound that it is not.

    50.004 is above 50, and a sentence saying so must not print "50.0".
    """
    places = 1
    while places < _MOST_PLACES and _rounded(value, places) == apart_from != value:
        places += 1
    return f"{Decimal(round(value * 10**places)).scaleb(-places):.{places}f}"


def _rounded(value: Fraction, places: int) -> Fraction:
    return Fraction(round(value * 10**places), 10**places)


def days_in_words(window: Window, *, year: bool = False) -> str:
    """`1–7 June`, `29 June – 5 July`, with the year where it is asked for or changes."""
    start, end = window.start, window.end
    if start.year != end.year:
        return f"{start.day} {start:%B} {start.year} – {end.day} {end:%B} {end.year}"
    if start == end:
        words = f"{end.day} {end:%B}"
    elif start.month == end.month:
        words = f"{start.day}–{end.day} {end:%B}"
    else:
        words = f"{start.day} {start:%B} – {end.day} {end:%B}"
    return f"{words} {end.year}" if year else words


def day_in_words(day: date) -> str:
    """`7 June 2026`."""
    return f"{day.day} {day:%B %Y}"


def share_sentence(rule: CrossingRule, window: Window, value: Interval) -> str:
    """`China's models carried 50.5 % of OpenRouter's tokens, 1–7 June; up to 63.5 % if …`, without a stop."""
    by_origin = rule.measure.by == "origin"
    owner = possessive(country_name(rule.subject) if by_origin else rule.subject)
    known = figure(value.lo, apart_from=rule.fire_bound)
    sentence = f"{owner} models carried {known} % of {_whole(rule.measure)}, {days_in_words(window)}"
    if value.hi > value.lo:
        being = being_of(rule.subject) if by_origin else owner
        sentence += f"; up to {figure(value.hi)} % if every unidentified token were {being}"
    return _capitalised(sentence)


def lead_sentence(rule: LeadRule, window: Window, value: Interval) -> str:
    """Who led whom by how much, and by how much at least; without a full stop."""
    ahead, behind = (country_name(code) for code in rule.pair)
    middle = (value.lo + value.hi) / 2
    if middle < 0:
        ahead, behind, value, middle = behind, ahead, value.mirrored(), -middle
    if middle == 0:
        sentence = f"{possessive(ahead)} models and those of {behind} carried equally much"
    else:
        sentence = f"{possessive(ahead)} models led those of {behind} by {figure(middle)} points"
    sentence += f" of {_whole(rule.measure)}, {days_in_words(window)}"
    if value.lo > 0 and value.hi > value.lo:
        sentence += (
            f"; by {figure(value.lo, apart_from=Fraction(0))} at least, whatever the unidentified tokens are"
        )
    elif value.hi > value.lo:
        sentence += "; but the unidentified tokens could undo it"
    return _capitalised(sentence)


def standing(rule: Rule, value: Interval) -> str:
    """A past or present figure in short: `44.9 % (up to 58.4 %)`, `3.0 points (-4.0 to 10.0)`."""
    if isinstance(rule, LeadRule):
        middle = (value.lo + value.hi) / 2
        return f"{figure(middle)} points ({figure(value.lo)} to {figure(value.hi)})"
    upper = f" (up to {figure(value.hi)} %)" if value.hi > value.lo else ""
    return f"{figure(value.lo, apart_from=rule.fire_bound)} %{upper}"


def turn(rule: Rule, direction: Direction) -> str:
    """What crossing it was: `It went above 50 %`, `China's models are now surely ahead`."""
    fires = direction is Direction.UP
    bound = rule.fire_bound if fires else rule.clear_bound
    if isinstance(rule, LeadRule) and bound == 0:
        owner = _capitalised(possessive(country_name(rule.pair[0])))
        return f"{owner} models are {'now surely' if fires else 'surely no longer'} ahead"
    unit = "points" if isinstance(rule, LeadRule) else "%"
    written = rule.fire if fires else rule.clear or rule.fire
    return f"It went {_SIDES[rule.op, fires].format(f'{written} {unit}')}"


def counted(number: int, noun: str) -> str:
    """`1 week`, `2 weeks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _whole(measure: Measure) -> str:
    basis = measure.definition.basis
    if basis.top:
        return f"the tokens of OpenRouter's top {basis.top} models"
    return "OpenRouter's tokens" if basis.kind == "all" else "the tokens of OpenRouter's named models"


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
