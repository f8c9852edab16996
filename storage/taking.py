"""Taking archived answers in, in the order in which they came: so the archive alone decides the facts.

Of several hosts the one that archived first is not always the one that records first, and one may be killed in
between. Whoever records therefore takes in before its own answer what others archived before it; then what is
recorded is, at every moment, what a replay of the same receipts gives.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, func, select

from schemas.errors import AsOfError, StorageError, UpstreamError
from schemas.normalized import NormalizedCatalogue, NormalizedListings, NormalizedRankings
from schemas.receipts import Receipt
from storage.archive import Archive
from storage.asof import TABLES
from storage.catalogue import record_catalogue
from storage.listings import record_listings
from storage.observations import RecordOutcome, record_rankings

_RECEIPT: Final = TABLES["archive_receipt"]


@dataclass(frozen=True, slots=True)
class Readers:
    """The functions that read archived answers: the ones that read them when they came.

    Each raises `EnvelopeError` for an answer that is not understood as a whole.
    """

    rankings: Callable[[Receipt, bytes], NormalizedRankings]
    catalogue: Callable[[bytes], NormalizedCatalogue]
    listings: Callable[[Receipt, bytes], NormalizedListings]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one archived answer: it `wrote` a vintage or not, or was `refused` as when it came.

    `outcome` is what recording rankings did; None for all else and for what was refused.
    """

    receipt: Receipt
    wrote: bool = False
    refused: bool = False
    outcome: RecordOutcome | None = None


def take_in(
    connection: Connection, archive: Archive, receipts: Iterable[Receipt], readers: Readers
) -> Iterator[Taken]:
    """Record archived answers one after the other; those that hold no facts are passed over.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        archive: where the payloads are.
        receipts: in the order of arrival.
        readers: what reads them.

    Raises:
        StorageError: the archive is damaged or cannot be used.
    """
    for receipt in receipts:
        if not receipt.channel.has_facts:
            continue
        body = archive.body(receipt)
        try:
            yield (
                _take(connection, receipt, body, readers)
                if receipt.as_promised
                else Taken(receipt, refused=True)
            )
        except (UpstreamError, AsOfError):  # what was refused when it came is refused again
            yield Taken(receipt, refused=True)


def catch_up(
    connection: Connection, archive: Archive, receipt: Receipt, readers: Readers
) -> list[tuple[Receipt, RecordOutcome]]:
    """Take in what came before an answer and is not recorded yet; its rankings, and what each of them did.

    Args:
        connection: the `writing` transaction that will record the answer.
        archive: where it and its predecessors are.
        receipt: the answer.
        readers: what reads its predecessors.

    Raises:
        StorageError: the archive cannot be used, is another one than before, or the answer was refused by a
            run that recorded later ones.
    """
    newest = connection.execute(select(func.max(_RECEIPT.c.id))).scalar() or ""
    if newest >= receipt.id:
        _refuse_stranger(connection, receipt)
        return []
    earlier = takewhile(lambda other: other.id < receipt.id, archive.receipts(after=newest))
    taken = take_in(connection, archive, earlier, readers)
    return [(one.receipt, one.outcome) for one in taken if one.outcome is not None]


def _refuse_stranger(connection: Connection, receipt: Receipt) -> None:
    columns = (_RECEIPT.c.sha256, _RECEIPT.c.fetched_at)
    stored = connection.execute(select(*columns).where(_RECEIPT.c.id == receipt.id)).first()
    if stored is None:
        raise StorageError(
            f"Answer {receipt.id} was refused by a run that recorded later ones; run again. If "
            "TOKENTIDE_ARCHIVE_URL has changed, copy the former archive there first."
        )
    if tuple(stored) != (receipt.sha256, receipt.fetched_at):
        raise StorageError(
            f"Another answer is recorded under {receipt.id}: this is not the archive that the database was "
            "recorded from; point TOKENTIDE_ARCHIVE_URL at that one, or copy it there."
        )


def _take(connection: Connection, receipt: Receipt, body: bytes, readers: Readers) -> Taken:
    if receipt.channel.has_catalogue:
        return Taken(receipt, wrote=record_catalogue(connection, receipt, readers.catalogue(body).rows) > 0)
    if receipt.channel.has_listings:
        told = readers.listings(receipt, body)
        return Taken(receipt, wrote=record_listings(connection, receipt, told.lists, told.quarantined) > 0)
    read = readers.rankings(receipt, body)
    outcome = record_rankings(connection, receipt, read.rows, read.quarantined)
    return Taken(receipt, wrote=outcome.snapshot_id is not None, outcome=outcome)
