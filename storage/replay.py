"""The fact tables anew from the archive alone: no network, and nothing carried over but what is no fact."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import URL, Connection, Float, Integer, Table, Text, delete, select
from sqlalchemy.types import TypeEngine

from schemas.receipts import Receipt
from schemas.settings import Settings
from storage.archive import Archive, open_archive
from storage.asof import TABLES
from storage.bulk import INSERT_SLICE, insert_rows, read_slices
from storage.engine import connect, open_database, reading, writing
from storage.revision import upgrade
from storage.taking import Readers, take_in

FACTS: Final = (
    "series",
    "model",
    "archive_receipt",
    "snapshot",
    "observation",
    "day_state",
    "quarantined_row",
    "catalogue_snapshot",
    "catalogue_entry",
    "listing",
    "app_ranking",
    "task_share",
    "derivative_count",
    "gateway_share",
    "retention",
)
"""The tables that the archive decides, parents first; it drops nothing, so after a replay nothing is dropped.
All others (runs, points, ledger, due messages, budget) say what this installation did and said, are in no
archive, and are left as they are."""


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """What a replay did: answers read, vintages written from them, and answers refused (as when they came)."""

    answers: int = 0
    vintages: int = 0
    refused: int = 0

    def __add__(self, other: "ReplayOutcome") -> "ReplayOutcome":
        return ReplayOutcome(
            self.answers + other.answers, self.vintages + other.vintages, self.refused + other.refused
        )


def replay(settings: Settings, readers: Readers) -> ReplayOutcome:
    """Rebuild every fact from the archive, in the order in which the answers came, and swap it in.

    The facts are built in a new database beside the one in use, and take the place of its facts in one
    transaction: whoever reads sees the old ones or the new ones, and a replay that is killed changes
    nothing. The file itself is not exchanged, since a process that still held the old one would write into
    nowhere.

    Raises:
        StorageError: the archive is damaged, or the database cannot be used; the facts stay as they were.
    """
    archive = open_archive(settings)
    engine = open_database(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="replay-", dir=settings.home) as folder:
            fresh = connect(URL.create("sqlite", database=str(Path(folder) / "facts.db")))
            try:
                receipts = list(archive.receipts())
                with writing(fresh) as built:
                    upgrade(built)
                    outcome = _rebuild(built, archive, receipts, readers)
                with reading(fresh) as built, writing(engine) as connection:
                    _swap(built, connection)
                    # What came in the meantime; nothing can come now, as we are the writer.
                    late = archive.receipts(after=receipts[-1].id if receipts else "")
                    return outcome + _rebuild(connection, archive, late, readers)
            finally:
                fresh.dispose()
    finally:
        engine.dispose()


def _rebuild(
    connection: Connection, archive: Archive, receipts: Iterable[Receipt], readers: Readers
) -> ReplayOutcome:
    taken = list(take_in(connection, archive, receipts, readers))
    return ReplayOutcome(len(taken), sum(one.wrote for one in taken), sum(one.refused for one in taken))


def _swap(built: Connection, connection: Connection) -> None:
    for name in reversed(FACTS):
        connection.execute(delete(TABLES[name]))
    for name in FACTS:
        _copy(built, connection, TABLES[name])


def _copy(built: Connection, connection: Connection, table: Table) -> None:
    dtypes = {column.name: _as_is(column.type) for column in table.columns}
    if None not in dtypes.values():
        for some in read_slices(built, select(table), dtypes):
            insert_rows(connection, table, some)
        return
    # Moments and truths are written in another way by each engine; of such tables none has many rows.
    rows = built.execute(select(table)).mappings()
    for some_rows in rows.partitions(INSERT_SLICE):
        connection.execute(table.insert(), [dict(row) for row in some_rows])


def _as_is(stored: TypeEngine[Any]) -> pl.DataType | None:
    """What a frame holds the values of a column as, which the drivers of both engines give as they are."""
    plain = ((Integer, pl.Int64()), (Text, pl.String()), (Float, pl.Float64()))
    return next((dtype for kind, dtype in plain if isinstance(stored, kind)), None)
