"""The catalogue's history as a standpoint knows it: what each vintage changed, and when it was read at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
_MOMENT: Final = pl.Datetime("us", "UTC")
_KEY: Final = ("canonical_slug", "variant")
_DERIVED: Final = ("known_at", "read_again_at")
"""Columns of `PriceVintages` that are not stored with an entry."""


@dataclass(frozen=True)
class PriceRecord:
    """What is known of prices.

    Attributes:
        vintages: every entry that a vintage changed (see `PriceVintages`), by slug, variant and vintage.
        provenance: the payload behind each vintage: `snapshot_id` (Int64), `url`, `sha256` (String).
    """

    vintages: dy.DataFrame[PriceVintages]
    provenance: pl.DataFrame

    def inputs_of(self, snapshots: pl.Series) -> list[dict[str, str]]:
        """`url` and `sha256` of the payloads behind these vintages, oldest first."""
        used = self.provenance.filter(pl.col("snapshot_id").is_in(snapshots.drop_nulls().unique().to_list()))
        return used.select("url", "sha256").unique(maintain_order=True).to_dicts()


def read_prices(connection: Connection, standpoint: datetime) -> PriceRecord:
    """The history of catalogue and prices as known at `standpoint` (aware UTC), of all lists together."""
    of_entry = [name for name in PriceVintages.column_names() if name not in _DERIVED]
    rows = connection.execute(
        select(*(_ENTRY.c[name] for name in of_entry), _SNAPSHOT.c.known_at, _SNAPSHOT.c.channel)
        .join(_SNAPSHOT, _SNAPSHOT.c.id == _ENTRY.c.snapshot_id)
        .where(_SNAPSHOT.c.known_at <= standpoint)
    ).all()
    shape = PriceVintages.create_empty()
    schema: dict[str, Any] = {name: shape.schema[name] for name in (*of_entry, "known_at")}
    schema["channel"] = pl.String
    found = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
    vintages = (
        found.pipe(_beside_next_reading, _readings(connection, standpoint))
        .pipe(_one_word)
        .select(shape.columns)
        .sort(*_KEY, "snapshot_id")
    )
    return PriceRecord(PriceVintages.validate(vintages), _provenance(connection, standpoint))


def _readings(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """When each list was read, as `channel` and `read_again_at`, oldest first.

    A reading that changed nothing is one: it says that all prices of the list still held.
    """
    query = select(_RECEIPT.c.channel, _RECEIPT.c.fetched_at).where(
        _RECEIPT.c.channel.in_([str(channel) for channel in Channel if channel.has_catalogue]),
        _RECEIPT.c.fetched_at <= standpoint,
    )
    rows = [tuple(row) for row in connection.execute(query)]
    schema: dict[str, Any] = {"channel": pl.String, "read_again_at": _MOMENT}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("read_again_at")


def _beside_next_reading(found: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Each row beside the first reading of its list on a later UTC day (null where there is none)."""
    return (
        found.with_columns(next_day=pl.col("known_at").dt.truncate("1d").dt.offset_by("1d"))
        .sort("next_day")
        .join_asof(
            readings,
            left_on="next_day",
            right_on="read_again_at",
            by="channel",
            strategy="forward",
            check_sortedness=False,  # polars cannot check it within groups, and warns
            coalesce=False,
        )
    )


def _one_word(found: pl.DataFrame) -> pl.DataFrame:
    """What counts of an entry that both lists name: the word of `/models` while that lists it, else the other's.

    A list that no longer has it says nothing, as long as the other one does.
    """
    said = pl.struct(pl.all().exclude(*_KEY, "snapshot_id", "known_at"))
    is_model = pl.col("channel") == str(Channel.MODELS)
    of_models = pl.when(is_model).then(said).forward_fill().over(_KEY)
    of_others = pl.when(~is_model).then(said).forward_fill().over(_KEY)
    return (
        found.sort(*_KEY, "known_at", "snapshot_id")
        .select(*_KEY, "snapshot_id", "known_at", own=said, of_models=of_models, of_others=of_others)
        .with_columns(
            word=pl.when(pl.col("of_models").struct.field("listed"))
            .then("of_models")
            .when(pl.col("of_others").struct.field("listed"))
            .then("of_others")
            .otherwise("own")
        )
        .select(*_KEY, "snapshot_id", "known_at", "word")
        .unnest("word")
    )


def _provenance(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    rows = connection.execute(
        select(_SNAPSHOT.c.id, _RECEIPT.c.url, _RECEIPT.c.sha256)
        .join(_RECEIPT, _RECEIPT.c.id == _SNAPSHOT.c.receipt_id)
        .where(_SNAPSHOT.c.known_at <= standpoint)
        .order_by(_SNAPSHOT.c.id)
    ).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=_PROVENANCE, orient="row")
