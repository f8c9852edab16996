"""The tables that migrations make are the tables that the code declares."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401 - fills the metadata
from schemas.settings import Settings
from storage.engine import open_database, reading, writing
from storage.revision import REVISIONS
from tests.support.made_answers import Book, day, noon


def test_revisions_are_those_of_the_scripts() -> None:
    """The list that spares an import of Alembic is the list that Alembic finds."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert list(reversed(found)) == list(REVISIONS)


def test_migrated_tables_are_the_declared_ones(engine: Engine) -> None:
    """Alembic finds nothing to add, change or drop."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrated_checks_are_the_declared_ones(engine: Engine) -> None:
    """Alembic does not compare CHECK constraints, so they are compared here."""
    with reading(engine) as connection:
        found = {
            (table, check["name"], check["sqltext"])
            for table in inspect(connection).get_table_names()
            for check in inspect(connection).get_check_constraints(table)
        }
    declared = {
        (table.name, str(check.name), str(check.sqltext))
        for table in SQLModel.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert found == declared


def test_facts_have_no_rowid(engine: Engine) -> None:
    """Observations and day states are stored in their primary key, which makes them small."""
    with reading(engine) as connection:
        without = connection.execute(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY name")
        )
        assert list(without.scalars()) == ["day_state", "observation"]


def test_negative_tokens_cannot_be_stored(book: Book) -> None:
    """The database itself refuses what no answer can mean."""
    book.take({(day(1), "a/b"): 1}, noon(3))
    with pytest.raises(IntegrityError, match="tokens_not_negative"), writing(book.engine) as connection:
        connection.execute(text("UPDATE observation SET tokens = -1"))


def test_view_shows_the_rows_that_count_now(book: Book) -> None:
    """Restated rows show their newest value; withdrawn rows and days that are not whole do not show."""
    first = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}
    book.take(first, noon(2))
    book.take({(day(1), "a/b"): 11, (day(1), "other"): 2}, noon(3))
    book.take({(day(2), "a/b"): 7}, noon(4), bad=[day(2)])
    with reading(book.engine) as connection:
        rows = connection.execute(text("SELECT * FROM ranking_current ORDER BY tokens DESC")).all()
    assert [tuple(row) for row in rows] == [
        ("2026-06-01", "a/b", 11, "2026-06-03 12:00:00.000000", "api"),
        ("2026-06-01", "other", 2, "2026-06-02 12:00:00.000000", "api"),
    ]


def test_reopening_imports_no_alembic(settings: Settings, tmp_path: Path) -> None:
    """A database that is current is opened from any folder without the third of a second Alembic costs."""
    open_database(settings).dispose()
    program = (
        "import sys; from pathlib import Path; from schemas.settings import SampleSettings; "
        "from storage.engine import open_database; "
        "open_database(SampleSettings(TOKENTIDE_HOME=Path(sys.argv[1]))).dispose(); "
        "sys.exit('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(settings.home)]
    done = subprocess.run(command, cwd=tmp_path, check=False)
    assert done.returncode == 0
