"""Lists about a window with their vintages: one way to record and read whatever is published whole."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select

from schemas.errors import AsOfError, RefusedAnswerError
from schemas.listed import LISTED, Listed
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Channel, Receipt
from storage.asof import TABLES
from storage.bulk import insert_rows, read_frame
from storage.quarantine import store_quarantined
from storage.receipts import store_receipt
from storage.series import epoch_day

_LISTING: Final = TABLES["listing"]
_RECEIPT: Final = TABLES["archive_receipt"]
_ABOUT: Final = ("channel", "subject", "first_epoch_day", "last_epoch_day")
_BEFORE_ROWS: Final[dict[str, Any]] = {
    "subject": pl.String,
    "window_start": pl.Int32,
    "window_end": pl.Int32,
    "listing_id": pl.Int32,
    "set_apart": pl.Int32,
}


def record_listings(
    connection: Connection,
    receipt: Receipt,
    lists: Sequence[Listed],
    quarantined: dy.DataFrame[QuarantinedRows],
) -> int:
    """Record what an archived answer changes of the lists that it holds, known from its fetch time on.

    A list that is held whole is not replaced by one with rows that were not understood.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        receipt: the answer that was archived.
        lists: what it says; what it does not speak about stays as it is.
        quarantined: its rows that were not understood.

    Returns:
        How many vintages were written; 0 where every list was known as it is.

    Raises:
        AsOfError: it would write a vintage older than the newest one of its list; nothing is written.
        RefusedAnswerError: a list has fewer than half of its rows left; nothing is written.
    """
    changed = [(each, rows) for each in lists if (rows := _changed(connection, receipt, each)) is not None]
    store_receipt(connection, receipt)
    store_quarantined(connection, receipt, quarantined)
    newest = connection.execute(select(func.coalesce(func.max(_LISTING.c.id), 0))).scalar_one()
    table, _ = _shape(receipt.channel)
    for number, (each, rows) in enumerate(changed, newest + 1):
        about = _about(receipt.channel, each)
        known = {"known_at": receipt.fetched_at, "receipt_id": receipt.id}
        counts = {"entries": rows.height, "set_apart": each.set_apart}
        connection.execute(_LISTING.insert().values(id=number, **about, **known, **counts))
        insert_rows(connection, table, rows, listing_id=number)
    return len(changed)


def read_listings(
    connection: Connection,
    channel: Channel,
    standpoint: datetime,
    *,
    subject: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pl.DataFrame:
    """The rows of every list of a channel as known at `standpoint` (aware UTC): of each list its newest vintage.

    Args:
        connection: one consistent view of the database.
        channel: one that has lists.
        standpoint: what was learned later is not seen.
        subject: only lists of this subject.
        start: only lists that end on this day or later.
        end: only lists that begin on this day or earlier.

    Returns:
        `subject` (String), `window_start`, `window_end` (Date), `listing_id` (Int32), `set_apart` (Int32; rows
        that were not understood), then the columns of the
        channel's rows (see `schemas.listed.LISTED`); by subject, window and those columns.
    """
    table, shape = _shape(channel)
    newer = _LISTING.alias("newer")
    replaced = exists().where(
        *(newer.c[name] == _LISTING.c[name] for name in _ABOUT),
        newer.c.id > _LISTING.c.id,
        newer.c.known_at <= standpoint,
    )
    wanted: list[ColumnElement[bool]] = [_LISTING.c.channel == str(channel)]
    if subject is not None:
        wanted.append(_LISTING.c.subject == subject)
    if start is not None:
        wanted.append(_LISTING.c.last_epoch_day >= epoch_day(start))
    if end is not None:
        wanted.append(_LISTING.c.first_epoch_day <= epoch_day(end))
    query = _with_rows(table, shape).where(*wanted, _LISTING.c.known_at <= standpoint, ~replaced)
    found = read_frame(connection, query, {**_BEFORE_ROWS, **shape.create_empty().schema})
    dated = found.with_columns(pl.col("window_start", "window_end").cast(pl.Date))
    return dated.sort("subject", "window_start", "window_end", *shape.column_names())


def listing_inputs(connection: Connection, listing_ids: Sequence[int]) -> list[dict[str, str]]:
    """`url` and `sha256` of the answers behind listings, each once, oldest first."""
    query = (
        select(_RECEIPT.c.id, _RECEIPT.c.url, _RECEIPT.c.sha256)
        .join(_LISTING, _LISTING.c.receipt_id == _RECEIPT.c.id)
        .where(_LISTING.c.id.in_(sorted(set(listing_ids))))
        .distinct()
        .order_by(_RECEIPT.c.id)
    )
    return [{"url": row.url, "sha256": row.sha256} for row in connection.execute(query)]


def listing_as_of(connection: Connection, listing_ids: Sequence[int]) -> datetime | None:
    """The publisher's time of the newest answer behind listings (aware UTC); None where none says one."""
    query = (
        select(func.max(_RECEIPT.c.as_of, type_=_RECEIPT.c.as_of.type))
        .join(_LISTING, _LISTING.c.receipt_id == _RECEIPT.c.id)
        .where(_LISTING.c.id.in_(sorted(set(listing_ids))))
    )
    published: datetime | None = connection.execute(query).scalar()
    return published


