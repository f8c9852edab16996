"""A vintage while it is written: its number, the names and rows that it brings, and how many they are."""

from typing import Final

import polars as pl
from sqlalchemy import Connection, Table, func, select

from schemas.receipts import Receipt
from storage.asof import TABLES
from storage.bulk import insert_rows
from storage.series import View, columns_of, models
from storage.vintages import Changes

_OBSERVATION: Final = TABLES["observation"]
_DAY_STATE: Final = TABLES["day_state"]
_SERIES: Final = TABLES["series"]
_SNAPSHOT: Final = TABLES["snapshot"]
_MODEL: Final = TABLES["model"]


class NewVintage:
    """What an answer changes, written as one vintage block by block, so that nobody holds all of it.

    Attributes:
        id: its number; None as long as nothing was changed.
        added, revised, withdrawn: rows of each kind that were written so far.
    """

    def __init__(self, connection: Connection, view: View, receipt: Receipt) -> None:
        """Nothing is written before the first change; the receipt has to be stored by then."""
        self.id: int | None = None
        self.added = self.revised = self.withdrawn = 0
        self._connection = connection
        self._view = view
        self._receipt = receipt

    def add(self, changes: Changes) -> None:
        """Write the changes of some days, which no other block is about."""
        if changes.nothing:
            return
        self.added += changes.added
        self.revised += changes.revised
        self.withdrawn += changes.withdrawn
        counts = {
            "rows_added": self.added,
            "rows_revised": self.revised,
            "rows_withdrawn": self.withdrawn,
        }
        if self.id is None:
            self.id = self._begin(counts)
        else:
            self._connection.execute(_SNAPSHOT.update().where(_SNAPSHOT.c.id == self.id).values(counts))
        self._write(self.id, changes)

    def _begin(self, counts: dict[str, int]) -> int:
        self._series = self._view.id or _enrol_series(self._connection, self._view)
        self._names = models(self._connection)
        number = _next_id(self._connection, _SNAPSHOT)
        self._connection.execute(
            _SNAPSHOT.insert().values(
                id=number,
                series_id=self._series,
                known_at=self._receipt.fetched_at,
                receipt_id=self._receipt.id,
                **counts,
            )
        )
        return number

    def _write(self, snapshot: int, changes: Changes) -> None:
        same = {"series_id": self._series, "snapshot_id": snapshot}
        day = pl.col("day").cast(pl.Int32).alias("epoch_day")
        self._names = _enrol_models(self._connection, self._names, changes.rows)
        rows = changes.rows.join(self._names, on="permaslug", maintain_order="left")
        # In the order of the primary key, in which SQLite appends instead of seeking.
        rows = rows.select(day, "model_id", "tokens").sort("epoch_day", "model_id")
        insert_rows(self._connection, _OBSERVATION, rows, **same)
        states = changes.days.select(day, "row_count", "quarantined")
        insert_rows(self._connection, _DAY_STATE, states, **same)


def _enrol_series(connection: Connection, view: View) -> int:
    number = _next_id(connection, _SERIES)
    connection.execute(_SERIES.insert().values(id=number, **columns_of(view.key)))
    return number


def _enrol_models(connection: Connection, known: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Number the names that were never ranked, in the order of the payload; returns all, as `models` does."""
    new = (
        rows.select("permaslug")
        .unique(maintain_order=True)
        .join(known, on="permaslug", how="anti", maintain_order="left")
    )
    if new.is_empty():
        return known
    first = _next_id(connection, _MODEL)
    new = new.select(pl.int_range(first, first + pl.len(), dtype=pl.Int32).alias("model_id"), "permaslug")
    insert_rows(connection, _MODEL, new.rename({"model_id": "id"}))
    return pl.concat([known, new])


def _next_id(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())
