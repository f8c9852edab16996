"""Answers to `show`: any metric of any window from recorded rows, with everything that must travel along."""

from datetime import date, datetime
from typing import Any

import dataframely as dy
import polars as pl

from schemas.answers import Answer, WindowView
from schemas.citation import TOKENIZER_NOTE
from schemas.frames import UNKNOWN_BUCKETS, AttributedUsage
from schemas.windows import Window, WindowKind
from tasks import sliced
from tasks.metrics.coverage import Coverage
from tasks.metrics.free import without_free
from tasks.metrics.shares import buckets
from tasks.questions import Given, Metric, Question
from tasks.reading import Reading
from tasks.report.rows import rows_of
from tasks.shown import METRICS

__all__ = ["METRICS", "Question", "answer"]

Usage = dy.DataFrame[AttributedUsage]


def answer(reading: Reading, asked: Question) -> Answer:
    """Answer a question from what one standpoint knows.

    An incomplete window gives no rows: the answer says which days are missing.

    Raises:
        UsageError: the reading is of a slice that has no such windows, or the metric is not one of slices.
    """
    metric = METRICS[asked.metric]
    asked = sliced.fitted(asked, metric, reading.of)
    wanted = asked.kind.covering(asked.window.start, asked.window.end) if asked.kind else [asked.window]
    coverage = reading.cover(wanted[0].kind, windows=_needed(reading, wanted, metric))
    usage = without_free(reading.usage) if asked.definition.without_free else reading.usage
    given = Given(
        as_of=reading.as_of,
        usage=usage,
        history=reading.price_history,
        catalogue=reading.catalogue,
        open_weights=reading.open_weights,
        attribute=reading.attribute,
    )
    frame = metric.compute(given, coverage.complete, asked)
    frame = frame.filter(pl.col("window_start").is_in([window.start for window in wanted]))
    one = None if asked.kind else asked.window
    rows = _rows(frame, asked, metric, reading.as_of)
    return Answer(
        definition=_definition(reading, asked, metric),
        window=_view(asked.window, coverage, reading, of_series=asked.kind),
        as_of=reading.as_of,
        citation=reading.citation,
        inputs=_inputs(reading, coverage, metric),
        rows=rows,
        notes=[*_notes(reading, asked, coverage, wanted), *_nothing_of(asked, frame, rows)],
        **_unknown(usage, coverage, one),
    )


def _needed(reading: Reading, wanted: list[Window], metric: Metric) -> list[Window]:
    """The windows to compute: those wanted, and those before them where the metric looks back."""
    first = reading.headline.days["day"].min()
    if not metric.whole_history or not isinstance(first, date):
        return wanted
    windows = list(wanted)
    while windows[0].start > first:
        windows.insert(0, windows[0].previous())
    return windows


def _definition(reading: Reading, asked: Question, metric: Metric) -> dict[str, Any]:
    choices = {"pair": ",".join(asked.pair), "top": asked.top, "over": asked.over, "level": asked.level}
    extra = {name: choices[name] for name in metric.extra}
    named = {"metric": asked.metric, "series": reading.series, **sliced.defined(reading.of)}
    return {**named, **extra, **asked.definition.as_dict(), **metric.fixed}


def _view(
    window: Window, coverage: Coverage, reading: Reading, *, of_series: WindowKind | None
) -> WindowView:
    missing = coverage.incomplete.get(window, [])
    reason = None if of_series else coverage.silent.get(window)
    view = WindowView.of(window, reading.as_of, missing_days=missing, reason=reason)
    return view.model_copy(update={"kind": f"series of {of_series}"}) if of_series else view


def _rows(frame: pl.DataFrame, asked: Question, metric: Metric, as_of: datetime) -> list[dict[str, Any]]:
    if metric.by_subject:
        if asked.subject is not None:
            frame = frame.filter(pl.col("subject") == asked.subject)
        frame = frame.drop(asked.definition.by, strict=False).rename({"subject": asked.definition.by})
    if metric.ranked:
        order = [name for name in ("window_start", "rank", "tokens") if name in frame.columns]
        frame = frame.sort(order, descending=[name == "tokens" for name in order], maintain_order=True)
    return rows_of(frame, series=asked.kind, as_of=as_of)


def _unknown(usage: Usage, coverage: Coverage, window: Window | None) -> dict[str, Any]:
    if window is None or window not in coverage.complete:
        return {}
    found = {row["bucket"]: row["tokens"] for row in buckets(usage, [window]).to_dicts()}
    unknown = {name: found.get(name, 0) for name in UNKNOWN_BUCKETS}
    return {"unknown": unknown, "total_tokens": sum(found.values())}


def _inputs(reading: Reading, coverage: Coverage, metric: Metric) -> list[dict[str, str]]:
    """The payloads behind the windows that were computed, those looked back at included."""
    if not coverage.complete:
        return []
    first = min(window.start for window in coverage.complete)
    last = max(window.end for window in coverage.complete)
    found = reading.headline.inputs_of(first, last)
    found += reading.price_inputs(first, last) if metric.with_prices else []
    found += reading.index_inputs(coverage.complete) if metric.with_index else []
    return list({given["sha256"]: given for given in found}.values())


def _nothing_of(asked: Question, frame: pl.DataFrame, rows: list[dict[str, Any]]) -> list[str]:
    """That the subject asked about has no row where others have one: its name may be wrong."""
    if rows or frame.is_empty() or asked.subject is None:
        return []
    by = asked.definition.by
    return [f"No {by} is called '{asked.subject}' in these figures; names are spelled as without --subject."]


def _notes(reading: Reading, asked: Question, coverage: Coverage, wanted: list[Window]) -> list[str]:
    metric = METRICS[asked.metric]
    notes = [TOKENIZER_NOTE, *sliced.notes(reading.of)]
    notes += metric.notes if reading.of is None or not metric.with_prices else []
    if asked.definition.basis.conditional and "basis" not in metric.fixed:
        notes.append("Bounds are conditional on what is attributed: unknown tokens are outside this basis.")
    if asked.definition.without_free:
        notes.append("Without the :free variants that are named; what the tail holds of them is not known.")
    if metric.with_prices and reading.of is None and reading.price_history.is_empty():
        notes.append("No catalogue is recorded: `tokentide ingest` records prices.")
    if reading.headline.disagreement:
        notes.append(reading.headline.disagreement)
    for window in wanted:
        if days := coverage.incomplete.get(window):
            notes.append(f"{window} has no point: missing {', '.join(map(str, days))}.")
        elif reason := coverage.silent.get(window):
            notes.append(f"{window} has no point: {reason}.")
    return notes
