"""Rows that were not understood: shown, never counted as zero."""

from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, select

from schemas.published_frames import QuarantinedRows
from schemas.receipts import Receipt
from storage.asof import TABLES
from storage.bulk import insert_rows, read_frame

_QUARANTINED: Final = TABLES["quarantined_row"]
_RECEIPT: Final = TABLES["archive_receipt"]


def read_quarantine(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """Every quarantined row known at `standpoint` (aware UTC), in the order in which they came.

    Returns:
        `day` (Date, null where that was not readable), `channel`, `url` (String), `row_number` (Int64,
        1-based position in the payload), `reason`, `raw` (String, as published but cut), `receipt_id` (String).
    """
    row, receipt = _QUARANTINED.c, _RECEIPT.c
    query = (
        select(
            row.epoch_day, receipt.channel, receipt.url, row.row_number, row.reason, row.raw, row.receipt_id
        )
        .join(_RECEIPT, receipt.id == row.receipt_id)
        .where(receipt.fetched_at <= standpoint)
        .order_by(row.receipt_id, row.row_number)
    )
    text = ("reason", "raw", "receipt_id")
    names = {"day": pl.Int32, "channel": pl.String, "url": pl.String, "row_number": pl.Int64}
    found = read_frame(connection, query, {**names, **dict.fromkeys(text, pl.String)})
    return found.with_columns(pl.col("day").cast(pl.Date))


def store_quarantined(
    connection: Connection, receipt: Receipt, quarantined: dy.DataFrame[QuarantinedRows]
) -> None:
    """Store the rows of an answer that were not understood, once per payload, in the transaction that takes it in."""
    stored = select(_QUARANTINED.c.row_number).where(_QUARANTINED.c.payload_sha256 == receipt.sha256)
    if quarantined.is_empty() or connection.execute(stored.limit(1)).first() is not None:
        return
    insert_rows(
        connection,
        _QUARANTINED,
        quarantined.select(
            pl.lit(receipt.sha256).alias("payload_sha256"),
            "row_number",
            pl.lit(receipt.id).alias("receipt_id"),
            pl.col("day").cast(pl.Int32).alias("epoch_day"),
            "reason",
            "raw",
        ),
    )
