"""A copy of the embedded database, for a run that must leave nothing behind."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_embedded(source: Path, target: Path) -> None:
    """Copy a SQLite database as it stands, while others may be writing to it; nothing if there is none yet."""
    if not source.is_file():
        return
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
