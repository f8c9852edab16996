"""The rows of an answer from the frame that holds its figures."""

from datetime import datetime
from typing import Any

import polars as pl

from schemas.windows import Window, WindowKind
from tasks.report.numbers import plain

_ENDS = ("window_start", "window_end")


def rows_of(frame: pl.DataFrame, *, series: WindowKind | None, as_of: datetime) -> list[dict[str, Any]]:
    """The rows of a frame with `window_start` and `window_end`, in its order.

    Args:
        frame: the figures.
        series: the kind of its windows, where an answer is about several; then each row begins with the name
            of its window and ends with the status of that.
        as_of: the standpoint (aware UTC).
    """
    rows: list[dict[str, Any]] = [
        {name: plain(value) for name, value in row.items()} for row in frame.to_dicts()
    ]
    if series is None:
        return [{name: row[name] for name in row if name not in _ENDS} for row in rows]
    windows = [Window(series, row["window_start"], row["window_end"]) for row in rows]
    return [
        {"window": str(window), **row, "status": str(window.status(as_of))}
        for window, row in zip(windows, rows, strict=True)
    ]
