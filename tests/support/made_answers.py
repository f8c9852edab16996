"""Small made answers, archived and recorded as the pipeline does it, and the reader that a replay needs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import dataframely as dy
import polars as pl
from sqlalchemy import Engine

from schemas.errors import EnvelopeError
from schemas.listed import LISTED, Listed
from schemas.published_frames import CatalogueRows, QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from storage.catalogue import record_catalogue
from storage.engine import writing
from storage.listings import record_listings
from storage.observations import RecordOutcome, record_rankings
from storage.taking import Readers

Rows = Mapping[tuple[date, str], int]
Entry = tuple[str, str, int | None] | tuple[str, str, int | None, float | None, int | None]
"""Slug, variant and price; then the benchmark index, and when the upstream says that it came (unix seconds)."""
MadeList = tuple[str, date, date, list[dict[str, object]]]
"""Subject, first and last day, and rows as the channel has them."""


@dataclass(frozen=True)
class MadeRankings:
    """A made answer, read."""

    rows: dy.DataFrame[RankingRows]
    quarantined: dy.DataFrame[QuarantinedRows]


@dataclass(frozen=True)
class MadeCatalogue:
    """A made catalogue, read."""

    rows: dy.DataFrame[CatalogueRows]


def day(number: int) -> date:
    """The UTC day of June 2026 with this number."""
    return date(2026, 6, number)


def noon(number: int, hour: int = 12) -> datetime:
    """A moment of that day (aware UTC)."""
    return datetime(2026, 6, number, hour, tzinfo=UTC)


def body_of(rows: Rows, bad: Iterable[date | None] = (), nonce: str = "") -> bytes:
    """The payload of a made answer: understood rows, and the days of those that are not."""
    understood = [[str(on), slug, tokens] for (on, slug), tokens in rows.items()]
    spoiled = [str(on) if on else None for on in bad]
    return json.dumps({"rows": understood, "bad": spoiled, "nonce": nonce}).encode()


def read_rankings(_receipt: Receipt, body: bytes) -> MadeRankings:
    """Read what `body_of` wrote."""
    if body == b"not understood":
        raise EnvelopeError("This answer is no made answer.")
    found = json.loads(body)
    rows = [(date.fromisoformat(on), slug, tokens) for on, slug, tokens in found["rows"]]
    bad = [
        (len(rows) + number, date.fromisoformat(on) if on else None, "made bad", "raw")
        for number, on in enumerate(found["bad"], 1)
    ]
    return MadeRankings(
        RankingRows.validate(pl.DataFrame(rows, RankingRows.create_empty().schema, orient="row")),
        QuarantinedRows.validate(pl.DataFrame(bad, QuarantinedRows.create_empty().schema, orient="row")),
    )


def catalogue_rows(*entries: Entry) -> dy.DataFrame[CatalogueRows]:
    """Catalogue entries out of slug, variant and price; and of a benchmark index, and a creation time, where given."""
    frame = pl.DataFrame(
        [
            (
                slug,
                variant,
                f"{slug}:{variant}".rstrip(":"),
                slug,
                created_at,
                price,
                price,
                False,
                None,
                None,
                False,
                index,
            )
            for slug, variant, price, index, created_at in ((*entry, None, None)[:5] for entry in entries)
        ],
        CatalogueRows.create_empty().schema,
        orient="row",
    )
    return CatalogueRows.validate(frame)


def read_catalogue_body(body: bytes) -> MadeCatalogue:
    """Read a made catalogue: a JSON list of entries."""
    return MadeCatalogue(catalogue_rows(*[tuple(entry) for entry in json.loads(body)]))


@dataclass(frozen=True)
class MadeListings:
    """A made answer with lists, read."""

    lists: list[Listed]
    quarantined: dy.DataFrame[QuarantinedRows]


def read_lists(receipt: Receipt, body: bytes) -> MadeListings:
    """Read made lists: a JSON list of subject, first day, last day, rows, and how many were not understood."""
    shape = LISTED[receipt.channel][1].create_empty().schema
    lists = [
        Listed(
            subject, date.fromisoformat(start), date.fromisoformat(end), pl.DataFrame(rows, shape), set_apart
        )
        for subject, start, end, rows, set_apart in json.loads(body)
    ]
    return MadeListings(lists, QuarantinedRows.validate(QuarantinedRows.create_empty()))


READERS = Readers(read_rankings, read_catalogue_body, read_lists)


@dataclass(frozen=True)
class Book:
    """A database and an archive that made answers are taken into."""

    engine: Engine
    archive: Archive

    def keep(
        self,
        body: bytes,
        at: datetime,
        channel: Channel = Channel.API,
        asked: Asked | None = None,
        as_of: datetime | None = None,
    ) -> Receipt:
        """Archive a payload as fetched at `at`, and published then or at `as_of`."""
        return self.archive.keep(
            body,
            channel=channel,
            url="https://localhost/made",
            asked=asked or Asked(),
            fetched_at=at,
            as_of=as_of or at,
            citation="made",
        )

    def take(
        self,
        rows: Rows,
        at: datetime,
        *,
        channel: Channel = Channel.API,
        bad: Iterable[date | None] = (),
        asked: Asked | None = None,
        nonce: str = "",
    ) -> RecordOutcome:
        """Archive and record a made answer, as the pipeline does."""
        return self.record(self.keep(body_of(rows, bad, nonce), at, channel, asked))

    def record(self, receipt: Receipt) -> RecordOutcome:
        """Record an archived answer in a transaction of its own."""
        read = read_rankings(receipt, self.archive.body(receipt))
        with writing(self.engine) as connection:
            return record_rankings(connection, receipt, read.rows, read.quarantined)

    def take_lists(
        self,
        lists: list[MadeList],
        at: datetime,
        channel: Channel = Channel.DERIVATIVES,
        *,
        set_apart: int = 0,
    ) -> int:
        """Archive and record made lists of a channel, each with so many rows that were not understood."""
        body = json.dumps([[*each, set_apart] for each in lists], default=str).encode()
        receipt = self.keep(body, at, channel)
        read = read_lists(receipt, self.archive.body(receipt))
        with writing(self.engine) as connection:
            return record_listings(connection, receipt, read.lists, read.quarantined)

    def take_catalogue(
        self, entries: Sequence[Entry], at: datetime, channel: Channel = Channel.MODELS
    ) -> int:
        """Archive and record a made catalogue."""
        receipt = self.keep(json.dumps(entries).encode(), at, channel)
        with writing(self.engine) as connection:
            return record_catalogue(connection, receipt, catalogue_rows(*entries))
