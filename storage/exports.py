"""What an export reads beside figures: every version of a row, and the answers that versions came with."""

from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, Table, func, select

from schemas.published_frames import CatalogueRows
from schemas.receipts import Channel, SeriesKey
from storage.asof import TABLES
from storage.bulk import read_frame
from storage.series import known_days, models, view_of, within

_OBSERVATION: Final = TABLES["observation"]
_SNAPSHOT: Final = TABLES["snapshot"]
_RECEIPT: Final = TABLES["archive_receipt"]
_CATALOGUE_SNAPSHOT: Final = TABLES["catalogue_snapshot"]
_CATALOGUE_ENTRY: Final = TABLES["catalogue_entry"]
_LEARNED: Final = (
    TABLES["archive_receipt"].c.fetched_at,
    TABLES["alert_rule"].c.evaluated_at,
    TABLES["alert_event"].c.changed_at,
    TABLES["measurement"].c.known_at,
    TABLES["retention"].c.kept_from,  # before it nobody may stand, even if nothing was learned since
)
_CHANNELS: Final = (Channel.API, Channel.EXPORTS)
_LISTS: Final = [str(channel) for channel in Channel if channel.has_catalogue]
"""The channels of catalogues, which count their vintages together and apart from those of rankings."""
_MOMENT: Final = pl.Datetime("us", "UTC")
_VERSIONS: Final = {"epoch_day": pl.Int32, "model_id": pl.Int32, "snapshot_id": pl.Int64, "tokens": pl.Int64}
_VINTAGES: Final[dict[str, Any]] = {
    "channel": pl.String,
    "snapshot_id": pl.Int64,
    "known_at": _MOMENT,
    "as_of": _MOMENT,
    "url": pl.String,
    "sha256": pl.String,
}
_ENTRIES: Final[dict[str, Any]] = {
    **CatalogueRows.create_empty().schema,
    "snapshot_id": pl.Int64,
    "listed": pl.Boolean,
}


def last_learned(connection: Connection, now: datetime) -> datetime | None:
    """The newest moment, not after `now`, at which anything was recorded (aware UTC); None in a new database."""
    newest = (
        connection.execute(select(func.max(moment, type_=moment.type)).where(moment <= now)).scalar()
        for moment in _LEARNED
    )
    return max((moment.astimezone(UTC) for moment in newest if moment is not None), default=None)


def recorded_years(connection: Connection, standpoint: datetime) -> list[int]:
    """The years of which `standpoint` (aware UTC) knows a day, in either channel, oldest first."""
    found: set[int] = set()
    for channel in _CHANNELS:
        days = known_days(connection, view_of(connection, SeriesKey(channel=channel), standpoint), None, None)
        found |= set(days["day"].dt.year())
    return sorted(found)


def read_versions(connection: Connection, standpoint: datetime, first: date, last: date) -> pl.DataFrame:
    """Every version of the rows of `[first, last]` that `standpoint` (aware UTC) knows, of both channels.

    Returns:
        `channel`, `permaslug` (String), `day` (Date), `snapshot_id` (Int64), `tokens` (Int64, null = withdrawn),
        `known_at`, `replaced_at` (Datetime UTC; the latter null where no known version replaced it).
    """
    known = read_vintages(connection, standpoint).filter(~pl.col("channel").is_in(_LISTS))
    found = []
    for channel in _CHANNELS:
        view = view_of(connection, SeriesKey(channel=channel), standpoint)
        query = select(*(_OBSERVATION.c[name] for name in _VERSIONS)).where(
            *within(_OBSERVATION, view, first, last), _OBSERVATION.c.snapshot_id <= view.newest
        )
        found.append(read_frame(connection, query, _VERSIONS))
    return (
        pl.concat(found)
        .join(known.select("snapshot_id", "channel", "known_at"), on="snapshot_id")
        .pipe(_with_replaced_at, "channel", "epoch_day", "model_id")
        .join(models(connection), on="model_id")
        .with_columns(pl.col("epoch_day").cast(pl.Date).alias("day"))
        .drop("epoch_day", "model_id")
    )


def read_catalogue_versions(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """Every version of the catalogue's entries that `standpoint` (aware UTC) knows.

    Returns:
        The columns of `CatalogueRows` (prices in pico-USD per token), `snapshot_id` (Int64), `listed` (Boolean), and
        `known_at`, `replaced_at` as `read_versions` has them.
    """
    known = read_vintages(connection, standpoint).filter(pl.col("channel").is_in(_LISTS))
    rows = connection.execute(select(*(_CATALOGUE_ENTRY.c[name] for name in _ENTRIES))).all()
    return (
        pl.DataFrame([tuple(row) for row in rows], schema=_ENTRIES, orient="row")
        .join(known.select("snapshot_id", "known_at", "channel"), on="snapshot_id")
        .pipe(_with_replaced_at, "channel", "canonical_slug", "variant")
        .drop("channel")
    )


def read_vintages(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """The vintages that `standpoint` (aware UTC) knows, of the headline's rankings and of the catalogue.

    Returns:
        `channel` (String; models, embeddings for the catalogues), `snapshot_id` (Int64; catalogues count apart),
        `known_at`, `as_of` (Datetime UTC; the publisher's time, null where it says none), `url`, `sha256` (String).
    """
    rows = [
        tuple(row)
        for snapshot in (_SNAPSHOT, _CATALOGUE_SNAPSHOT)
        for row in connection.execute(_with_receipt(snapshot, standpoint))
    ]
    return pl.DataFrame(rows, schema=_VINTAGES, orient="row")


def _with_receipt(snapshot: Table, standpoint: datetime) -> Select[Any]:
    receipt = _RECEIPT.c
    return (
        select(
            receipt.channel, snapshot.c.id, snapshot.c.known_at, receipt.as_of, receipt.url, receipt.sha256
        )
        .join(_RECEIPT, receipt.id == snapshot.c.receipt_id)
        .where(snapshot.c.known_at <= standpoint, receipt.slice.is_(None))
    )


def _with_replaced_at(versions: pl.DataFrame, *key: str) -> pl.DataFrame:
    """The versions with the moment at which the next one of the same key was learned."""
    has_later = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in key)
    later = pl.when(has_later).then(pl.col("known_at").shift(-1))
    return versions.sort(*key, "snapshot_id").with_columns(later.alias("replaced_at"))
