"""Options that several commands share, and what opens the database for a read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import Connection

from flows.sample.home import LAST_LOOK, sample_settings
from schemas.errors import StorageError, UsageError
from schemas.settings import Settings, current_settings
from storage.engine import open_database, reading
from tasks.clock import utc_now


class Format(StrEnum):
    """How a read is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Source(StrEnum):
    """Which official channel the rankings come by."""

    EXPORTS = "exports"
    API = "api"


AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="TS", help="Look from this moment, e.g. 2026-06-23T12:00Z.")
]
Sample = Annotated[bool, typer.Option("--sample", help="Use the bundled, made sample.")]
AsFormat = Annotated[Format, typer.Option("--format", help="How to print.")]


def moment(text: str | None) -> datetime | None:
    """An aware UTC moment from `--as-of`; a bare date means its first instant.

    Raises:
        UsageError: the text is no moment.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of '{text}' is no moment; write it like 2026-06-23T12:00Z.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day(text: str, option: str) -> date:
    """A UTC day from an option.

    Raises:
        UsageError: the text is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} '{text}' is no day; write it like 2026-06-15.") from None


@contextmanager
def recorded(
    *, sample: bool, as_of: str | None, or_nothing: bool = False
) -> Iterator[tuple[Connection, Settings, datetime]]:
    """One consistent view of what is recorded, the settings behind it, and the standpoint of the reader.

    Raises:
        StorageError: nothing was ever recorded (unless `or_nothing`), or the database cannot be used.
    """
    settings: Settings = current_settings()
    standpoint = moment(as_of)
    if sample:
        settings = sample_settings(settings)
        standpoint = standpoint or LAST_LOOK
    if not or_nothing and settings.database_url is None and not settings.database_file.exists():
        flag = " --sample" if sample else ""
        raise StorageError(f"Nothing is recorded in {settings.home} yet; run `tokentide weekly{flag}` first.")
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            yield connection, settings, standpoint or utc_now()
    finally:
        engine.dispose()
