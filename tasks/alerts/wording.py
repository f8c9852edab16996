"""Figures, days and names in plain words: no codes, and no rounding that contradicts the sentence."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from schemas.countries import being_of, country_name, possessive
from schemas.price_frames import ALL
from schemas.rule_models import CrossingRule, LeadRule
from schemas.rule_parts import Measure
from schemas.text import printable
from schemas.windows import Window

_MOST_PLACES: Final = 6
_NAME: Final = 80
KINDS: Final = {"origin": "countries", "lab": "labs", "author": "authors", "model": "models"}
"""What a figure counts by, in the plural."""


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
    """The country, the lab, the author or the model that a rule is about; names from upstream on one short line."""
    called = rule.called if isinstance(rule, CrossingRule) else None
    return called or name_of(rule.subject, rule.measure.by)


def name_of(subject: str, by: str) -> str:
    """A country in words; any other name as its owner writes it, on one short line."""
    return country_name(subject) if by == "origin" else printable(subject, _NAME)


def models_of(subject: str, by: str) -> str:
    """Whose tokens those of a subject are: `China's models`, `OpenAI's models`, a model by its name."""
    if subject == ALL:
        return "all models"
    name = name_of(subject, by)
    return name if by == "model" else f"{possessive(name)} models"


def whole(measure: Measure) -> str:
    """What a share is a part of."""
    basis = measure.definition.basis
    match basis.kind:
        case "named":
            of = "the tokens of OpenRouter's named models"
        case "attributed":
            of = "OpenRouter's attributed tokens"
        case "pair":
            one, other = (country_name(code) for code in basis.pair or ())
            of = f"OpenRouter's tokens of {one} and {other} only"
        case "top":
            of = f"the tokens of OpenRouter's top {basis.top} models"
        case _:
            of = "OpenRouter's tokens"
    return f"{of} without free variants" if measure.without_free else of


def who_may_have(rule: CrossingRule) -> tuple[str, str]:
    """What could add to a share, and whose it would then be: `every unidentified token`, `Chinese`."""
    by, conditional = rule.measure.by, rule.measure.definition.basis.conditional
    has_a_name = by in {"author", "model"} and not conditional
    unknown = "everything below the published top 50" if has_a_name else "every unidentified token"
    if rule.metric == "top_share":
        return unknown, "theirs"
    if by == "origin":
        return unknown, being_of(rule.subject)
    return unknown, "its own" if by == "model" else possessive(subject_name(rule))


def leaves_out(measure: Measure) -> str:
    """What a reader must know of a figure that does not count everything; nothing of the others."""
    said = []
    if measure.definition.basis.conditional:
        said.append(f"It is about {whole(measure)}, not about all: what nobody can attribute is left out.")
    if measure.without_free:
        said.append("Free variants are left out.")
    return " ".join(said)


def capitalised(sentence: str) -> str:
    """The sentence with a capital letter at its beginning."""
    return sentence[:1].upper() + sentence[1:]
