"""Lists of what was recorded about the record: restatements, quarantine, alerts, runs."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import citation
from schemas.settings import Settings
from storage.events import read_alerts
from storage.observations import read_restatements
from storage.quarantine import read_quarantine
from storage.receipts import newest_as_of
from storage.runs import read_runs

Lister = Callable[[Connection, datetime, date | None, date | None], list[dict[str, Any]]]


def _restatements(
    connection: Connection, standpoint: datetime, start: date | None, end: date | None
) -> list[dict[str, Any]]:
    return read_restatements(connection, standpoint, start=start, end=end).to_dicts()


LISTINGS: Final[dict[str, Lister]] = {
    "restatements": _restatements,
    "quarantine": lambda connection, standpoint, start, end: _between(
        read_quarantine(connection, standpoint), start, end
    ),
    "alerts": lambda connection, standpoint, _start, _end: read_alerts(connection, standpoint),
    "runs": lambda connection, standpoint, _start, _end: read_runs(connection, standpoint),
}


def listing(
    what: str,
    connection: Connection,
    settings: Settings,
    standpoint: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
) -> Answer:
    """One of the lists as an answer: rows known at the standpoint, newest knowledge last."""
    return Answer(
        definition={"list": what},
        window=None,
        as_of=standpoint,
        citation=citation(newest_as_of(connection, standpoint), made=settings.made_sample),
        inputs=[],
        rows=LISTINGS[what](connection, standpoint, start, end),
    )


def _between(frame: pl.DataFrame, start: date | None, end: date | None) -> list[dict[str, Any]]:
    if start is not None:
        frame = frame.filter(pl.col("day") >= start)
    if end is not None:
        frame = frame.filter(pl.col("day") <= end)
    return frame.to_dicts()
