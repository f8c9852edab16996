"""Words for figures other than shares, places and leads: how they are written, and the sentence about a turn."""

from fractions import Fraction
from typing import Final

import dataframely as dy

from schemas.alerts import Direction
from schemas.countries import possessive
from schemas.frames import COMPOSITE, ORIGIN, TAIL, UNDISCLOSED, UNREVIEWED
from schemas.price_frames import ALL, PriceHistory
from schemas.rule_models import CrossingRule, LeadRule
from schemas.rule_parts import Measure
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.price_figures import BEYOND, price_moves
from tasks.alerts.spellings import SPELLINGS
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import (
    KINDS,
    counted,
    days_in_words,
    figure,
    leaves_out,
    models_of,
    name_of,
    whole,
)

_DIGITS: Final = 3
_NAME: Final = 80
_UNIDENTIFIED: Final = "the unidentified tokens"
_PARTS: Final = {
    None: "(three read for one written) of",
    "prompt": "read by",
    "completion": "written by",
}
BUCKET_WORDS: Final = {
    ORIGIN: "models of a known country",
    UNDISCLOSED: "models whose lab is not disclosed",
    COMPOSITE: "routers",
    UNREVIEWED: "models whose author nobody has reviewed",
    TAIL: "models below the published top 50",
}


def figure_sentence(
    rule: CrossingRule, direction: Direction, window: Window, value: Interval, turned: str
) -> str:
    """What the figure was in `window`, and that it turned; `turned` is `is now above …`; without a full stop."""
    bound = rule.fire_bound if direction is Direction.UP else rule.clear_bound
    spelling = SPELLINGS[rule.metric]
    days = f"as read in the week of {days_in_words(window)}" if spelling.as_read else days_in_words(window)
    if rule.metric == "price_change":
        said = f"The list price of {printable(rule.subject, _NAME)} changed {_factor(value, bound)}, {days}"
        return said if direction is Direction.UP else f"{said}, and its change {turned}"
    written = written_figure(rule, value.point, apart_from=bound)
    said = f"{named_figure(rule)} was {written}{_in_words(spelling.beside, rule)}, {days}, and {turned}"
    if value.hi > value.lo and spelling.ranged:
        low, high = (written_figure(rule, end) for end in (value.lo, value.hi))
        said += f"; {low} to {high}, whatever {spelling.unknown} are"
    return said


def _factor(value: Interval, bound: Fraction) -> str:
    if value.point >= BEYOND:
        return "from or to nothing"
    return f"by a factor of {figure(value.point, apart_from=bound)}"


def named_figure(rule: CrossingRule) -> str:
    """What the figure of a rule is: `The number of tokens of China's models`."""
    return _in_words(SPELLINGS[rule.metric].named, rule)


def _in_words(template: str, rule: CrossingRule) -> str:
    """What a figure is, or stands beside, with the names of the rule."""
    measure, by = rule.measure, rule.measure.by
    one, other = rule.pair if rule.form.about == "two" else (rule.subject, "")
    basis = measure.definition.basis
    return template.format(
        models=BUCKET_WORDS[one] if by == "bucket" else models_of(one, by),
        others=models_of(other, by),
        name=rule.called or name_of(one, rule.form.subjects or by),
        family=f"{possessive(name_of(one, by))} families" if by == "origin" else name_of(one, by),
        whole=whole(measure),
        basis="" if basis.kind == "all" else f" within {whole(measure)}",
        kind=KINDS.get(by, ""),
        then=_then(measure),
        of="" if measure.of is None else models_of(measure.of, by),
        open=_open_models(one, by),
        part=_PARTS.get(measure.part, ""),
        counted=measure.part or "tokens",
        built="repackaged (quantized) copies of" if measure.part else "models built upon",
        level=measure.level,
        task="all that was classified"
        if measure.tag == ALL
        else f"the task {printable(measure.tag or '', _NAME)}",
    )


def _open_models(subject: str, by: str) -> str:
    """`China's open models (weights that anybody can download)`."""
    if by == "model":
        return f"{models_of(subject, by)}, while anybody can download its weights,"
    whose = "" if subject == ALL else f"{possessive(name_of(subject, by))} "
    return f"{whose}open models (weights that anybody can download)"


def _then(measure: Measure) -> str:
    """The window compared with: `the week before`, `52 weeks before, counting only models that are in both`."""
    unit = measure.kind.unit
    then = f"the {unit} before" if measure.over == 1 else f"{counted(measure.over, unit)} before"
    return f"{then}, counting only models that are in both," if measure.like_for_like else then


def written_figure(rule: CrossingRule, value: Fraction, *, apart_from: Fraction | None = None) -> str:
    """The number as the metric writes it: `$0.44`, `0.0651 times`, `12.3 %`; never rounded onto the bound."""
    spelling = SPELLINGS[rule.metric]
    places = spelling.places
    if places is None:
        places = 1
        while value and abs(value) * 10**places < 10 ** (_DIGITS - 1):
            places += 1
    number = figure(value, apart_from=apart_from, places=places, signed=spelling.signed)
    return f"{spelling.before}{number}{spelling.after}"


def written_bound(rule: CrossingRule, bound: str) -> str:
    """A bound as the rule states it, with its unit."""
    spelling = SPELLINGS[rule.metric]
    return f"{spelling.before}{bound}{spelling.after}"


def certainty(rule: CrossingRule | LeadRule, *, sure: bool) -> str:
    """Whether a turn holds whatever is unknown; of a figure on a part of the tokens, which part that is."""
    spelling = SPELLINGS.get(rule.metric)
    unknown = spelling.unknown if spelling else _UNIDENTIFIED
    if spelling and spelling.about:
        said = spelling.about
    elif sure:
        said = f"This holds whatever {unknown} are."
    else:
        said = f"This is not certain: it counts what is known, and {unknown} could change it."
    return " ".join(filter(None, [said, spelling.also if spelling else "", leaves_out(rule.measure)]))


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
