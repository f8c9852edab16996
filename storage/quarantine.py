"""Rows that were not understood: shown, never counted as zero."""

from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import Connection, select

from storage.asof import TABLES
from storage.bulk import read_frame

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
