"""Answers to `show`: any metric of any window from recorded rows, with everything that must travel along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.answers import Answer, WindowView
from schemas.citation import TOKENIZER_NOTE
from schemas.definitions import Definition
from schemas.frames import UNKNOWN_BUCKETS, AttributedUsage
from schemas.windows import Window, WindowKind
from tasks.metrics.concentration import concentration
from tasks.metrics.coverage import Coverage
from tasks.metrics.growth import growth
from tasks.metrics.leads import crossings, leads
from tasks.metrics.peaks import peaks
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets, shares
from tasks.reading import Reading

Usage = dy.DataFrame[AttributedUsage]


@dataclass(frozen=True)
class Question:
    """What `show` was asked.

    Attributes:
        metric: shares, buckets, leads, crossings, growth, peaks, ranks or concentration.
        window: the one window asked about, or the span of a series if `kind` is given.
        kind: cut the span of `window` into windows of this kind; None asks about one window.
        subject: only this origin, lab, author or model.
        pair: the two origins of a lead.
        top: the N of a concentration.
        over: how many windows back growth compares.
    """

    metric: str
    window: Window
    kind: WindowKind | None = None
    definition: Definition = field(default_factory=Definition)
    subject: str | None = None
    pair: tuple[str, str] = ("CN", "US")
    top: int = 5
    over: int = 1


@dataclass(frozen=True)
class _Metric:
    compute: Callable[[Usage, Sequence[Window], Question], pl.DataFrame]
    by_subject: bool = True
    whole_history: bool = False


def _leads(usage: Usage, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    a, b = asked.pair
    return leads(usage, windows, a=a, b=b, basis=asked.definition.basis)


METRICS: Final[dict[str, _Metric]] = {
    "shares": _Metric(lambda usage, windows, q: shares(usage, windows, definition=q.definition)),
    "buckets": _Metric(lambda usage, windows, _: buckets(usage, windows), by_subject=False),
    "leads": _Metric(_leads, by_subject=False),
    "crossings": _Metric(
        lambda usage, windows, q: crossings(
            leads(usage, windows, a=q.pair[0], b=q.pair[1], basis=q.definition.basis)
        ),
        by_subject=False,
        whole_history=True,
    ),
    "growth": _Metric(
        lambda usage, windows, q: growth(usage, windows, by=q.definition.by, over=q.over), whole_history=True
    ),
    "peaks": _Metric(
        lambda usage, windows, q: peaks(shares(usage, windows, definition=q.definition)), whole_history=True
    ),
    "ranks": _Metric(
        lambda usage, windows, q: ranks(usage, windows, by=q.definition.by, variants=q.definition.variants),
        whole_history=True,
    ),
    "concentration": _Metric(
        lambda usage, windows, q: concentration(usage, windows, n=q.top, definition=q.definition),
        by_subject=False,
    ),
}


def answer(reading: Reading, asked: Question) -> Answer:
    """Answer a question from what one standpoint knows.

    An incomplete window gives no rows: the answer says which days are missing.
    """
    metric = METRICS[asked.metric]
    wanted = asked.kind.covering(asked.window.start, asked.window.end) if asked.kind else [asked.window]
    coverage = reading.cover(wanted[0].kind, windows=_needed(reading, wanted, metric))
    frame = metric.compute(reading.usage, coverage.complete, asked)
    frame = frame.filter(pl.col("window_start").is_in([window.start for window in wanted]))
    one = None if asked.kind else asked.window
    return Answer(
        definition=_definition(reading, asked),
        window=_view(asked.window, coverage, reading, of_series=asked.kind),
        as_of=reading.as_of,
        citation=reading.citation,
        inputs=_inputs(reading, coverage),
        rows=_rows(frame, asked, metric),
        notes=_notes(reading, asked, coverage, wanted),
        **_unknown(reading.usage, coverage, one),
    )


def _needed(reading: Reading, wanted: list[Window], metric: _Metric) -> list[Window]:
    """The windows to compute: those wanted, and those before them where the metric looks back."""
    first = reading.headline.days["day"].min()
    if not metric.whole_history or not isinstance(first, date):
        return wanted
    windows = list(wanted)
    while windows[0].start > first:
        windows.insert(0, windows[0].previous())
    return windows


def _definition(reading: Reading, asked: Question) -> dict[str, Any]:
    extra: dict[str, Any] = {"metric": asked.metric, "series": reading.series}
    if asked.metric in {"leads", "crossings"}:
        extra["pair"] = ",".join(asked.pair)
    if asked.metric == "concentration":
        extra["top"] = asked.top
    if asked.metric == "growth":
        extra["over"] = asked.over
    return {**extra, **asked.definition.as_dict()}


def _view(
    window: Window, coverage: Coverage, reading: Reading, *, of_series: WindowKind | None
) -> WindowView:
    missing = coverage.incomplete.get(window, [])
    reason = None if of_series else coverage.silent.get(window)
    view = WindowView.of(window, reading.as_of, missing_days=missing, reason=reason)
    return view.model_copy(update={"kind": f"series of {of_series}"}) if of_series else view


def _rows(frame: pl.DataFrame, asked: Question, metric: _Metric) -> list[dict[str, Any]]:
    if metric.by_subject:
        if asked.subject is not None:
            frame = frame.filter(pl.col("subject") == asked.subject)
        if asked.definition.by == "origin":
            frame = frame.drop("origin", strict=False)
        frame = frame.rename({"subject": asked.definition.by})
    order = [name for name in ("window_start", "rank", "tokens") if name in frame.columns]
    frame = frame.sort(order, descending=[name == "tokens" for name in order], maintain_order=True)
    rows = frame.to_dicts()
    if asked.kind is None:
        return [
            {name: row[name] for name in row if name not in {"window_start", "window_end"}} for row in rows
        ]
    return [
        {"window": str(Window(asked.kind, row["window_start"], row["window_end"])), **row} for row in rows
    ]


def _unknown(usage: Usage, coverage: Coverage, window: Window | None) -> dict[str, Any]:
    if window is None or window not in coverage.complete:
        return {}
    found = {row["bucket"]: row["tokens"] for row in buckets(usage, [window]).to_dicts()}
    unknown = {name: found.get(name, 0) for name in UNKNOWN_BUCKETS}
    return {"unknown": unknown, "total_tokens": sum(found.values())}


def _inputs(reading: Reading, coverage: Coverage) -> list[dict[str, str]]:
    """The payloads behind the windows that were computed, those looked back at included."""
    if not coverage.complete:
        return []
    first = min(window.start for window in coverage.complete)
    return reading.headline.inputs_of(first, max(window.end for window in coverage.complete))


def _notes(reading: Reading, asked: Question, coverage: Coverage, wanted: list[Window]) -> list[str]:
    notes = [TOKENIZER_NOTE]
    if asked.definition.basis.conditional:
        notes.append("Bounds are conditional on what is attributed: unknown tokens are outside this basis.")
    if reading.headline.disagreement:
        notes.append(reading.headline.disagreement)
    for window in wanted:
        if days := coverage.incomplete.get(window):
            notes.append(f"{window} has no point: missing {', '.join(map(str, days))}.")
        elif reason := coverage.silent.get(window):
            notes.append(f"{window} has no point: {reason}.")
    return notes
