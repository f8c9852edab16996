"""Words for figures other than shares, places and leads: how they are written, and the sentence about a turn."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import dataframely as dy

from schemas.alerts import Direction
from schemas.countries import country_name, possessive
from schemas.price_frames import ALL, PriceHistory
from schemas.rule_models import CrossingRule, LeadRule
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.price_figures import BEYOND, price_moves
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import days_in_words, figure, whole

_DIGITS: Final = 3
_NAME: Final = 80
_CERTAIN: Final = "This holds whatever the unidentified tokens are."
_UNCERTAIN: Final = (
    "This is not certain: it counts what is known, and the unidentified tokens could change it."
)
_OF_PRICES: Final = "This is about tokens whose list price is known; nobody publishes what was paid."
_OF_NAMED: Final = "This is about named tokens; what is below the published top 50 is in no such figure."


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a figure is written: what stands before and after its number, and what it is about."""

    before: str = ""
    after: str = ""
    about: str | None = None


SPELLINGS: Final = {
    "growth": Spelling(after=" %"),
    "hhi": Spelling(),
    "free_share": Spelling(after=" %", about=_OF_NAMED),
    "weighted_price": Spelling(before="$", about=_OF_PRICES),
    "price_ratio": Spelling(after=" times", about=_OF_PRICES),
    "price_index": Spelling(about=_OF_PRICES),
    "price_change": Spelling(after=" times", about=_OF_PRICES),
}
"""By metric; of shares, places and leads the words are in `sentences`."""


def figure_sentence(
    rule: CrossingRule, direction: Direction, window: Window, value: Interval, turned: str
) -> str:
    """What the figure was in `window`, and that it turned; `turned` is `is now above …`; without a full stop."""
    bound = rule.fire_bound if direction is Direction.UP else rule.clear_bound
    days = days_in_words(window)
    if rule.metric == "price_change":
        said = f"The list price of {printable(rule.subject, _NAME)} changed {_factor(value, bound)}, {days}"
        return said if direction is Direction.UP else f"{said}, and its change {turned}"
    written = written_figure(rule, value.point, apart_from=bound)
    said = f"{_named(rule)} was {written}{_beside(rule)}, {days}, and {turned}"
    if value.hi > value.lo:
        low, high = (written_figure(rule, end) for end in (value.lo, value.hi))
        said += f"; {low} to {high}, whatever the unidentified tokens are"
    return said


def _factor(value: Interval, bound: Fraction) -> str:
    if value.point >= BEYOND:
        return "from or to nothing"
    return f"by a factor of {figure(value.point, apart_from=bound)}"


def _named(rule: CrossingRule) -> str:
    of = _models(rule, rule.pair[0] if rule.metric == "price_ratio" else rule.subject)
    many = "countries" if rule.measure.by == "origin" else "labs"
    return {
        "growth": f"The growth of the tokens of {of} against the {rule.measure.kind.unit} before",
        "hhi": f"The concentration of {whole(rule.measure)} among {many} (Herfindahl-Hirschman index)",
        "free_share": f"The part of free variants in the named tokens of {of}",
        "weighted_price": f"The list price of a million tokens of {of}",
        "price_ratio": f"The list price of a token of {of}",
        "price_index": "The index of list prices of the same models",
    }[rule.metric]


def _beside(rule: CrossingRule) -> str:
    """What is read together with the number."""
    if rule.metric == "price_ratio":
        return f" that of {_models(rule, rule.pair[1])}"
    return ", 100 when its chain began" if rule.metric == "price_index" else ""


def _models(rule: CrossingRule, subject: str) -> str:
    if subject == ALL:
        return "all models"
    if rule.measure.by == "model":
        return printable(subject, _NAME)
    name = country_name(subject) if rule.measure.by == "origin" else printable(subject, _NAME)
    return f"{possessive(name)} models"


def written_figure(rule: CrossingRule, value: Fraction, *, apart_from: Fraction | None = None) -> str:
    """The number as the metric writes it: `$0.44`, `0.0651 times`, `12.3 %`; never rounded onto the bound."""
    spelling = SPELLINGS[rule.metric]
    places = 1
    while spelling.after != " %" and value and abs(value) * 10**places < 10 ** (_DIGITS - 1):
        places += 1
    return f"{spelling.before}{figure(value, apart_from=apart_from, places=places)}{spelling.after}"


def written_bound(rule: CrossingRule, bound: str) -> str:
    """A bound as the rule states it, with its unit."""
    spelling = SPELLINGS[rule.metric]
    return f"{spelling.before}{bound}{spelling.after}"


def certainty(rule: CrossingRule | LeadRule, *, sure: bool) -> str:
    """Whether a turn holds whatever is unknown; of a figure on a part of the tokens, which part that is."""
    spelling = SPELLINGS.get(rule.metric)
    if spelling and spelling.about:
        return spelling.about
    return _CERTAIN if sure else _UNCERTAIN


def prices_in_words(
    rule: CrossingRule | LeadRule, history: dy.DataFrame[PriceHistory], window: Window
) -> str:
    """The list price before and now, of a rule about its change; nothing for any other."""
    if isinstance(rule, LeadRule) or rule.metric != "price_change":
        return ""
    move = price_moves(history, [rule.subject], window).get(rule.subject)
    if move is None:
        return ""
    before, now = (f"${price.normalize():f}" for price in (move.before, move.now))
    unit = window.kind.unit
    return (
        f"It was {before} per million tokens at the end of the {unit} before, and {now} at the end of this one "
        "(three tokens read for one written)."
    )
