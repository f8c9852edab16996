"""The embedded SQLite: how a connection is made ready, where transactions begin, and that the file stays the same."""

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from schemas.errors import StorageError

BUSY_TIMEOUT_MS: Final = 30_000
"""How long a writer waits for another one before it gives up (on either engine)."""
WRITES: Final = "tokentide_writes"
"""The execution option of a transaction that writes."""
_FILE: Final = "tokentide_file"


def attend(engine: Engine) -> None:
    """Make every connection of an engine on SQLite as durable, and its transactions as strict, as we rely on."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _ensure_same_file)


def _prepare(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    # pysqlite's own idea of when a transaction begins loses updates; BEGIN is ours, in _begin.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    entry.info[_FILE] = (path, _identity(path))


def _begin(connection: Connection) -> None:
    _ensure_same_file(connection)
    # A deferred writer that read first would fail, not wait, when another one has written since.
    immediate = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _ensure_same_file(connection: Connection) -> None:
    """Refuse to go on in a file that has lost its name: SQLite would write into it, and it would be gone."""
    path, opened = connection.info[_FILE]
    if _identity(path) != opened:
        raise StorageError(
            f"The database {path} was removed or replaced while it was in use, and nothing is written to it any "
            "more. Run again, and `tokentide replay` if facts are missing: the archive has them."
        )


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
