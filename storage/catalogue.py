"""The model catalogue with its vintages: only entries that changed, came or left are written.

Upstream publishes it as several lists (`/models`, `/embeddings/models`). Each has vintages of its own: what one
list does not name has not left the other.
"""

from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from schemas.errors import AsOfError, RefusedAnswerError
from schemas.published_frames import CatalogueRows
from schemas.receipts import Channel, Receipt
from storage.asof import TABLES, newest_words
from storage.receipts import store_receipt

_SNAPSHOT: Final = TABLES["catalogue_snapshot"]
_ENTRY: Final = TABLES["catalogue_entry"]
_KEY: Final = CatalogueRows.primary_key()
_COLUMNS: Final = CatalogueRows.column_names()
_CALLED: Final = {Channel.MODELS: "model catalogue", Channel.EMBEDDINGS: "catalogue of embedding models"}


def record_catalogue(connection: Connection, receipt: Receipt, rows: dy.DataFrame[CatalogueRows]) -> int:
    """Record what an archived catalogue changes of its list, known from its fetch time on.

    An entry that left is kept as it last was, no longer listed: models rank on after they leave.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        receipt: the answer that was archived; its channel says of which list it is.
        rows: its entries.

    Returns:
        The number of the vintage that was written; 0 where nothing changed.

    Raises:
        RefusedAnswerError: fewer than half of the list's entries are left; nothing is written.
        AsOfError: it would write a vintage older than the newest one of its list; nothing is written.
    """
    channel = receipt.channel
    newest = connection.execute(
        select(_SNAPSHOT.c.id, _SNAPSHOT.c.known_at)
        .where(_SNAPSHOT.c.channel == str(channel))
        .order_by(_SNAPSHOT.c.id.desc())
        .limit(1)
    ).first()
    before = _listed(connection, channel, newest.id if newest else 0)
    if rows.height * 2 < before.height or rows.is_empty():
        raise RefusedAnswerError(
            f"The {_CALLED[channel]} (archived as {receipt.id}) is refused: it has {rows.height} entries where "
            f"{before.height} are recorded. Nothing was changed; run again when the upstream is complete."
        )
    changed = rows.join(before, on=_COLUMNS, how="anti", nulls_equal=True, maintain_order="left")
    left = before.join(rows, on=_KEY, how="anti", maintain_order="left")
    if changed.is_empty() and left.is_empty():
        store_receipt(connection, receipt)
        return 0
    if newest is not None and receipt.fetched_at < newest.known_at:
        raise AsOfError(
            f"Recording the {_CALLED[channel]} as of {receipt.fetched_at:%Y-%m-%dT%H:%MZ} would change what is known "
            f"since {newest.known_at:%Y-%m-%dT%H:%MZ}; give that or a later --as-of."
        )
    store_receipt(connection, receipt)
    number: int = connection.execute(select(func.coalesce(func.max(_SNAPSHOT.c.id), 0))).scalar_one() + 1
    known = {"known_at": receipt.fetched_at, "receipt_id": receipt.id, "entries": rows.height}
    connection.execute(_SNAPSHOT.insert().values(id=number, channel=str(channel), **known))
    written = pl.concat([changed.with_columns(listed=True), left.with_columns(listed=False)])
    connection.execute(_ENTRY.insert(), written.with_columns(snapshot_id=number).to_dicts())
    return number


def read_catalogue(connection: Connection, standpoint: datetime) -> dy.DataFrame[CatalogueRows]:
    """The entries that were listed, as known at `standpoint` (aware UTC), by slug and variant.

    Of one that both lists name the word of `/models` counts.
    """
    lists = [
        _listed(connection, channel, _newest(connection, channel, standpoint))
        for channel in (Channel.MODELS, Channel.EMBEDDINGS)
    ]
    return CatalogueRows.validate(pl.concat(lists).unique(_KEY, keep="first").sort(_KEY))


def newest_vintage(connection: Connection, standpoint: datetime) -> int:
    """The newest vintage of any list that `standpoint` (aware UTC) knows; 0 where it knows none."""
    newest = select(func.coalesce(func.max(_SNAPSHOT.c.id), 0)).where(_SNAPSHOT.c.known_at <= standpoint)
    return int(connection.execute(newest).scalar_one())


def read_names(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """What rankings call each `id` that a list ever had, as known at `standpoint` (aware UTC), by `model_id`.

    Who left a list is still known by its id; of an id that was given anew the newest word counts, and of one that
    both lists have that of `/models`. A canonical slug stands for itself where it is no id.

    Returns:
        `model_id`, `permaslug` (String; the slug with its variant), each id once.
    """
    rows = connection.execute(
        select(_ENTRY.c.model_id, _ENTRY.c.canonical_slug, _ENTRY.c.variant)
        .join(_SNAPSHOT, _SNAPSHOT.c.id == _ENTRY.c.snapshot_id)
        .where(_SNAPSHOT.c.known_at <= standpoint)
        .order_by(_SNAPSHOT.c.channel == str(Channel.MODELS), _ENTRY.c.listed, _ENTRY.c.snapshot_id)
    )
    found: dict[str, str] = {}
    slugs: dict[str, str] = {}
    for model_id, slug, variant in rows:
        permaslug = f"{slug}:{variant}" if variant else slug
        found[model_id] = permaslug
        slugs[permaslug] = permaslug
    schema = {"model_id": pl.String, "permaslug": pl.String}
    return pl.DataFrame(sorted((slugs | found).items()), schema=schema, orient="row")


def read_repositories(connection: Connection, standpoint: datetime) -> dict[str, str]:
    """The Hugging Face repository that the catalogue names, by canonical slug, of what was ever listed.

    What is known at `standpoint` (aware UTC); models without one are left out.
    """
    rows = connection.execute(
        select(_ENTRY.c.canonical_slug, _ENTRY.c.hugging_face_id)
        .join(_SNAPSHOT, _SNAPSHOT.c.id == _ENTRY.c.snapshot_id)
        .where(_SNAPSHOT.c.known_at <= standpoint, _ENTRY.c.hugging_face_id.is_not(None))
        .order_by(_ENTRY.c.snapshot_id, _ENTRY.c.variant.desc())
    )
    return {row.canonical_slug: row.hugging_face_id for row in rows}


def _newest(connection: Connection, channel: Channel, standpoint: datetime) -> int:
    """The number of the newest vintage of a list that `standpoint` knows; 0 where there is none."""
    query = select(func.max(_SNAPSHOT.c.id)).where(
        _SNAPSHOT.c.channel == str(channel), _SNAPSHOT.c.known_at <= standpoint
    )
    return connection.execute(query).scalar() or 0


def _listed(connection: Connection, channel: Channel, newest: int) -> dy.DataFrame[CatalogueRows]:
    """What a list named as its vintage `newest` saw it."""
    vintages = select(_SNAPSHOT.c.id).where(_SNAPSHOT.c.channel == str(channel), _SNAPSHOT.c.id <= newest)

    def is_known(entry: FromClause) -> ColumnElement[bool]:
        return entry.c.snapshot_id.in_(vintages)

    query = newest_words(_ENTRY, is_known, _ENTRY.c.listed)
    rows = connection.execute(query.with_only_columns(*(_ENTRY.c[name] for name in _COLUMNS))).all()
    schema = CatalogueRows.create_empty().schema
    found = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
    return CatalogueRows.validate(found.sort(_KEY))
