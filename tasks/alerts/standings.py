"""Where a rule stands, in words: the newest figure of what it is about, or of those of its kind that fire."""

from collections.abc import Collection, Sequence
from typing import Final

from schemas.rule_models import ConditionRule, CrossingRule, LeadRule
from schemas.text import printable
from tasks.alerts.conditions import Look
from tasks.alerts.detector import State
from tasks.alerts.messages import Told
from tasks.alerts.sentences import standing
from tasks.alerts.wording import counted, days_in_words, subject_name

_NO_WINDOW: Final = "no settled window was received whole yet"
_WORDS: Final = {State.FIRING: "yes", State.CLEAR: "no", State.UNKNOWN: "not decided"}
_NAMED: Final = 5


def of_series(rule: CrossingRule | LeadRule, every: Sequence[Told]) -> tuple[State, str]:
    """The state of a rule on figures, and the words for it; `every` holds its subjects that ever fire."""
    if not (isinstance(rule, CrossingRule) and rule.each):
        (one,) = every
        figure = _newest(one)
        return one.folded.state, f"{_WORDS[one.folded.state]}, {figure}" if figure else _NO_WINDOW
    firing = [told for told in every if told.folded.state is State.FIRING]
    if not firing:
        return State.CLEAR, "none is"
    named = [f"{subject_name(told.rule)}, {_newest(told)}" for told in firing[:_NAMED]]
    more = len(firing) - len(named)
    return State.FIRING, "; ".join([*named, *([counted(more, "other")] if more else [])])


def of_condition(rule: ConditionRule, seen: Sequence[Look], is_open: Collection[str]) -> tuple[State, str]:
    """The state of a rule on the data, and the words for it."""
    if is_open:
        return (
            State.FIRING,
            f"yes: {', '.join(printable(subject, 80) for subject in sorted(is_open)[:_NAMED])}",
        )
    if not seen and rule.metric == "data_age":
        return State.UNKNOWN, "no day was received yet"
    return State.CLEAR, "no"


def _newest(told: Told) -> str:
    known = [(window, value) for window, value in told.series if value is not None]
    if not known:
        return ""
    window, value = known[-1]
    return f"{standing(told.rule, value)}, {days_in_words(window, year=True)}"
