"""What is different about a question to a slice: which windows it has, which metrics, and what must be said."""

from dataclasses import replace
from typing import Any

from schemas.citation import ESTIMATE_NOTE, SLICE_NOTE
from schemas.errors import UsageError
from schemas.slices import Slice
from schemas.windows import WindowKind
from tasks.questions import Metric, Question


def usual_kind(of: Slice | None) -> WindowKind:
    """The windows that are meant where nobody says which: months of what comes by month, else ISO weeks."""
    return WindowKind("month" if of is not None and of.period == "month" else "week")


def fitted(asked: Question, metric: Metric, of: Slice | None) -> Question:
    """The question about windows that are rows of the slice; without one, the question as it is.

    Raises:
        UsageError: the slice has no such windows, or the metric is not one of slices.
    """
    if of is None:
        return asked
    if not metric.of_slices:
        raise UsageError(f"{asked.metric} rests on list prices or the catalogue; leave --series out.")
    try:
        if asked.kind is not None:
            return replace(asked, kind=asked.kind.of_series(of.period))
        return replace(asked, window=replace(asked.window, kind=asked.window.kind.of_series(of.period)))
    except UsageError as error:
        raise UsageError(f"{of}: {error}") from None


def defined(of: Slice | None) -> dict[str, Any]:
    """What of a slice belongs to the definition of its figures."""
    return {} if of is None else {"slice": str(of), "estimate": of.sampled}


def notes(of: Slice | None) -> list[str]:
    """What a reader must see beside figures of a slice."""
    if of is None:
        return []
    return [SLICE_NOTE, ESTIMATE_NOTE] if of.sampled else [SLICE_NOTE]
