"""From a change in the ledger to the message about it, both written in the transaction of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.alerts import Direction, FactStatus, Message, NewFact
from schemas.rule_models import ConditionRule, Rule
from schemas.windows import Window
from storage.events import LedgerKey, newest_opening, record, revise
from storage.outbox import beginning_of, enqueue
from tasks.alerts.ledger import Change, Kind
from tasks.alerts.messages import Credits, many_at_once

MOST_AT_ONCE: Final = 5
"""More corrections than these, or more states of one rule that change at once, are told in one message."""


@dataclass(frozen=True, slots=True)
class Post:
    """A change that was written into the ledger, and the message about it.

    Attributes:
        headline: the sentence about the fact, as the ledger keeps it.
        message: what people are told, if `change.told`.
        silence_id: the silence that keeps the message back, if any.
    """

    rule: Rule
    key: LedgerKey
    change: Change
    event_id: int
    revision: int
    headline: str
    message: Message
    silence_id: int | None = None


def write_change(
    connection: Connection,
    rule: Rule,
    key: LedgerKey,
    change: Change,
    told: tuple[str, Message],
    as_of: datetime,
    silence_id: int | None = None,
) -> Post:
    """Write `change` into the ledger; `told` is the sentence about the fact and the message about the change."""
    headline, message = told
    if change.moved_from is not None:
        gone = change.moved_from
        revise(connection, gone, FactStatus.RETRACTED, gone.disposition, as_of, change.kind)
    if change.recorded is None:
        event_id, revision = record(connection, key, _new_fact(change, headline), as_of), 1
    else:
        status = FactStatus.RETRACTED if change.kind is Kind.RETRACTED else FactStatus.ACTIVE
        event_id = change.recorded.id
        revision = revise(connection, change.recorded, status, change.disposition, as_of, change.kind)
    return Post(rule, key, change, event_id, revision, headline, message, silence_id)


def make_due(
    connection: Connection, posts: Sequence[Post], cause: str, credits_: Credits, now: datetime
) -> None:
    """Make the messages due of which people hear; too many at once become one that names what they share.

    Those are corrections, which share their `cause`, and states that a single rule watches.
    """
    told = [post for post in posts if post.change.told]
    groups: dict[tuple[str, str], list[Post]] = {}
    for post in told:
        groups.setdefault((post.rule.destination, _why_together(post, cause)), []).append(post)
    for (destination, why), together in groups.items():
        loud = [post for post in together if post.silence_id is None]
        if why and len(loud) > MOST_AT_ONCE:
            digest = many_at_once([post.message.headline for post in loud], why, credits_)
            _enqueue_digest(connection, destination, loud, digest, now)
        else:
            for post in loud:
                _enqueue(connection, post, now)
        for post in together:
            if post.silence_id is not None:
                _enqueue(connection, post, now)


def _why_together(post: Post, cause: str) -> str:
    """What a message has in common with others of one run; nothing for news, which stands alone."""
    if post.change.kind is not Kind.NEW:
        return cause
    return post.rule.title if isinstance(post.rule, ConditionRule) else ""


def _new_fact(change: Change, headline: str) -> NewFact:
    event = change.event
    detail = (
        {}
        if event is None
        else {
            "first": str(event.first),
            "missing": event.missing,
            "undetermined": event.undetermined,
        }
    )
    opposite = change.window if event is None else event.opposite
    return NewFact(change.window, change.direction, change.disposition, opposite, headline, detail)


def _enqueue(connection: Connection, post: Post, now: datetime) -> None:
    enqueue(
        connection,
        dedupe_key="|".join([_identity(post), post.rule.destination]),
        kind=post.change.kind,
        destination=post.rule.destination,
        message=post.message,
        event_id=post.event_id,
        now=now,
        silence_id=post.silence_id,
        follows=_follows(connection, post),
    )


def _follows(connection: Connection, post: Post) -> int | None:
    """The message that a correction or an end belongs to; `None` for news, and for what people heard in a digest."""
    change = post.change
    if change.direction is Direction.CLOSE:
        event_id = newest_opening(connection, post.key)
    elif change.moved_from is not None:
        event_id = change.moved_from.id
    else:
        event_id = change.recorded.id if change.recorded and change.kind is not Kind.NEW else None
    return None if event_id is None else beginning_of(connection, event_id)


def _enqueue_digest(
    connection: Connection, destination: str, posts: Sequence[Post], digest: Message, now: datetime
) -> None:
    enqueue(
        connection,
        dedupe_key="|".join(["together", _identity(posts[0]), str(len(posts)), destination]),
        kind="digest",
        destination=destination,
        message=digest,
        event_id=None,
        now=now,
    )


def _identity(post: Post) -> str:
    """What makes a message about a fact the same message: everything but its words."""
    window: Window = post.change.window
    return "|".join(
        [
            post.change.kind,
            post.key.rule,
            post.key.meaning,
            post.key.subject,
            f"{window.start}..{window.end}",
            post.change.direction,
            str(post.revision),
        ]
    )
