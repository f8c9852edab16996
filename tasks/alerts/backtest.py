"""What rules would have said over recorded history: as it is known now, or as it was known week by week.

Nothing is written: the rules are judged by the very code of a run, on a ledger in memory.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from schemas.alerts import Disposition, FactStatus
from schemas.rule_models import ConditionRule, Rule
from schemas.windows import WEEK, Window
from storage.event_history import read_alerts
from storage.scratch import scratch
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import Judged, judge

LOOK_AFTER: Final = timedelta(hours=3)
"""How long after a week has settled a weekly run looks at it."""
_DAYS_OF_A_YEAR: Final = 365.2425
EvidenceAsOf = Callable[[datetime], Evidence]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A fact that a rule would have found.

    Attributes:
        window: as people write it; `direction` is UP, DOWN, open or close.
        said_at: the look at which people would have been told; `None` if they would not have been.
        holds: whether it is so as far as is known now.
    """

    rule: str
    subject: str
    window: str
    direction: str
    said_at: datetime | None
    holds: bool
    headline: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """Every fact, oldest window first, and how often each rule turned a year.

    Attributes:
        first, last: the days that were looked at: those of the span, as far as anything is known of them.
        looks: how many moments were looked from; 1 where history is taken as it is known now.
        messages: messages about facts that would have gone out, corrections included; 0 for one look.
        flips_per_year: by rule, facts over the length of that span.
    """

    facts: tuple[Spoken, ...]
    first: date | None
    last: date | None
    looks: int
    messages: int
    flips_per_year: dict[str, float]

    @property
    def no_longer(self) -> list[Spoken]:
        """What was said then and does not hold as known now."""
        return [fact for fact in self.facts if fact.said_at is not None and not fact.holds]

    @property
    def unsaid(self) -> list[Spoken]:
        """What holds as known now and was not said then."""
        return [fact for fact in self.facts if fact.said_at is None and fact.holds]


def backtest(
    rules: Iterable[Rule],
    evidence_as_of: EvidenceAsOf,
    *,
    now: datetime,
    start: date | None,
    end: date | None,
    known_since: datetime | None,
) -> Backtest:
    """Judge rules, enabled or not, over recorded history.

    Args:
        rules: conditions are judged only look by look: they are about the moment of a look.
        evidence_as_of: everything that is known at a moment (aware UTC).
        now: the newest standpoint.
        start, end: the days that windows must lie between; open where `None`.
        known_since: look once after every week since then, with what was known at that moment; `None`: once,
            with what is known now.
    """
    asked = [rule.model_copy(update={"enabled": True}) for rule in rules]
    if known_since is None:
        asked = [rule for rule in asked if not isinstance(rule, ConditionRule)]
    moments = [now] if known_since is None else _moments(known_since, now)
    said: dict[tuple[str, str, str, str], datetime] = {}
    messages = 0
    with scratch() as ledger:
        for moment in moments:
            evidence = evidence_as_of(moment)
            told = _told(judge(ledger, asked, evidence, as_of=moment))
            messages += len(told)
            for key in told:
                said.setdefault(key, moment)
        rows = read_alerts(ledger, now).to_dicts()
    facts = [_spoken(row, said) for row in rows if _lies_between(row, start, end)]
    facts.sort(key=lambda fact: (Window.parse(fact.window).end, fact.rule, fact.subject, fact.said_at or now))
    first, last = _span(evidence, start, end)
    return Backtest(
        facts=tuple(facts),
        first=first,
        last=last,
        looks=len(moments),
        messages=0 if known_since is None else messages,
        flips_per_year=_flips(asked, facts, first, last),
    )


def _moments(since: datetime, now: datetime) -> list[datetime]:
    """When weekly runs would have looked since then; and now."""
    week = WEEK.containing(since.date()).previous().previous()
    moments = []
    while (moment := week.settles_at + LOOK_AFTER) < now:
        if moment >= since:
            moments.append(moment)
        week = week.next()
    return [*moments, now]


def _told(judged: Iterable[Judged]) -> list[tuple[str, str, str, str]]:
    return [
        (post.key.rule, post.key.subject, str(post.change.window), str(post.change.direction))
        for each in judged
        for post in each.posts
        if post.change.told
    ]


def _spoken(row: dict[str, Any], said: dict[tuple[str, str, str, str], datetime]) -> Spoken:
    key = (row["rule"], row["subject"], row["window"], row["direction"])
    heard = Disposition(row["disposition"]).told
    return Spoken(
        *key,
        said_at=said.get(key) if heard else None,
        holds=row["status"] == FactStatus.ACTIVE,
        headline=row["headline"],
    )


def _lies_between(row: dict[str, Any], start: date | None, end: date | None) -> bool:
    window = Window.parse(row["window"])
    return (start is None or start <= window.start) and (end is None or window.end <= end)


def _span(evidence: Evidence, start: date | None, end: date | None) -> tuple[date | None, date | None]:
    complete = [window for window in evidence.complete if window.kind == WEEK]
    if not complete:
        return None, None
    first = min(window.start for window in complete)
    last = max(window.end for window in complete)
    return max(first, start or first), min(last, end or last)


def _flips(
    rules: Sequence[Rule], facts: Sequence[Spoken], first: date | None, last: date | None
) -> dict[str, float]:
    if first is None or last is None or last < first:
        return {}
    days = (last - first).days + 1
    turns = {rule.id: sum(fact.rule == rule.id for fact in facts if fact.holds) for rule in rules}
    return {name: number * _DAYS_OF_A_YEAR / days for name, number in turns.items()}
