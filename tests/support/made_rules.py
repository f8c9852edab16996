"""Made rules and series for tests of alerts: figures as a person writes them, one a week."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from schemas.rule_models import ConditionRule, CrossingRule, LeadRule
from schemas.windows import Window
from tasks.alerts.detector import Point, fold
from tasks.alerts.threshold import Interval, Threshold

FIRST = Window.parse("2026-W01")
_BOTH_CASES = [
    {"shows": "fires", "given": ["49", "51"], "expect": [None, "UP"]},
    {"shows": "quiet", "given": ["49"], "expect": [None]},
]
_WORDS = {
    "title": "A made rule",
    "owner": "the tests",
    "help": "It is made for a test.",
    "enabled": True,
    "cases": _BOTH_CASES,
}


def crossing(**changes: Any) -> CrossingRule:
    """A rule on China's known share, above 50 unless `changes` say otherwise."""
    entry = {"kind": "crossing", "metric": "share", "subject": "CN", "judge": "known", "destination": "news"}
    return CrossingRule.model_validate({"id": "made-crossing", "fire": "50", **_WORDS, **entry, **changes})


def lead(**changes: Any) -> LeadRule:
    """A rule on China's lead over the United States, certain and above 0."""
    entry = {"kind": "lead", "metric": "lead", "pair": ["CN", "US"], "destination": "news"}
    return LeadRule.model_validate({"id": "made-lead", "fire": "0", **_WORDS, **entry, **changes})


def stale(**changes: Any) -> ConditionRule:
    """A rule on the age of the data, above 48 hours, over at 30."""
    entry = {"kind": "condition", "metric": "data_age", "destination": "ops", "clear": "30"}
    return ConditionRule.model_validate({"id": "made-stale", "fire": "48", **_WORDS, **entry, **changes})


def threshold(op: str = ">", fire: str = "50", clear: str | None = None, **waits: int) -> Threshold:
    """The threshold of a made rule."""
    return Threshold.of(crossing(op=op, fire=fire, clear=clear, **waits))


def interval(text: str | None) -> Interval | None:
    """`49`, `48..52`, or `None` for a week of which nothing is known."""
    if text is None:
        return None
    low, _, high = text.partition("..")
    return Interval(Fraction(low), Fraction(high or low))


def series(values: Iterable[str | None], first: Window = FIRST) -> list[Point]:
    """A series without holes, one figure a week."""
    return weekly([interval(value) for value in values], first)


def weekly(values: Sequence[Interval | None], first: Window = FIRST) -> list[Point]:
    """The same from intervals."""
    points = []
    window = first
    for value in values:
        points.append((window, value))
        window = window.next()
    return points


def said(values: Iterable[str | None], limit: Threshold) -> dict[int, str]:
    """What is said about a series: direction by the 1-based place of the week."""
    points = series(values)
    places = {window: place for place, (window, _) in enumerate(points, start=1)}
    return {places[event.window]: str(event.direction) for event in fold(points, limit).events}
