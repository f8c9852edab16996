"""The one way to read vintages: what a standpoint knew, of any table whose key ends in the vintage."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401 - fills the metadata

TABLES: Final = SQLModel.metadata.tables


def known(table: Table, newest: int, *also: ColumnElement[bool]) -> Select[Any]:
    """The rows of `table` that no newer vintage replaced, as the vintage `newest` saw them.

    A row that was withdrawn is among them, as the newest word about its key. `NOT EXISTS (newer)` runs on
    both engines and is two to three times faster than a window function.

    Args:
        table: the last part of its primary key is the vintage: a snapshot, or a measurement.
        newest: the highest vintage that the standpoint knows.
        also: conditions on `table` itself.
    """
    newer = table.alias("newer")
    *key, vintage = (column.name for column in table.primary_key)
    replaced = exists().where(
        *(newer.c[name] == table.c[name] for name in key),
        newer.c[vintage] > table.c[vintage],
        newer.c[vintage] <= newest,
    )
    return select(table).where(*also, table.c[vintage] <= newest, ~replaced)


def first_known_at(connection: Connection) -> datetime | None:
    """When the first vintage of any series was learned (aware UTC); None where nothing is recorded."""
    snapshot = TABLES["snapshot"]
    first: datetime | None = connection.execute(
        select(func.min(snapshot.c.known_at, type_=snapshot.c.known_at.type))
    ).scalar()
    return first
