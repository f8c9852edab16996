"""The cases that stand beside each rule, run: what a rule says about a made series."""

from fractions import Fraction

from schemas.alerts import Direction
from schemas.rule_models import ConditionRule, Rule
from schemas.rule_parts import Case
from schemas.windows import Window
from tasks.alerts.detector import condition
from tasks.alerts.series import turns_of
from tasks.alerts.threshold import Interval, Threshold


def run_cases(rule: Rule) -> list[str]:
    """What the cases of `rule` got wrong, one sentence each; empty when all of them hold."""
    failed = []
    for case in rule.cases:
        said = _looks(case, rule) if isinstance(rule, ConditionRule) else _weeks(case, rule)
        if said != case.expect:
            failed.append(f"rule '{rule.id}', case '{case.shows}': expected {case.expect}, it says {said}.")
    return failed


def _weeks(case: Case, rule: Rule) -> list[Direction | None]:
    window = Window.parse("2026-W01")
    series = []
    for text in case.given:
        series.append((window, _interval(text)))
        window = window.next()
    events = {event.window: event.direction for event in turns_of(rule, series).events}
    return [events.get(window) for window, _ in series]


def _looks(case: Case, rule: Rule) -> list[Direction | None]:
    said: list[Direction | None] = []
    is_open = False
    for text in case.given:
        change = condition(_interval(text), Threshold.of(rule), is_open=is_open)
        is_open = change is Direction.OPEN if change else is_open
        said.append(change)
    return said


def _interval(text: str | None) -> Interval | None:
    if text is None:
        return None
    low, _, high = text.partition("..")
    return Interval(Fraction(low), Fraction(high or low))
