"""The outbox: messages written in the transaction of their event, to be delivered later (`storage.leases`)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from schemas.alerts import Message
from schemas.charts import Chart
from storage.asof import TABLES

_OUTBOX: Final = TABLES["outbox_message"]
UNSENT: Final = ("due", "leased", "held")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that was not delivered yet, as it is shown."""

    id: int
    kind: str
    destination: str
    headline: str
    created_at: datetime
    state: str
    last_error: str | None


def enqueue(
    connection: Connection,
    *,
    dedupe_key: str,
    kind: str,
    destination: str,
    message: Message,
    event_id: int | None,
    now: datetime,
    silence_id: int | None = None,
    follows: int | None = None,
) -> bool:
    """Make a message due, in the caller's transaction; `False` if one with that key exists already.

    One that a silence covers is kept as `silenced`, and never sent. `follows` is the message in whose thread it
    belongs, and which goes out first.
    """
    if connection.execute(select(_OUTBOX.c.id).where(_OUTBOX.c.dedupe_key == dedupe_key)).first():
        return False
    row = {
        "dedupe_key": dedupe_key,
        "event_id": event_id,
        "kind": kind,
        "destination": destination,
        "text": message.text,
        "blocks": json.dumps(message.blocks),
        "state": "due" if silence_id is None else "silenced",
        "silence_id": silence_id,
        "follows_id": follows,
        "picture": None if message.chart is None else message.chart.model_dump_json(),
        "attempts": 0,
        "possible_duplicate": False,
        "lease_token": 0,
        "created_at": now,
        "due_at": now,
    }
    connection.execute(_OUTBOX.insert().values(row))
    return True


def fold_into_digest(
    connection: Connection, waiting: Collection[Waiting], dedupe_key: str, digest: Message, now: datetime
) -> None:
    """Replace messages of one destination, none of which is on its way, by one that lists them."""
    ids = [each.id for each in waiting]
    destination = next(iter(waiting)).destination
    enqueue(
        connection,
        dedupe_key=dedupe_key,
        kind="digest",
        destination=destination,
        message=digest,
        event_id=None,
        now=now,
    )
    connection.execute(
        _OUTBOX.update()
        .where(_OUTBOX.c.id.in_(ids))
        .values(state="cancelled", last_error=f"told in the digest {dedupe_key}")
    )


def beginning_of(connection: Connection, event_id: int) -> int | None:
    """The message that began the thread about a fact; `None` if it was told in a digest, or not at all."""
    newest = (
        select(func.coalesce(_OUTBOX.c.follows_id, _OUTBOX.c.id))
        .where(_OUTBOX.c.event_id == event_id)
        .order_by(_OUTBOX.c.id.desc())
        .limit(1)
    )
    found: int | None = connection.execute(newest).scalar()
    return found


def read_message(connection: Connection, number: int) -> Message:
    """The message with that number, as it was written."""
    row = connection.execute(select(_OUTBOX).where(_OUTBOX.c.id == number)).mappings().one()
    return message_of(row)


def read_waiting(connection: Connection) -> list[Waiting]:
    """Every message that is still to be delivered, oldest first."""
    rows = connection.execute(select(_OUTBOX).where(_OUTBOX.c.state.in_(UNSENT)).order_by(_OUTBOX.c.id))
    return [waiting_of(row) for row in rows.mappings()]


def message_of(row: RowMapping) -> Message:
    """The message that a row of the outbox holds."""
    chart = None if row["picture"] is None else Chart.model_validate_json(row["picture"])
    return Message(row["text"], tuple(json.loads(row["blocks"])), chart)


def waiting_of(row: RowMapping) -> Waiting:
    """A row of the outbox as it is shown."""
    return Waiting(
        id=row["id"],
        kind=row["kind"],
        destination=row["destination"],
        headline=row["text"].split("\n", 1)[0],
        created_at=row["created_at"],
        state=row["state"],
        last_error=row["last_error"],
    )
