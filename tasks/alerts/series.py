"""What a rule sees: one exact interval a window, in the unit of the rule, with nothing where nothing is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

import dataframely as dy

from schemas.definitions import Basis
from schemas.frames import AttributedUsage
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window, last_settled
from tasks.alerts.detector import Point
from tasks.alerts.figures import (
    Ends,
    Figures,
    drawdown,
    lead_figures,
    rank_figures,
    share_figures,
    top_figures,
)
from tasks.alerts.threshold import Interval, Sight, Threshold
from tasks.metrics.concentration import concentration
from tasks.metrics.leads import leads
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets, shares


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rules are judged on, as known at one standpoint.

    Attributes:
        usage: the whole headline series; a part of it would look as if facts had gone.
        complete: the windows received as a whole, of every kind that a rule looks at.
        newest_day: the newest UTC day received as a whole.
        citation: the sentence that travels with every figure.
        made: whether the figures are the bundled sample's.
        report_url: where a report is to be read, if anywhere.
        incomplete: ended weeks that lack days which upstream has, with those days.
        restated: of each day that changed after it had settled, the part of its tokens whose rows changed, in
            per cent of what the day has now, and when that was last learned.
    """

    usage: dy.DataFrame[AttributedUsage]
    complete: Sequence[Window]
    newest_day: date | None
    citation: str
    made: bool = False
    report_url: str | None = None
    incomplete: Mapping[Window, Sequence[date]] = field(default_factory=dict)
    restated: Mapping[date, tuple[Fraction, datetime]] = field(default_factory=dict)


def series_by_subject(
    rule: CrossingRule | LeadRule, evidence: Evidence, recorded: Collection[str] = (), *, as_of: datetime
) -> dict[str, list[Point]]:
    """The series of each subject of `rule` up to the newest settled window, gap-filled, in the rule's unit.

    A window that has not settled is left out: news is not judged on what can still move in the ordinary way.
    Of a rule about each subject of a kind, those are given that ever fire, and those `recorded` in the ledger;
    the others have nothing to say.
    """
    figures = _figures(rule, evidence)
    by_window = {
        window: figures.get((window.start, window.end))
        for window in evidence.complete
        if window.kind == rule.measure.kind
    }
    if not (isinstance(rule, CrossingRule) and rule.each):
        return {rule.subject: _series(rule, rule.subject, by_window, as_of)}
    names = {name for window in figures.values() for name in window.of} | set(recorded)
    found = {name: _series(rule, name, by_window, as_of) for name in sorted(names - set(rule.without))}
    return {name: series for name, series in found.items() if name in recorded or _fires(rule, series)}


def judged_on(rule: CrossingRule | LeadRule, series: Sequence[Point]) -> list[Point]:
    """The series as the rule judges it: what is known alone, or everything that it can be."""
    if rule.judge == "certain":
        return list(series)
    return [(window, None if value is None else value.known()) for window, value in series]


def fill(values: Mapping[Window, Interval | None], *, as_of: datetime) -> list[Point]:
    """Every window from the first of `values` to the newest settled one; `None` where nothing is known."""
    if not values:
        return []
    window = min(values, key=lambda each: each.start)
    newest = last_settled(window.kind, as_of)
    series = []
    while window.end <= newest.end:
        series.append((window, values.get(window)))
        window = window.next()
    return series


def _figures(rule: CrossingRule | LeadRule, evidence: Evidence) -> dict[Ends, Figures]:
    usage, measure = evidence.usage, rule.measure
    complete = [window for window in evidence.complete if window.kind == measure.kind]
    if isinstance(rule, LeadRule):
        a, b = rule.pair
        return lead_figures(leads(usage, complete, a=a, b=b, basis=Basis.parse(measure.basis)), rule.subject)
    if rule.metric == "rank":
        return rank_figures(ranks(usage, complete, by=measure.by, variants=measure.variants), usage)
    if rule.metric == "top_share":
        largest = concentration(usage, complete, n=rule.top, definition=measure.definition)
        return top_figures(largest, buckets(usage, complete), rule.subject)
    return share_figures(shares(usage, complete, definition=measure.definition))


def _series(
    rule: CrossingRule | LeadRule, subject: str, figures: Mapping[Window, Figures | None], as_of: datetime
) -> list[Point]:
    series = fill(
        {window: None if found is None else found.get(subject) for window, found in figures.items()},
        as_of=as_of,
    )
    return drawdown(series) if rule.metric == "drawdown" else series


def _fires(rule: CrossingRule, series: Sequence[Point]) -> bool:
    threshold = Threshold.of(rule)
    return any(threshold.classify(value) is Sight.FIRE for _, value in judged_on(rule, series))
