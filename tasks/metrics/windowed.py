"""From days to windows: the small frames on which every metric does its arithmetic."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Final, TypeVar

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import ORIGIN, TAIL
from schemas.windows import Window

Shape = TypeVar("Shape", bound=dy.Schema)
WINDOW: Final = ("window_start", "window_end")
PLACE: Final = ("window",)
"""A window by its place in a list, which is quicker to group by; see `grouped.Grouped.dated`."""


def exact_sum(column: str, *, where: pl.Expr | None = None) -> pl.Expr:
    """The sum of an integer column over the rows `where` (all by default), as Int64; 0 over no rows.

    Polars' own Int64 sum wraps around silently; this one raises `polars.exceptions.InvalidOperationError`.
    """
    numbers = pl.col(column) if where is None else pl.col(column).filter(where)
    return numbers.cast(pl.Int128).sum().cast(pl.Int64, strict=True)


def result(found: pl.LazyFrame, shape: type[Shape]) -> dy.DataFrame[Shape]:
    """What a metric found, in its shape: its columns and their types, names that were enums as strings.

    The rules of the shape follow from the way in which it was found out of rows that were validated, so they are
    not looked at again each time: the tests do that, of every result (tests/conftest.py).
    """
    return shape.cast(found).collect()


def ratio(numerator: pl.Expr, denominator: str) -> pl.Expr:
    """One division of exact integers (Float64); null where there is nothing below."""
    return pl.when(pl.col(denominator) > 0).then(numerator / pl.col(denominator))


def received(usage: pl.DataFrame | pl.LazyFrame, windows: Sequence[Window]) -> list[Window]:
    """Those of `windows` that have every one of their rows' days, each range of days once, oldest first.

    The caller passes complete windows; a mistake there must not become a smaller total.
    """
    return whole_windows(usage.lazy().select(pl.col("day").unique()).collect()["day"].to_list(), windows)


def whole_windows(received_days: Sequence[date], windows: Sequence[Window]) -> list[Window]:
    """The same, of days that are known (in any order, each once)."""
    days = sorted(received_days)
    whole = {
        (window.start, window.end): window
        for window in windows
        if bisect_right(days, window.end) - bisect_left(days, window.start) == window.row_days_count
    }
    return [whole[ends] for ends in sorted(whole)]


def window_frame(windows: Sequence[Window]) -> pl.DataFrame:
    """One row a window: window_start, window_end (Date)."""
    rows = [(window.start, window.end) for window in windows]
    return pl.DataFrame(rows, schema=dict.fromkeys(WINDOW, pl.Date), orient="row")


def window_days(windows: Sequence[Window]) -> pl.DataFrame:
    """One row a day of a window: its place (UInt32), window_start, window_end, day (Date); windows may overlap."""
    return (
        window_frame(windows)
        .with_row_index("window")
        .with_columns(day=pl.date_ranges(*WINDOW))
        .explode("day")
    )


def places_before(windows: Sequence[Window], *, over: int = 1) -> pl.Series:
    """Of each window, the place among `windows` of the one `over` of its kind before it (UInt32); null without."""
    places = {(window.start, window.end): place for place, window in enumerate(windows)}
    known: dict[
        tuple[date, date], Window
    ] = {}  # a year back, fifty-one steps of one week are those of the next
    found = []
    for window in windows:
        before = window
        for _ in range(over):
            ends = before.start, before.end
            before = known.get(ends) or known.setdefault(ends, before.previous())
        found.append(places.get((before.start, before.end)))
    return pl.Series("before", found, dtype=pl.UInt32)


def predecessors(windows: Sequence[Window], *, over: int = 1) -> pl.DataFrame:
    """Of each window, the one `over` windows of its kind before it, where that is among `windows`.

    Columns window_start, window_end, previous_start, previous_end (Date); the last two null where it is not.
    """
    ends = window_frame(windows)
    before = places_before(windows, over=over)
    return ends.with_columns(
        previous_start=ends["window_start"].gather(before), previous_end=ends["window_end"].gather(before)
    )


def model_name(variants: Variants) -> pl.Expr:
    """The name under which a model is counted: with its `:variant` only where variants are kept apart."""
    if variants == "merged":
        return pl.col("model")
    suffix = pl.when(pl.col("variant") == "").then(pl.lit("")).otherwise(pl.lit(":") + pl.col("variant"))
    return pl.col("model") + suffix


def subject_of(by: By) -> pl.Expr:
    """The subject of a row (String), null where it has none.

    Origins and labs are those of attributed tokens; authors and models are read off the name, so only the
    tail has none.
    """
    known = pl.col("bucket") == ORIGIN if by in {"origin", "lab"} else pl.col("bucket") != TAIL
    return pl.when(known).then(by)


def subject_tokens(rows: pl.LazyFrame, by: By) -> pl.LazyFrame:
    """Tokens (Int64) and origin of each subject in each window (its place), from `Grouped.rows`."""
    return (
        rows.with_columns(subject=subject_of(by))
        .drop_nulls("subject")
        .group_by(*PLACE, "subject")
        .agg(exact_sum("tokens"), origin=only_origin())
    )


def largest_first(subjects: pl.LazyFrame) -> pl.LazyFrame:
    """Oldest window first (by its place), in it the largest subject first; equal tokens are placed by name."""
    return subjects.sort(*PLACE, "tokens", "subject", descending=[False, True, False])


def only_origin() -> pl.Expr:
    """The origin of a group of tokens; null where it has none, or several."""
    origin = pl.col("origin")
    return pl.when(origin.min() == origin.max()).then(origin.min())
