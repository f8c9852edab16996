"""Delivering the outbox: at least once, and never unmarked twice.

A worker claims one row with a lease and a growing token, commits, sends, and finishes the row only if the token
is still its own. A worker that was killed in between leaves a lease that runs out: the row is sent again and
says that it may be a duplicate, because nobody can know whether the first attempt arrived.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, or_, select

from schemas.alerts import COMPANIONS, Delivery, Place
from storage.asof import TABLES
from storage.outbox import UNSENT, Waiting, message_of, waiting_of

LEASE: Final = timedelta(seconds=120)
"""Twelve times the timeout of one send."""
MAX_ATTEMPTS: Final = 48
"""With at most an hour between attempts: an outage of two days loses nothing."""
_OUTBOX: Final = TABLES["outbox_message"]


class Fate(StrEnum):
    """What became of one attempt; `held` waits for the address of its destination to be repaired."""

    SENT = "sent"
    DUE = "due"
    HELD = "held"
    DEAD = "dead"


def claim(connection: Connection, destinations: Collection[str], now: datetime) -> Delivery | None:
    """Lease the message that has been due longest for one of `destinations`; commit before sending it.

    Edits and charts come after all messages.
    A follow-up waits for the messages about its event, and in its thread, that came before it; an edit or a chart
    also for the edits or charts before it. A message whose lease ran out was perhaps sent: it comes back as a
    possible duplicate.
    """
    row = (
        connection.execute(
            select(_OUTBOX)
            .where(
                _OUTBOX.c.destination.in_(destinations),
                _OUTBOX.c.attempts < MAX_ATTEMPTS,
                or_(and_(_OUTBOX.c.state == "due", _OUTBOX.c.due_at <= now), _lapsed(now)),
                ~_overtakes(),
            )
            .order_by(_OUTBOX.c.kind.in_(COMPANIONS), _OUTBOX.c.due_at, _OUTBOX.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    delivery = _delivery(row, _place_of(connection, row["follows_id"]))
    connection.execute(
        _OUTBOX.update()
        .where(_OUTBOX.c.id == delivery.id)
        .values(
            state="leased",
            attempts=delivery.attempts,
            lease_token=delivery.lease_token,
            leased_until=now + LEASE,
            possible_duplicate=delivery.possible_duplicate,
        )
    )
    return delivery


def finish(
    connection: Connection,
    delivery: Delivery,
    fate: Fate,
    now: datetime,
    *,
    due_at: datetime,
    error: str | None = None,
    ambiguous: bool = False,
    place: Place | None = None,
) -> bool:
    """Write down what became of an attempt; `False` if the lease has passed to another worker meanwhile.

    Args:
        connection: a transaction of its own.
        delivery: as it was claimed.
        fate: what became of it.
        now: the moment of the answer.
        due_at: when to try again, for `DUE`; now for the others.
        error: what went wrong, without secrets.
        ambiguous: whether it may have arrived all the same.
        place: where it stands, if it was sent and the destination says so.
    """
    values: dict[str, Any] = {
        "state": str(fate),
        "leased_until": None,
        "due_at": due_at,
        "sent_at": now if fate is Fate.SENT else None,
        "channel": place.channel if place else None,
        "ts": place.ts if place else None,
        "last_error": error,
        "possible_duplicate": delivery.possible_duplicate or ambiguous,
    }
    if fate is Fate.HELD:
        values["attempts"] = delivery.attempts - 1  # a wrong address says nothing about the message
    own = (_OUTBOX.c.id == delivery.id) & (_OUTBOX.c.lease_token == delivery.lease_token)
    done = connection.execute(_OUTBOX.update().where(own, _OUTBOX.c.state == "leased").values(values))
    return done.rowcount == 1


def hold(connection: Connection, destinations: Collection[str], error: str) -> None:
    """Keep back what is due for destinations whose address no longer takes messages."""
    connection.execute(
        _OUTBOX.update()
        .where(_OUTBOX.c.destination.in_(destinations), _OUTBOX.c.state == "due")
        .values(state="held", last_error=error)
    )


def release(connection: Connection, destinations: Collection[str], now: datetime) -> None:
    """Make held messages due again: one of them then finds out whether the address was repaired."""
    connection.execute(
        _OUTBOX.update()
        .where(_OUTBOX.c.destination.in_(destinations), _OUTBOX.c.state == "held")
        .values(state="due", due_at=now)
    )


def reap(connection: Connection, now: datetime) -> list[Waiting]:
    """Declare dead what was killed in its last attempt; returns those messages."""
    dead = connection.execute(
        _OUTBOX.update()
        .where(_lapsed(now), _OUTBOX.c.attempts >= MAX_ATTEMPTS)
        .values(
            state="dead",
            leased_until=None,
            last_error="the worker that tried it for the last time never came back",
        )
        .returning(_OUTBOX)
    )
    return [waiting_of(row) for row in dead.mappings()]


def _lapsed(now: datetime) -> ColumnElement[bool]:
    return and_(_OUTBOX.c.state == "leased", _OUTBOX.c.leased_until <= now)


def _overtakes() -> ColumnElement[bool]:
    """Whether what came before a row, in its thread or about its event, has yet to be sent."""
    earlier = _OUTBOX.alias("earlier")
    return exists().where(
        or_(
            earlier.c.event_id == _OUTBOX.c.event_id,
            earlier.c.id == _OUTBOX.c.follows_id,
            earlier.c.follows_id == _OUTBOX.c.follows_id,
        ),
        earlier.c.id < _OUTBOX.c.id,
        earlier.c.state.in_(UNSENT),
        or_(earlier.c.kind.not_in(COMPANIONS), earlier.c.kind == _OUTBOX.c.kind),
    )


def _place_of(connection: Connection, number: int | None) -> Place | None:
    """Where a message stands; `None` where it was not sent, or by something that has no places."""
    query = select(_OUTBOX.c.channel, _OUTBOX.c.ts).where(_OUTBOX.c.id == number, _OUTBOX.c.ts.is_not(None))
    row = connection.execute(query).first()
    return None if row is None else Place(row.channel, row.ts)


def _delivery(row: RowMapping, thread: Place | None) -> Delivery:
    """The row as its new lease makes it."""
    return Delivery(
        id=row["id"],
        kind=row["kind"],
        destination=row["destination"],
        message=message_of(row),
        attempts=row["attempts"] + 1,
        possible_duplicate=row["possible_duplicate"] or row["state"] == "leased",
        lease_token=row["lease_token"] + 1,
        created_at=row["created_at"],
        follows=row["follows_id"],
        thread=thread,
    )
