"""The SQL twin of the receipts in the archive: of the answers that were taken in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from schemas.receipts import Asked, Channel, Receipt, SeriesKey, series_of
from storage.asof import TABLES

HEADLINE: Final = (SeriesKey(channel=Channel.EXPORTS), SeriesKey(channel=Channel.API))
"""The two channels of the headline series."""
_RECEIPT: Final = TABLES["archive_receipt"]


def store_receipt(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt, in the transaction that takes its answer in; one that is stored already stays as it is."""
    if connection.execute(select(_RECEIPT.c.id).where(_RECEIPT.c.id == receipt.id)).first() is None:
        row = receipt.model_dump(exclude={"asked"})
        row["asked"] = receipt.asked.model_dump_json(exclude_none=True)
        row["slice"] = series_of(receipt).slice
        connection.execute(_RECEIPT.insert().values(row))


def of_series(key: SeriesKey) -> ColumnElement[bool]:
    """Whether a receipt is of an answer about this series."""
    is_slice = _RECEIPT.c.slice.is_(None) if key.slice is None else _RECEIPT.c.slice == key.slice
    return and_(_RECEIPT.c.channel == str(key.channel), is_slice)


def newest_as_of(
    connection: Connection, standpoint: datetime, series: Iterable[SeriesKey] = HEADLINE
) -> datetime | None:
    """The newest publisher's time among the answers about `series` that were taken in by `standpoint`.

    An answer that repeats known facts counts: it says that they still hold.
    """
    newest: datetime | None = connection.execute(
        select(func.max(_RECEIPT.c.as_of, type_=_RECEIPT.c.as_of.type)).where(
            or_(false(), *map(of_series, series)), _RECEIPT.c.fetched_at <= standpoint
        )
    ).scalar()
    return newest


def spans_stated_later(connection: Connection, receipt: Receipt) -> list[tuple[date, date]]:
    """First and last day of what was taken in of the same series and published after `receipt` was."""
    if receipt.as_of is None:
        return []
    later = connection.execute(
        select(_RECEIPT.c.asked).where(of_series(series_of(receipt)), _RECEIPT.c.as_of > receipt.as_of)
    )
    spans = {(asked.start, asked.end) for asked in map(Asked.model_validate_json, later.scalars())}
    return [(start, end) for start, end in spans if start is not None and end is not None]


def spans_stated(connection: Connection, key: SeriesKey) -> list[tuple[date, date, datetime]]:
    """First and last day of every answer about a series that was taken in, and when it was fetched (aware UTC)."""
    answers = connection.execute(select(_RECEIPT.c.asked, _RECEIPT.c.fetched_at).where(of_series(key)))
    read = [(Asked.model_validate_json(question), fetched_at) for question, fetched_at in answers]
    return [(of.start, of.end, at) for of, at in read if of.start is not None and of.end is not None]