def listed_at(connection: Connection, listing_ids: Sequence[int]) -> datetime | None:
    """When the newest of these listings was learned (aware UTC); None if there is none."""
    known_at = _LISTING.c.known_at
    query = select(func.max(known_at, type_=known_at.type)).where(_LISTING.c.id.in_(sorted(set(listing_ids))))
    newest: datetime | None = connection.execute(query).scalar()
    return newest


def _shape(channel: Channel) -> tuple[Table, type[dy.Schema]]:
    name, shape = LISTED[channel]
    return TABLES[name], shape


def _about(channel: Channel, each: Listed) -> dict[str, Any]:
    return {
        "channel": str(channel),
        "subject": each.subject,
        "first_epoch_day": epoch_day(each.start),
        "last_epoch_day": epoch_day(each.end),
    }


def _changed(connection: Connection, receipt: Receipt, each: Listed) -> pl.DataFrame | None:
    """The rows of a list, in their order, if they are to be recorded; None if they are known, or better ones are."""
    table, shape = _shape(receipt.channel)
    rows = shape.validate(each.rows).sort(shape.column_names())
    about = [_LISTING.c[name] == value for name, value in _about(receipt.channel, each).items()]
    newest = connection.execute(
        select(_LISTING.c.id, _LISTING.c.known_at, _LISTING.c.set_apart)
        .where(*about)
        .order_by(_LISTING.c.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return rows
    if each.set_apart > newest.set_apart == 0:
        return None
    columns = [table.c[name] for name in shape.column_names()]
    query = select(*columns).where(table.c.listing_id == newest.id)
    before = read_frame(connection, query, dict(shape.create_empty().schema)).sort(shape.column_names())
    if before.equals(rows) and each.set_apart == newest.set_apart:
        return None
    if rows.height * 2 < before.height:
        raise RefusedAnswerError(
            f"{receipt.url} (archived as {receipt.id}) is refused: {each.subject} of {each.start} to {each.end} has "
            f"{rows.height} rows where {before.height} are recorded. Nothing was changed; run again later."
        )
    if receipt.fetched_at < newest.known_at:
        raise AsOfError(
            f"Recording {each.subject} ({receipt.channel}) as of {receipt.fetched_at:%Y-%m-%dT%H:%MZ} would change "
            f"what is known since {newest.known_at:%Y-%m-%dT%H:%MZ}; give that or a later --as-of."
        )
    return rows


def _with_rows(table: Table, shape: type[dy.Schema]) -> Select[Any]:
    """Listings with their rows."""
    listing = _LISTING.c
    about = (listing.subject, listing.first_epoch_day, listing.last_epoch_day, listing.id, listing.set_apart)
    columns = [table.c[name] for name in shape.column_names()]
    return select(*about, *columns).join(_LISTING, _LISTING.c.id == table.c.listing_id)
