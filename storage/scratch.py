"""A ledger in memory: what would have been recorded, without recording it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

from schemas.tables import table_modules


@contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to empty tables of this version that are gone when the block is left."""
    engine = create_engine("sqlite://")
    try:
        table_modules()
        with engine.begin() as connection:
            SQLModel.metadata.create_all(connection)
            yield connection
    finally:
        engine.dispose()
