"""From days to windows: the small frames on which every metric does its arithmetic."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import ORIGIN, TAIL
from schemas.windows import Window

WINDOW: Final = ("window_start", "window_end")


def exact_sum(column: str, *, where: pl.Expr | None = None) -> pl.Expr:
    """The sum of an integer column over the rows `where` (all by default), as Int64; 0 over no rows.

    Polars' own Int64 sum wraps around silently; this one raises `polars.exceptions.InvalidOperationError`.
    """
    numbers = pl.col(column) if where is None else pl.col(column).filter(where)
    return numbers.cast(pl.Int128).sum().cast(pl.Int64, strict=True)


def columns_of(shape: type[dy.Schema]) -> list[pl.Expr]:
    """The columns of a frame; names that were grouped as enums are strings again."""
    text = {name for name, column in shape.columns().items() if isinstance(column, dy.String)}
    lists = {name for name, column in shape.columns().items() if column.dtype == pl.List(pl.String)}
    return [
        pl.col(name).cast(pl.String)
        if name in text
        else pl.col(name).cast(pl.List(pl.String))
        if name in lists
        else pl.col(name)
        for name in shape.column_names()
    ]


def ratio(numerator: pl.Expr, denominator: str) -> pl.Expr:
    """One division of exact integers (Float64); null where there is nothing below."""
    return pl.when(pl.col(denominator) > 0).then(numerator / pl.col(denominator))


def received(usage: pl.DataFrame | pl.LazyFrame, windows: Sequence[Window]) -> list[Window]:
    """Those of `windows` that have every one of their rows' days, each range of days once, oldest first.

    The caller passes complete windows; a mistake there must not become a smaller total.
    """
    days = usage.lazy().select(pl.col("day").unique().sort()).collect()["day"].to_list()
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
    """One row a day of a window: window_start, window_end, day (Date); windows may overlap."""
    return window_frame(windows).with_columns(day=pl.date_ranges(*WINDOW)).explode("day")


def predecessors(windows: Sequence[Window], *, over: int = 1) -> pl.DataFrame:
    """Of each window, the one `over` windows of its kind before it, where that is among `windows`.

    Columns window_start, window_end, previous_start, previous_end (Date); the last two null where it is not.
    """
    known = {(window.start, window.end) for window in windows}
    rows = []
    for window in windows:
        before = window
        for _ in range(over):
            before = before.previous()
        found = (before.start, before.end) if (before.start, before.end) in known else (None, None)
        rows.append((window.start, window.end, *found))
    columns = (*WINDOW, "previous_start", "previous_end")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Date), orient="row")


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
    """Tokens (Int64) and origin of each subject in each window, from rows of `WindowTokens`."""
    return (
        rows.with_columns(subject=subject_of(by))
        .drop_nulls("subject")
        .group_by(*WINDOW, "subject")
        .agg(exact_sum("tokens"), origin=only_origin())
    )


def largest_first(subjects: pl.LazyFrame) -> pl.LazyFrame:
    """Oldest window first, in it the largest subject first; equal tokens are placed by name."""
    return subjects.sort(*WINDOW, "tokens", "subject", descending=[False, False, True, False])


def only_origin() -> pl.Expr:
    """The origin of a group of tokens; null where it has none, or several."""
    origin = pl.col("origin")
    return pl.when(origin.min() == origin.max()).then(origin.min())
