"""What a rule sees: one exact interval a window, in the unit of the rule, with nothing where nothing is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import dataframely as dy

from schemas.definitions import Basis
from schemas.frames import AttributedUsage, Leads, Shares
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window, last_settled
from tasks.alerts.detector import Point
from tasks.alerts.threshold import Interval
from tasks.metrics.leads import leads
from tasks.metrics.shares import shares

_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rules are judged on, as known at one standpoint.

    Attributes:
        usage: the whole headline series; a part of it would look as if facts had gone.
        complete: the windows received as a whole, of every kind that a rule looks at.
        newest_day: the newest UTC day received as a whole.
        citation: the sentence that travels with every figure.
        made: whether the figures are the bundled sample's.
    """

    usage: dy.DataFrame[AttributedUsage]
    complete: Sequence[Window]
    newest_day: date | None
    citation: str
    made: bool = False


def points(rule: CrossingRule | LeadRule, evidence: Evidence, *, as_of: datetime) -> list[Point]:
    """The series of `rule` up to the newest settled window, gap-filled, in per cent or percentage points.

    A window that has not settled is left out: news is not judged on what can still move in the ordinary way.
    """
    complete = [window for window in evidence.complete if window.kind == rule.measure.kind]
    if isinstance(rule, LeadRule):
        basis = Basis.parse(rule.measure.basis)
        a, b = rule.pair
        values = lead_intervals(leads(evidence.usage, complete, a=a, b=b, basis=basis))
    else:
        values = share_intervals(
            shares(evidence.usage, complete, definition=rule.measure.definition), rule.subject
        )
    return fill({window: values.get((window.start, window.end)) for window in complete}, as_of=as_of)


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


def share_intervals(frame: dy.DataFrame[Shares], subject: str) -> dict[tuple[date, date], Interval]:
    """The share of `subject` by (window_start, window_end), in per cent, of an origin or a lab.

    From what is attributed to it, to that and every unknown token. A window that has other subjects but not
    this one holds none of its known tokens, so its share there is bounded by the unknown ones.
    """
    columns = ["window_start", "window_end", "subject", "tokens", "basis_tokens", "unknown_tokens"]
    found: dict[tuple[date, date], Interval] = {}
    for start, end, name, tokens, basis_tokens, unknown in frame.select(columns).iter_rows():
        if name == subject:
            found[start, end] = _interval(tokens, tokens + unknown, basis_tokens)
        else:
            found.setdefault((start, end), _interval(0, unknown, basis_tokens))
    return found


def lead_intervals(frame: dy.DataFrame[Leads]) -> dict[tuple[date, date], Interval]:
    """The lead by (window_start, window_end), in percentage points: one signed interval, `a - b ± unknown`.

    Comparing two share intervals instead would count the same unknown tokens twice.
    """
    columns = ["window_start", "window_end", "a_tokens", "b_tokens", "unknown_tokens", "basis_tokens"]
    return {
        (start, end): _interval(a - b - unknown, a - b + unknown, basis_tokens)
        for start, end, a, b, unknown, basis_tokens in frame.select(columns).iter_rows()
        if basis_tokens > 0
    }


def age_hours(newest_day: date | None, *, as_of: datetime) -> Interval | None:
    """How long ago the newest whole day ended, in hours; `None` where no day was ever received."""
    if newest_day is None:
        return None
    ended = datetime.combine(newest_day + timedelta(days=1), datetime.min.time(), UTC)
    hours = Fraction((as_of - ended) // timedelta(microseconds=1), 3_600_000_000)
    return Interval(hours, hours)


def _interval(low: int, high: int, basis_tokens: int) -> Interval:
    return Interval(Fraction(_PER_CENT * low, basis_tokens), Fraction(_PER_CENT * high, basis_tokens))
