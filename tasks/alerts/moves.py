"""Which models' parts changed between two windows: exact points, whose sum is the change of the figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import dataframely as dy

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.rule_models import CrossingRule, LeadRule
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tasks.alerts.held import PER_CENT
from tasks.alerts.measures import usage_of
from tasks.alerts.wording import counted, figure
from tasks.metrics.bases import inside
from tasks.metrics.grouped import window_tokens

_SHOWN: Final = 5
_NAME: Final = 60
_ZERO: Final = Fraction(0)
Side = Callable[[str | None, str | None, str], int]
"""What a token of an origin, a lab and an author counts for the figure: 1, -1 or nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """The change of one model's part of the basis between two windows, in points; negative: it fell."""

    model: str
    points: Fraction


def moves(rule: CrossingRule | LeadRule, evidence: Evidence, before: Window, now: Window) -> list[Move]:
    """Each model's contribution to the change of what is known of a share or lead, largest first.

    A model's part is its tokens over the basis of its window, counted against the lead where it is the other
    side's; the points of all models add up to the change exactly.
    """
    return changes(usage_of(rule, evidence.usage), rule.measure.definition, _side_of(rule), before, now)


def changes(
    usage: dy.DataFrame[AttributedUsage], definition: Definition, side: Side, before: Window, now: Window
) -> list[Move]:
    """The change of each model's part of a basis between two whole windows, largest first; exact."""
    earlier, later = (_parts(usage, definition, side, window) for window in (before, now))
    found = [
        Move(model, later.get(model, _ZERO) - earlier.get(model, _ZERO))
        for model in sorted(earlier.keys() | later.keys())
    ]
    return sorted((move for move in found if move.points), key=lambda move: -abs(move.points))


def moves_in_words(found: Sequence[Move]) -> str:
    """`By model, in points: a/b +1.2, c/d -0.6; 12 others together +0.1.`; nothing where nothing moved."""
    if not found:
        return ""
    shown = ", ".join(
        f"{printable(move.model, _NAME)} {figure(move.points, signed=True)}" for move in found[:_SHOWN]
    )
    rest = found[_SHOWN:]
    if not rest:
        return f"By model, in points: {shown}."
    together = figure(sum((move.points for move in rest), start=_ZERO), signed=True)
    return f"By model, in points: {shown}; {counted(len(rest), 'other')} together {together}."


def _parts(
    usage: dy.DataFrame[AttributedUsage], definition: Definition, side: Side, window: Window
) -> dict[str, Fraction]:
    rows = window_tokens(usage, [window], variants=definition.variants).lazy()
    counted_in = inside(rows, definition.basis).select("model", "origin", "lab", "author", "tokens").collect()
    basis_tokens = sum(counted_in["tokens"].to_list())
    parts: dict[str, Fraction] = {}
    for model, origin, lab, author, tokens in counted_in.iter_rows():
        if sign := side(origin, lab, author):
            parts[model] = parts.get(model, _ZERO) + Fraction(PER_CENT * sign * tokens, basis_tokens or 1)
    return parts


def _side_of(rule: CrossingRule | LeadRule) -> Side:
    if isinstance(rule, LeadRule):
        a, b = rule.pair
        return lambda origin, *_: (origin == a) - (origin == b)
    place = ("origin", "lab", "author").index(rule.measure.by)
    return lambda *who: int(who[place] == rule.subject)
