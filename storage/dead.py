"""Messages that will never go out by themselves: seen, tried again, or given up by a person."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from storage.asof import TABLES
from storage.outbox import Waiting, waiting_of

_OUTBOX: Final = TABLES["outbox_message"]


def read_dead(connection: Connection) -> list[Waiting]:
    """Every dead message with what went wrong, oldest first."""
    rows = connection.execute(select(_OUTBOX).where(_OUTBOX.c.state == "dead").order_by(_OUTBOX.c.id))
    return [waiting_of(row) for row in rows.mappings()]


def retry(connection: Connection, numbers: Collection[int], now: datetime) -> list[int]:
    """Make dead messages due again, with all their attempts; returns the numbers that were dead."""
    return _leave(connection, numbers, state="due", attempts=0, due_at=now)


def cancel(connection: Connection, numbers: Collection[int]) -> list[int]:
    """Give dead messages up: they stay recorded, and nobody is asked about them again."""
    return _leave(connection, numbers, state="cancelled")


def _leave(connection: Connection, numbers: Collection[int], **values: object) -> list[int]:
    dead = connection.execute(
        _OUTBOX.update()
        .where(_OUTBOX.c.id.in_(numbers), _OUTBOX.c.state == "dead")
        .values(values)
        .returning(_OUTBOX.c.id)
    )
    return sorted(dead.scalars())
