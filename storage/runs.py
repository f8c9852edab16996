"""One row a run: what it was asked, what it wrote, how it ended."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from schemas.errors import ExitStatus
from schemas.summary import RunSummary
from storage.asof import TABLES

RUNNING: Final = "running"
"""The outcome of a run that has not said how it ended: it runs, or it was killed."""
_RUN: Final = TABLES["run"]


def start(connection: Connection, flow: str, *, window_at: datetime, known_at: datetime) -> int:
    """Write down that a run has begun, in a `writing` transaction, and return its number.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        flow: the name of the flow.
        window_at: the moment that decides which window it works on (aware UTC).
        known_at: its standpoint (aware UTC).
    """
    number = int(connection.execute(select(func.coalesce(func.max(_RUN.c.id), 0) + 1)).scalar_one())
    nothing_yet = dict.fromkeys(("rows_added", "rows_revised", "rows_withdrawn", "rows_quarantined"), 0)
    connection.execute(
        _RUN.insert().values(
            id=number, flow=flow, window_at=window_at, known_at=known_at, outcome=RUNNING, **nothing_yet
        )
    )
    return number


def finish(connection: Connection, number: int, finished_at: datetime, summary: RunSummary) -> None:
    """Write down how run `number` ended: `done`, `warnings` or `failed`, its rows, and what it had to say."""
    outcomes = {ExitStatus.DONE: "done", ExitStatus.WARNINGS: "warnings"}
    connection.execute(
        _RUN.update()
        .where(_RUN.c.id == number)
        .values(
            outcome=outcomes.get(summary.exit_status, "failed"),
            finished_at=finished_at,
            focus_window=summary.window.label if summary.window else None,
            rows_added=summary.rows.added,
            rows_revised=summary.rows.revised,
            rows_withdrawn=summary.rows.withdrawn,
            rows_quarantined=summary.rows.quarantined,
            messages=json.dumps([*summary.errors, *summary.warnings], ensure_ascii=False),
        )
    )


def read_runs(connection: Connection, standpoint: datetime) -> list[dict[str, Any]]:
    """Every run known at `standpoint` (aware UTC), newest last: the columns of `Run`, `messages` as a list."""
    query = select(_RUN).where(_RUN.c.known_at <= standpoint).order_by(_RUN.c.id)
    rows = connection.execute(query).mappings()
    return [{**row, "messages": json.loads(row["messages"])} for row in rows]


def newest_known_at(connection: Connection, flow: str) -> datetime | None:
    """The standpoint of the newest run of a flow that ended well (aware UTC); None if there is none."""
    newest: datetime | None = connection.execute(
        select(func.max(_RUN.c.known_at, type_=_RUN.c.known_at.type)).where(
            _RUN.c.flow == flow, _RUN.c.outcome.in_(["done", "warnings"])
        )
    ).scalar()
    return newest
