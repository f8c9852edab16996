"""Dropping vintages on request: those that newer ones had replaced before a horizon, and nothing else.

What a standpoint at or after the horizon sees stays exactly as it was. Only rows and states of days are
dropped: the catalogue's vintages are the history of prices; ledger, messages, runs, receipts and the archive
are never touched, so that `replay` brings everything back.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, delete, exists, func, or_, select

from schemas.errors import StorageError
from storage.asof import TABLES
from storage.retention import kept_from

_SNAPSHOT: Final = TABLES["snapshot"]
_OBSERVATION: Final = TABLES["observation"]
_DAY_STATE: Final = TABLES["day_state"]
_RETENTION: Final = TABLES["retention"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """Vintages of rows and of days' states that a vacuum drops, out of how many there are."""

    rows: int
    rows_of: int
    days: int
    days_of: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to drop."""
        return not self.rows and not self.days


def count_replaced(connection: Connection, horizon: datetime) -> Replaced:
    """What `drop_replaced` would drop."""
    newest = _newest_at(connection, horizon)
    return Replaced(
        *_counted(connection, _OBSERVATION, newest),
        *_counted(connection, _DAY_STATE, newest),
    )


def drop_replaced(connection: Connection, horizon: datetime, now: datetime) -> Replaced:
    """Drop every vintage that a newer one had replaced by `horizon`, and write down that this was done.

    From then on a standpoint before `horizon` is refused (`storage.retention`). Where there is nothing to
    drop nothing is written, and every standpoint is answered as before.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        horizon: the earliest standpoint (aware UTC) that must stay exact.
        now: when this is done (aware UTC).

    Returns:
        What was dropped.
    """
    found = count_replaced(connection, horizon)
    if found.nothing:
        return found
    newest = _newest_at(connection, horizon)
    for table in (_OBSERVATION, _DAY_STATE):
        connection.execute(delete(table).where(_replaced(table, newest)))
    number = connection.execute(select(func.coalesce(func.max(_RETENTION.c.id), 0) + 1)).scalar_one()
    connection.execute(
        _RETENTION.insert().values(
            id=number,
            kept_from=max(horizon, kept_from(connection) or horizon),
            vacuumed_at=now,
            rows_dropped=found.rows,
            days_dropped=found.days,
        )
    )
    return found


def shrink(engine: Engine) -> None:
    """Give the space of what was dropped back to the disk. PostgreSQL does so by itself (autovacuum).

    Raises:
        StorageError: another process holds the database; what was dropped stays dropped.
    """
    if engine.dialect.name != "sqlite":
        return
    # Not through a transaction, in which SQLite cannot do this.
    with closing(engine.raw_connection()) as raw:
        connection: Any = raw.driver_connection
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StorageError(
                f"The rows are dropped, but {engine.url.database} could not be made smaller ({error}); "
                "run the same again when nothing else uses it and there is space for a copy of it."
            ) from error


def _newest_at(connection: Connection, horizon: datetime) -> dict[int, int]:
    """The newest snapshot of each series that a standpoint at `horizon` knows."""
    query = (
        select(_SNAPSHOT.c.series_id, func.max(_SNAPSHOT.c.id).label("newest"))
        .where(_SNAPSHOT.c.known_at <= horizon)
        .group_by(_SNAPSHOT.c.series_id)
    )
    return {row.series_id: row.newest for row in connection.execute(query)}


def _replaced(table: Table, newest: dict[int, int]) -> ColumnElement[bool]:
    """Whether a newer snapshot replaced a row of `table` in the eyes of the horizon: `asof.known`, turned around."""
    newer = table.alias("newer")
    key = [column.name for column in table.primary_key if column.name != "snapshot_id"]
    by_then = [
        (newer.c.series_id == series) & (newer.c.snapshot_id <= snapshot)
        for series, snapshot in newest.items()
    ]
    return exists().where(
        *(newer.c[name] == table.c[name] for name in key),
        newer.c.snapshot_id > table.c.snapshot_id,
        or_(*by_then) if by_then else newer.c.snapshot_id < 0,
    )


def _counted(connection: Connection, table: Table, newest: dict[int, int]) -> tuple[int, int]:
    everything: Select[tuple[int]] = select(func.count()).select_from(table)
    return (
        connection.execute(everything.where(_replaced(table, newest))).scalar_one(),
        connection.execute(everything).scalar_one(),
    )
