"""Archive first: an answer is on the disk, with its receipt, before anything is read out of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import msgspec

from schemas.citation import Page, citation
from schemas.hosts import Host
from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.sources.answer import Answer
from tasks.sources.client import UpstreamClient

Shape = TypeVar("Shape", datetime, date)


def keep(
    client: UpstreamClient,
    archive: Archive,
    answer: Answer,
    channel: Channel,
    asked: Asked,
    as_of: datetime | None = None,
) -> Receipt:
    """The receipt of an answer, stored for good.

    Raises:
        StorageError: the archive cannot be written.
    """
    page = Page.APPS if channel is Channel.APPS else Page.RANKINGS
    return archive.keep(
        answer.body,
        channel=channel,
        url=answer.url,
        asked=asked,
        fetched_at=answer.fetched_at,
        as_of=as_of,
        citation=citation(
            _cited(client, answer, as_of), made=client.made_sample, host=client.host, page=page
        ),
    )


def _cited(client: UpstreamClient, answer: Answer, as_of: datetime | None) -> datetime | None:
    """The time to cite: the publisher's, or where only OpenRouter states one, that of the reading."""
    return as_of if client.host is Host.OPENROUTER else as_of or answer.fetched_at


def peek_moment(body: bytes, *path: str) -> datetime | None:
    """The publisher's time of a JSON answer, for its receipt; None where it cannot be read."""
    moment = _peek(body, path, datetime)
    return moment if moment is not None and moment.tzinfo is not None else None


def peek_day(body: bytes, *path: str) -> datetime | None:
    """The same where the publisher states a UTC day: its first instant."""
    day = _peek(body, path, date)
    return None if day is None else datetime.combine(day, time(), UTC)


def _peek(body: bytes, path: Sequence[str], shape: type[Shape]) -> Shape | None:
    """The one look into an answer that is not archived yet, so nothing that it meets is an error."""
    try:
        found: Any = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        for name in path[:-1]:
            found = msgspec.json.decode(found[name], type=dict[str, msgspec.Raw])
        return msgspec.json.decode(found[path[-1]], type=shape)
    except (msgspec.MsgspecError, KeyError, RecursionError):
        return None
