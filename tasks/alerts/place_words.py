"""Words for places: no. 1 is the largest, so that less is more."""

from typing import Final

from schemas.rule_models import CrossingRule, Rule
from schemas.rule_parts import Op
from schemas.windows import Window
from tasks.alerts.place_figures import LAST_PLACE
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import KINDS, days_in_words, subject_name

PLACES: Final = ("rank", "app_rank")
"""Figures whose smaller numbers are the larger subjects."""
_SIDES: Final = {
    Op.ABOVE: "behind no. {}",
    Op.AT_LEAST: "no. {} or further down",
    Op.BELOW: "before no. {}",
    Op.AT_MOST: "among the {} largest",
}
_OVER: Final = {
    Op.ABOVE: "at no. {} or before",
    Op.AT_LEAST: "before no. {}",
    Op.BELOW: "at no. {} or below",
    Op.AT_MOST: "below no. {}",
}
_AMONG: Final = {
    "model": "OpenRouter's models",
    "app": "OpenRouter's listed apps",
    **{by: f"the {many} on OpenRouter" for by, many in KINDS.items() if by != "model"},
}


def place_side(rule: Rule) -> str:
    """The side of its bound on which a place fires: `among the 5 largest`."""
    return _SIDES[rule.op].format(rule.fire)


def place_over(rule: Rule) -> str:
    """Where a place counts as over: `below no. 7`."""
    return _OVER[rule.op].format(rule.clear)


def place_sentence(rule: CrossingRule, window: Window, value: Interval, turned: str) -> str:
    """Which place it was in `window`, and that it turned; without a full stop."""
    by = rule.measure.by
    who = f"The app {subject_name(rule)}" if by == "app" else subject_name(rule)
    return f"{who} was {written_place(value)} of {_AMONG[by]}, {days_in_words(window)}, and {turned}"


def written_place(value: Interval) -> str:
    """`no. 4`; of what may lie anywhere below, how far up it may be at most."""
    if value.hi >= LAST_PLACE:
        return f"no. {int(value.lo)} or lower"
    return f"no. {int(value.point)}"
