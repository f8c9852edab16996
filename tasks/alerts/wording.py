"""Figures, days and names in plain words: no codes, and no rounding that contradicts the sentence."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from schemas.countries import country_name
from schemas.rule_models import CrossingRule, LeadRule
from schemas.rule_parts import Measure
from schemas.text import printable
from schemas.windows import Window

_MOST_PLACES: Final = 6
_NAME: Final = 80


def figure(
    value: Fraction, *, apart_from: Fraction | None = None, signed: bool = False, places: int = 1
) -> str:
    """A figure with that many decimals, or as many as it takes not to look like the bound that it is not.

    50.004 is above 50, and a sentence saying so must not print "50.0".
    """
    while places < _MOST_PLACES and _rounded(value, places) == apart_from != value:
        places += 1
    decimal = Decimal(round(value * 10**places)).scaleb(-places)
    return f"{decimal:+.{places}f}" if signed else f"{decimal:.{places}f}"


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


def counted(number: int, noun: str) -> str:
    """`1 week`, `2 weeks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def subject_name(rule: CrossingRule | LeadRule) -> str:
    """The country, the lab or the model that a rule is about; names from upstream on one short line."""
    return country_name(rule.subject) if rule.measure.by == "origin" else printable(rule.subject, _NAME)


def whole(measure: Measure) -> str:
    """What a share is a part of."""
    basis = measure.definition.basis
    of = "OpenRouter's tokens" if basis.kind == "all" else "the tokens of OpenRouter's named models"
    if basis.top:
        of = f"the tokens of OpenRouter's top {basis.top} models"
    return f"{of} without free variants" if measure.without_free else of


def capitalised(sentence: str) -> str:
    """The sentence with a capital letter at its beginning."""
    return sentence[:1].upper() + sentence[1:]
