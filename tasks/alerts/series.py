"""What a rule sees: one exact interval a window, in the unit of the rule, with nothing where nothing is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from schemas.alerts import Direction
from schemas.rule_models import CrossingRule, LeadRule, Rule
from schemas.windows import Window, last_ended, last_settled
from tasks.alerts.detector import Folded, Point, fold
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import Figures
from tasks.alerts.measures import figures_of
from tasks.alerts.peak_figures import OF_SHARES
from tasks.alerts.threshold import Interval, Sight, Threshold


def series_by_subject(
    rule: CrossingRule | LeadRule, evidence: Evidence, recorded: Collection[str] = (), *, as_of: datetime
) -> dict[str, list[Point]]:
    """The series of each subject of `rule` up to the newest settled window, gap-filled, in the rule's unit.

    A window that has not settled is left out: news is not judged on what can still move in the ordinary way. What
    is read once, and not again within those days, is judged up to the newest window that has ended.
    Of a rule about each subject of a kind, those are given that ever fire, and those `recorded` in the ledger;
    the others have nothing to say.
    """
    figures = figures_of(rule, evidence)
    windows = evidence.windows_of(rule)
    if is_reading(rule):
        windows = [rule.measure.kind.containing(start) for start, _ in figures]
    by_window = {window: figures.get((window.start, window.end)) for window in windows}
    if not (isinstance(rule, CrossingRule) and rule.each):
        return {rule.subject: _series(rule, rule.subject, by_window, as_of)}
    names = {name for window in figures.values() for name in window.of} | set(recorded)
    found = {name: _series(rule, name, by_window, as_of) for name in sorted(names - set(rule.without))}
    return {name: series for name, series in found.items() if name in recorded or _fires(rule, series)}


def is_reading(rule: CrossingRule | LeadRule) -> bool:
    """Whether the figure of a week is what others count of it: its weeks are those that were read."""
    return isinstance(rule, CrossingRule) and rule.form.reading


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


def fill(values: Mapping[Window, Interval | None], newest: Window) -> list[Point]:
    """Every window from the first of `values` to `newest`; `None` where nothing is known."""
    if not values:
        return []
    window = min(values, key=lambda each: each.start)
    series = []
    while window.end <= newest.end:
        series.append((window, values.get(window)))
        window = window.next()
    return series


def _series(
    rule: CrossingRule | LeadRule, subject: str, figures: Mapping[Window, Figures | None], as_of: datetime
) -> list[Point]:
    waits = rule.form.waits if isinstance(rule, CrossingRule) else True
    newest = (last_settled if waits else last_ended)(rule.measure.kind, as_of)
    series = fill(
        {window: None if found is None else found.get(subject) for window, found in figures.items()}, newest
    )
    return OF_SHARES[rule.metric](series) if rule.metric in OF_SHARES else series


def _fires(rule: CrossingRule, series: Sequence[Point]) -> bool:
    threshold = Threshold.of(rule)
    return any(threshold.classify(value) is Sight.FIRE for _, value in judged_on(rule, series))
