"""What a rule sees: one exact interval a window, in the unit of the rule, with nothing where nothing is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

import dataframely as dy

from schemas.alerts import Direction
from schemas.frames import AttributedUsage
from schemas.price_frames import PriceHistory
from schemas.rule_models import CrossingRule, LeadRule, Rule
from schemas.windows import Window, last_settled
from tasks.alerts.detector import Folded, Point, fold
from tasks.alerts.figures import Figures
from tasks.alerts.held import Ends
from tasks.alerts.measures import figures_of
from tasks.alerts.peak_figures import OF_SHARES
from tasks.alerts.threshold import Interval, Sight, Threshold


def no_prices() -> dy.DataFrame[PriceHistory]:
    """A history of prices in which nothing is known."""
    return PriceHistory.validate(PriceHistory.create_empty())


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
        prices: what is known of list prices; empty where no rule asks for them.
    """

    usage: dy.DataFrame[AttributedUsage]
    complete: Sequence[Window]
    newest_day: date | None
    citation: str
    made: bool = False
    report_url: str | None = None
    incomplete: Mapping[Window, Sequence[date]] = field(default_factory=dict)
    restated: Mapping[date, tuple[Fraction, datetime]] = field(default_factory=dict)
    prices: dy.DataFrame[PriceHistory] = field(default_factory=no_prices)


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


def judged_on(rule: Rule, series: Sequence[Point]) -> list[Point]:
    """The series as the rule judges it: what is known alone, or everything that it can be."""
    if rule.judge == "certain":
        return list(series)
    return [(window, None if value is None else value.known()) for window, value in series]


def turns_of(rule: Rule, series: Sequence[Point]) -> Folded:
    """The turns of a series that the rule speaks of, and where it stands after its last window."""
    folded = fold(judged_on(rule, series), Threshold.of(rule))
    if isinstance(rule, CrossingRule) and rule.turns == "up":
        return replace(
            folded, events=tuple(event for event in folded.events if event.direction is Direction.UP)
        )
    return folded


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
    complete = [window for window in evidence.complete if window.kind == rule.measure.kind]
    return figures_of(rule, evidence.usage, evidence.prices, complete)


def _series(
    rule: CrossingRule | LeadRule, subject: str, figures: Mapping[Window, Figures | None], as_of: datetime
) -> list[Point]:
    series = fill(
        {window: None if found is None else found.get(subject) for window, found in figures.items()},
        as_of=as_of,
    )
    return OF_SHARES[rule.metric](series) if rule.metric in OF_SHARES else series


def _fires(rule: CrossingRule, series: Sequence[Point]) -> bool:
    threshold = Threshold.of(rule)
    return any(threshold.classify(value) is Sight.FIRE for _, value in judged_on(rule, series))
