"""The catalogue's history as a standpoint knows it: what each vintage changed, and when it was read at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, select

from schemas.price_frames import PriceVintages
from schemas.receipts import Channel
from storage.asof import TABLES

_SNAPSHOT: Final = TABLES["catalogue_snapshot"]
_ENTRY: Final = TABLES["catalogue_entry"]
_RECEIPT: Final = TABLES["archive_receipt"]
_PROVENANCE: Final = {"snapshot_id": pl.Int64, "url": pl.String, "sha256": pl.String}


@dataclass(frozen=True)
class PriceRecord:
    """What is known of prices.

    Attributes:
        vintages: every entry that a vintage changed (see `PriceVintages`), by slug, variant and vintage.
        readings: when a catalogue was read (aware UTC), oldest first; one that changed nothing says that all
            prices still held.
        provenance: the payload behind each vintage: `snapshot_id` (Int64), `url`, `sha256` (String).
    """

    vintages: dy.DataFrame[PriceVintages]
    readings: tuple[datetime, ...]
    provenance: pl.DataFrame

    def inputs_of(self, snapshots: pl.Series) -> list[dict[str, str]]:
        """`url` and `sha256` of the payloads behind these vintages, oldest first."""
        used = self.provenance.filter(pl.col("snapshot_id").is_in(snapshots.drop_nulls().unique().to_list()))
        return used.select("url", "sha256").unique(maintain_order=True).to_dicts()


def read_prices(connection: Connection, standpoint: datetime) -> PriceRecord:
    """The history of catalogue and prices as known at `standpoint` (aware UTC)."""
    of_entry = [name for name in PriceVintages.column_names() if name != "known_at"]
    rows = connection.execute(
        select(*(_ENTRY.c[name] for name in of_entry), _SNAPSHOT.c.known_at)
        .join(_SNAPSHOT, _SNAPSHOT.c.id == _ENTRY.c.snapshot_id)
        .where(_SNAPSHOT.c.known_at <= standpoint)
        .order_by(_ENTRY.c.canonical_slug, _ENTRY.c.variant, _ENTRY.c.snapshot_id)
    ).all()
    shape = PriceVintages.create_empty()
    found = pl.DataFrame(
        [tuple(row) for row in rows],
        schema={name: shape.schema[name] for name in (*of_entry, "known_at")},
        orient="row",
    )
    return PriceRecord(
        PriceVintages.validate(found.select(shape.columns)),
        _readings(connection, standpoint),
        _provenance(connection, standpoint),
    )


def _readings(connection: Connection, standpoint: datetime) -> tuple[datetime, ...]:
    query = select(_RECEIPT.c.fetched_at).where(
        _RECEIPT.c.channel == str(Channel.MODELS), _RECEIPT.c.fetched_at <= standpoint
    )
    return tuple(connection.execute(query.order_by(_RECEIPT.c.fetched_at)).scalars())


def _provenance(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    rows = connection.execute(
        select(_SNAPSHOT.c.id, _RECEIPT.c.url, _RECEIPT.c.sha256)
        .join(_RECEIPT, _RECEIPT.c.id == _SNAPSHOT.c.receipt_id)
        .where(_SNAPSHOT.c.known_at <= standpoint)
        .order_by(_SNAPSHOT.c.id)
    ).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=_PROVENANCE, orient="row")
