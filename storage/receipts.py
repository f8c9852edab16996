"""The SQL twin of the receipts in the archive: of the answers that were taken in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, func, select

from schemas.receipts import Asked, Channel, Receipt
from storage.asof import TABLES

RANKINGS: Final = (Channel.EXPORTS, Channel.API)
_RECEIPT: Final = TABLES["archive_receipt"]


def store_receipt(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt, in the transaction that takes its answer in; one that is stored already stays as it is."""
    if connection.execute(select(_RECEIPT.c.id).where(_RECEIPT.c.id == receipt.id)).first() is None:
        row = receipt.model_dump(exclude={"asked"})
        row["asked"] = receipt.asked.model_dump_json(exclude_none=True)
        connection.execute(_RECEIPT.insert().values(row))


def newest_as_of(
    connection: Connection, standpoint: datetime, channels: Iterable[Channel] = RANKINGS
) -> datetime | None:
    """The newest publisher's time among the answers of `channels` that were taken in by `standpoint`.

    An answer that repeats known facts counts: it says that they still hold.
    """
    newest: datetime | None = connection.execute(
        select(func.max(_RECEIPT.c.as_of, type_=_RECEIPT.c.as_of.type)).where(
            _RECEIPT.c.channel.in_([str(channel) for channel in channels]),
            _RECEIPT.c.fetched_at <= standpoint,
        )
    ).scalar()
    return newest


def spans_stated_later(connection: Connection, receipt: Receipt) -> list[tuple[date, date]]:
    """First and last day of what was taken in from the same channel and published after `receipt` was."""
    if receipt.as_of is None:
        return []
    later = connection.execute(
        select(_RECEIPT.c.asked).where(
            _RECEIPT.c.channel == str(receipt.channel), _RECEIPT.c.as_of > receipt.as_of
        )
    )
    spans = {(asked.start, asked.end) for asked in map(Asked.model_validate_json, later.scalars())}
    return [(start, end) for start, end in spans if start is not None and end is not None]
