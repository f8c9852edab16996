"""Both engines, for tests of what must be the same on either."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from schemas.settings import SampleSettings, Settings
from tests.support.postgresql import postgresql_database

ENGINES: Final = ("sqlite", "postgresql")


@contextmanager
def settings_on(
    engine: str, home: Path, *, migrated: bool = True, durable: bool = False
) -> Iterator[Settings]:
    """Settings that know a home, which need not exist yet, and a fresh database of that engine.

    Without `migrated` a PostgreSQL database is empty; SQLite's is made when it is opened. With `durable` it
    reaches the disk; SQLite's always does.
    """
    made = nullcontext() if engine == "sqlite" else postgresql_database(migrated=migrated, durable=durable)
    with made as url:
        yield SampleSettings(TOKENTIDE_HOME=home, TOKENTIDE_DATABASE_URL=_written(url))


def _written(url: URL | None) -> str | None:
    """An address as a person writes it: without the driver."""
    return None if url is None else url.set(drivername="postgresql").render_as_string(hide_password=False)
