"""The chart to a turn: the figure that a rule looks at, week by week, up to what has not settled yet."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from schemas.charts import Chart, ChartPoint
from schemas.countries import country_name, possessive
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window
from tasks.alerts.detector import Point
from tasks.alerts.evidence import Evidence
from tasks.alerts.figure_words import named_figure, written_figure
from tasks.alerts.series import series_by_subject
from tasks.alerts.spellings import SPELLINGS
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import KINDS, capitalised, day_in_words, figure, subject_name, who_may_have, whole

_SHOWN: Final = 26
"""Half a year of weeks: what a phone shows."""
_HALF: Final = Fraction(50)
_UNITS: Final = {"share": " %", "top_share": " %", "lead": " points", "drawdown": " points"}
"""Of figures with sentences of their own; a place is no quantity that a line could show."""


def chart_of(
    rule: CrossingRule | LeadRule, series: Sequence[Point], evidence: Evidence, window: Window, source: str
) -> Chart | None:
    """The chart to a turn in `window`, without its title; `None` for figures that are not drawn.

    Args:
        rule: about one subject.
        series: every settled window of it, in order.
        evidence: what the series was made of; it may hold complete windows that have not settled.
        window: the window that confirmed the turn.
        source: the citation.
    """
    unit = _unit(rule)
    if unit is None:
        return None
    value = dict(series)[window]
    if value is None:
        raise ValueError(f"a turn in {window}, of which nothing is known")
    last = series[-1][0]
    every = [*series, *_unsettled(rule, evidence, last)]
    first = min(len(every) - _SHOWN, [each for each, _ in every].index(window))
    return Chart(
        title="",
        axis=f"{_axis(rule)}, up to {day_in_words(every[-1][0].end)}",
        unit=unit,
        points=tuple(_point(rule, each, value, last) for each, value in every[max(first, 0) :]),
        line=float(rule.fire_bound),
        line_label=_line_label(rule),
        marked=window.start,
        marked_label=_marked(rule, value, unit),
        band_label=_band(rule),
        source=source,
    )


def _unit(rule: CrossingRule | LeadRule) -> str | None:
    """What stands after a value on the axis; None for figures that are not drawn."""
    spelling = SPELLINGS.get(rule.metric)
    if spelling is None:
        return _UNITS.get(rule.metric)
    return spelling.after + (" USD" if spelling.before else "") if spelling.drawn else None


def _marked(rule: CrossingRule | LeadRule, value: Interval, unit: str) -> str:
    if isinstance(rule, CrossingRule) and rule.metric in SPELLINGS:
        return written_figure(rule, value.point, apart_from=rule.fire_bound)
    return figure(_known(rule, value), apart_from=rule.fire_bound) + unit


def _unsettled(rule: CrossingRule | LeadRule, evidence: Evidence, last: Window) -> list[Point]:
    """What follows the last settled window, up to the newest complete one."""
    ends = [
        each.settles_at for each in evidence.complete if each.kind == last.kind and each.start > last.start
    ]
    if not ends:
        return []
    every = series_by_subject(rule, evidence, [rule.subject], as_of=max(ends)).get(rule.subject, [])
    return [(each, value) for each, value in every if each.start > last.start]


def _point(rule: CrossingRule | LeadRule, window: Window, value: Interval | None, last: Window) -> ChartPoint:
    settled = window.start <= last.start
    if value is None:
        return ChartPoint(start=window.start, low=None, known=None, high=None, settled=settled)
    low, known, high = (float(each) for each in (value.lo, _known(rule, value), value.hi))
    return ChartPoint(start=window.start, low=low, known=known, high=high, settled=settled)


def _known(rule: CrossingRule | LeadRule, value: Interval) -> Fraction:
    """What is known: of a lead the middle, since the unidentified tokens may be either side's."""
    return value.middle if isinstance(rule, LeadRule) else value.point


def _axis(rule: CrossingRule | LeadRule) -> str:
    unit = rule.measure.kind.unit
    of = f"of {whole(rule.measure)}, by {unit}"
    if isinstance(rule, LeadRule):
        ahead, behind = (country_name(code) for code in rule.pair)
        return capitalised(f"{possessive(ahead)} lead over {behind} in points {of}")
    if rule.metric in SPELLINGS:
        return f"{named_figure(rule).rstrip(',')}, by {unit}"
    if rule.metric == "top_share":
        return f"What the {rule.top} largest {KINDS[rule.measure.by]} carried {of}"
    name = possessive(subject_name(rule))
    if rule.metric == "drawdown":
        return capitalised(f"{name} share {of}: points below its highest so far")
    return capitalised(f"{name} share {of}")


def _band(rule: CrossingRule | LeadRule) -> str:
    if isinstance(rule, CrossingRule) and rule.metric in {"share", "top_share"}:
        unknown, whose = who_may_have(rule)
        return f"up to {unknown} being {whose}"
    if rule.metric in SPELLINGS:
        return f"whatever {SPELLINGS[rule.metric].unknown} are"
    return "what the unidentified tokens leave open"


def _line_label(rule: CrossingRule | LeadRule) -> str:
    if isinstance(rule, LeadRule) and rule.fire_bound == 0:
        return "level"
    return "half" if rule.metric == "share" and rule.fire_bound == _HALF else rule.fire
