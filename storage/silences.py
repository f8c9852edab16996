"""Silences: who asked not to hear of a rule, why, and until when. What they cover is kept, not lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from sqlalchemy import Connection, func, select

from storage.asof import TABLES

_SILENCE: Final = TABLES["silence"]
_OUTBOX: Final = TABLES["outbox_message"]


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence as it was asked for.

    Attributes:
        rule: a pattern for ids of rules, as file names are matched (`cn-*`).
        subject: a pattern for subjects (`CN`, `OpenAI`); `*` for all.
        kept: how many messages it has kept back so far.
    """

    id: int
    rule: str
    subject: str
    author: str
    reason: str
    created_at: datetime
    expires_at: datetime
    kept: int


def add_silence(
    connection: Connection,
    *,
    rule: str,
    subject: str,
    author: str,
    reason: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Write down a silence that holds from `now` until before `expires_at`; returns its id."""
    row = {
        "rule": rule,
        "subject": subject,
        "author": author,
        "reason": reason,
        "created_at": now,
        "expires_at": expires_at,
    }
    inserted: int = connection.execute(_SILENCE.insert().values(row).returning(_SILENCE.c.id)).scalar_one()
    return inserted


def expire_silence(connection: Connection, number: int, now: datetime) -> bool:
    """End a silence now; `False` if there is none of that number that still holds."""
    holds = (_SILENCE.c.id == number) & (_SILENCE.c.expires_at > now)
    return connection.execute(_SILENCE.update().where(holds).values(expires_at=now)).rowcount == 1


def read_silences(connection: Connection) -> list[Silence]:
    """Every silence there ever was, oldest first."""
    kept = select(func.count()).where(_OUTBOX.c.silence_id == _SILENCE.c.id).scalar_subquery().label("kept")
    rows = connection.execute(select(_SILENCE, kept).order_by(_SILENCE.c.id)).mappings()
    return [Silence(**row) for row in rows]


def active_silences(connection: Connection, now: datetime) -> list[Silence]:
    """Those that hold at `now` (aware UTC), oldest first."""
    return [each for each in read_silences(connection) if each.created_at <= now < each.expires_at]


def silence_of(silences: Iterable[Silence], rule: str, subject: str) -> int | None:
    """The first of `silences` that covers a rule and a subject; `None` if none does."""
    return next(
        (each.id for each in silences if fnmatchcase(rule, each.rule) and fnmatchcase(subject, each.subject)),
        None,
    )


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern covers a name, as file names are matched; upper and lower case are two things."""
    return fnmatchcase(name, pattern)
