"""Options that several commands share, and what opens the database for a read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import Connection

from flows.sample.home import LAST_LOOK, sample_settings
from schemas.errors import UsageError
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
def recorded(*, sample: bool, as_of: str | None) -> Iterator[tuple[Connection, Settings, datetime]]:
    """One consistent view of what is recorded, the settings behind it, and the standpoint of the reader."""
    settings: Settings = current_settings()
    standpoint = moment(as_of)
    if sample:
        settings = sample_settings(settings)
        standpoint = standpoint or LAST_LOOK
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            yield connection, settings, standpoint or utc_now()
    finally:
        engine.dispose()
