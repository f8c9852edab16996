"""Ranking rows with their vintages: what an answer changed, and nothing else, is written."""

from dataclasses import dataclass, replace
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, Table, func, select

from schemas.errors import AsOfError
from schemas.frames import QuarantinedRows, RankingRows
from schemas.receipts import Receipt, series_of
from storage.asof import TABLES
from storage.bulk import insert_rows
from storage.headline import Headline, read_headline
from storage.quarantine import store_quarantined
from storage.receipts import spans_stated_later, store_receipt
from storage.restatements import read_restatements
from storage.series import View, columns_of, known_days, known_rows, models, view_of
from storage.vintages import Changes, Held, changes_of, days_of, refuse_loss, together

__all__ = ["Headline", "RecordOutcome", "read_headline", "read_restatements", "record_rankings"]

_OBSERVATION: Final = TABLES["observation"]
_DAY_STATE: Final = TABLES["day_state"]
_SERIES: Final = TABLES["series"]
_SNAPSHOT: Final = TABLES["snapshot"]
_MODEL: Final = TABLES["model"]
_BLOCK: Final = 100_000
"""Rows that are compared, and written, at a time: two years of answers of today's size are far less."""
_NO_ROWS: Final = pl.DataFrame(schema={"day": pl.Date, "permaslug": pl.String, "tokens": pl.Int64})
_NO_DAYS: Final = pl.DataFrame(schema={"day": pl.Date, "row_count": pl.Int32, "quarantined": pl.Int32})


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What recording an answer did.

    Attributes:
        snapshot_id: the vintage that was written; None where every fact was known.
        added: rows of a day and model that had none.
        revised: rows that replaced another value.
        withdrawn: rows that a whole day no longer has.
        quarantined: rows of the answer that were not understood, whether seen before or not.
        days: UTC days that the answer speaks about.
    """

    snapshot_id: int | None
    added: int
    revised: int
    withdrawn: int
    quarantined: int
    days: int


def record_rankings(
    connection: Connection,
    receipt: Receipt,
    rows: dy.DataFrame[RankingRows],
    quarantined: dy.DataFrame[QuarantinedRows],
) -> RecordOutcome:
    """Record what an archived answer changes, known from its fetch time on.

    Facts that are known already write no row but the receipt. A day that is held whole is never touched by
    an answer that has the day with quarantined rows, nor by one that was published before the last that
    stated it: in whatever order answers come, the newest word counts.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        receipt: the answer; its channel names the series.
        rows: its understood rows.
        quarantined: its other rows; stored once per payload.

    Raises:
        RefusedAnswerError: the answer would lose recorded facts; nothing is written.
        AsOfError: it would write a vintage older than the newest one of its series; nothing is written.
    """
    view = view_of(connection, series_of(receipt))
    by_day = rows if rows["day"].is_sorted() else rows.sort("day", maintain_order=True)
    days = days_of(receipt, by_day, quarantined)
    held = _held(connection, view, receipt, days)
    changes = _changes(connection, view, by_day, days, held)
    refuse_loss(receipt, days, held, changes)
    if not changes.nothing and view.known_at is not None and receipt.fetched_at < view.known_at:
        raise AsOfError(
            f"Recording as of {receipt.fetched_at:%Y-%m-%dT%H:%MZ} would change what is known since "
            f"{view.known_at:%Y-%m-%dT%H:%MZ} ({view.key}); give that or a later --as-of."
        )
    store_receipt(connection, receipt)
    store_quarantined(connection, receipt, quarantined)
    return RecordOutcome(
        snapshot_id=None if changes.nothing else _write(connection, view, receipt, changes),
        added=changes.added,
        revised=changes.revised,
        withdrawn=changes.withdrawn,
        quarantined=quarantined.height,
        days=days.height,
    )


def _held(connection: Connection, view: View, receipt: Receipt, days: pl.DataFrame) -> Held:
    """What is known of the days of an answer and of the whole span asked for, without any rows."""
    if view.newest == 0 or days.is_empty():
        return Held(_NO_ROWS, _NO_DAYS)
    first, last = days["day"][0], days["day"][-1]
    asked_first, asked_last = receipt.asked.start or first, receipt.asked.end or last
    return Held(
        rows=_NO_ROWS,
        days=known_days(connection, view, min(first, asked_first), max(last, asked_last)),
        stated_later=spans_stated_later(connection, receipt),
    )


def _changes(
    connection: Connection, view: View, rows: pl.DataFrame, days: pl.DataFrame, held: Held
) -> Changes:
    """What an answer changes, compared a block of days at a time, so that memory stays flat."""
    found = [Changes(_NO_ROWS, _NO_DAYS, 0, 0, 0)]
    at = 0
    block_of = (pl.col("row_count").cast(pl.Int64).cum_sum() // _BLOCK).alias("block")
    for block in days.with_columns(block_of).partition_by("block", include_key=False):
        first, last = block["day"][0], block["day"][-1]
        taken = int(block["row_count"].sum())
        known = replace(held, days=held.days.filter(pl.col("day").is_between(first, last)))
        if known.days.height:
            known = replace(known, rows=known_rows(connection, view, first, last))
        found.append(changes_of(rows.slice(at, taken), block, known))
        at += taken
    return together(found)


def _write(connection: Connection, view: View, receipt: Receipt, changes: Changes) -> int:
    """Write the changes as one vintage and return its number."""
    series = view.id or _enrol_series(connection, view)
    snapshot = _next_id(connection, _SNAPSHOT)
    connection.execute(
        _SNAPSHOT.insert().values(
            id=snapshot,
            series_id=series,
            known_at=receipt.fetched_at,
            receipt_id=receipt.id,
            rows_added=changes.added,
            rows_revised=changes.revised,
            rows_withdrawn=changes.withdrawn,
        )
    )
    day = pl.col("day").cast(pl.Int32).alias("epoch_day")
    names = models(connection)
    for block in changes.rows.iter_slices(_BLOCK):
        names = _enrol_models(connection, names, block)
        rows = block.join(names, on="permaslug", maintain_order="left")
        # In the order of the primary key, in which SQLite appends instead of seeking.
        rows = rows.select(day, "model_id", "tokens").sort("epoch_day", "model_id")
        insert_rows(connection, _OBSERVATION, rows, series_id=series, snapshot_id=snapshot)
    days = changes.days.select(day, "row_count", "quarantined")
    insert_rows(connection, _DAY_STATE, days, series_id=series, snapshot_id=snapshot)
    return snapshot


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
