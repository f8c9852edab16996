"""Two made weeks that every figure can be reckoned from by hand, and what a rule sees of them."""

from typing import Any

from schemas.rule_models import CrossingRule, LeadRule
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import BILLION
from tasks.alerts.series import series_by_subject, turns_of
from tasks.alerts.threshold import Interval
from tests.support.made_rules import interval
from tests.support.made_usage import W24, W25, attributed, spread

WEEKS = [W24, W25]
BEFORE = {"kai/one": 30, "ada/pro": 40, "zoe/new": 10, "other": 20}
"""Billions of tokens of the first week: China 30, the United States 40, nobody's 30."""
NOW = {"kai/one": 50, "kai/two": 10, "ada/pro": 15, "eve/fin": 5, "zoe/new": 10, "other": 10}
"""Of the second: China 60, the United States 15, France 5, nobody's 20."""
USAGE = attributed(
    [
        row
        for week, tokens in ((W24, BEFORE), (W25, NOW))
        for row in spread(week, {slug: count * BILLION for slug, count in tokens.items()})
    ]
)


def evidence(**beside: Any) -> Evidence:
    """Both weeks, received whole."""
    return Evidence(USAGE, WEEKS, W25.end, "Source: a test.", **beside)


def seen(rule: CrossingRule | LeadRule, known: Evidence) -> tuple[Interval | None, str | None]:
    """What a rule about one subject sees in the second week, and which way it turns then."""
    of = series_by_subject(rule, known, [rule.subject], as_of=W25.settles_at)[rule.subject]
    events = {event.window: str(event.direction) for event in turns_of(rule, of).events}
    return dict(of)[W25], events.get(W25)


def exact(text: str) -> Interval:
    """`60..80 at 75` in exact fractions."""
    ends, _, at = text.partition(" at ")
    found, known = interval(ends), interval(at or None)
    assert found is not None
    return found if known is None else Interval(found.lo, found.hi, known.lo)
