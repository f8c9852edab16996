"""What is said of PostgreSQL alone; everything else is tested on both engines."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import event, text

from schemas.errors import StorageError
from schemas.settings import SampleSettings
from storage.asof import TABLES
from storage.bulk import insert_rows
from storage.engine import connect, database_url, open_database, reading, writing
from storage.revision import upgrade
from tests.support.databases import settings_on


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    """An unreachable server, or a missing driver, is one line without the secret."""
    url = "postgresql://someone:hunter2@127.0.0.1:1/tokentide"
    with pytest.raises(StorageError) as caught:
        open_database(SampleSettings(TOKENTIDE_HOME=tmp_path, TOKENTIDE_DATABASE_URL=url))
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_database_is_not_migrated_unasked(tmp_path: Path) -> None:
    """Hosts of several versions may share it, so a person decides when; the error names the command."""
    with settings_on("postgresql", tmp_path, migrated=False) as settings:
        with pytest.raises(StorageError, match="not migrated; run `tokentide db upgrade`"):
            open_database(settings)
        asked = connect(database_url(settings))
        with writing(asked) as connection:
            upgrade(connection)
        asked.dispose()
        open_database(settings).dispose()


def test_a_view_is_read_only_and_of_one_moment(tmp_path: Path) -> None:
    """The default of PostgreSQL would let every statement see another moment."""
    with settings_on("postgresql", tmp_path) as settings:
        engine = open_database(settings)
        with reading(engine) as connection:
            shown = [
                connection.execute(text(f"SHOW transaction_{name}")).scalar()
                for name in ("read_only", "isolation")
            ]
        engine.dispose()
    assert shown == ["on", "repeatable read"]


def test_a_server_that_goes_away_in_the_middle_is_said_plainly(tmp_path: Path) -> None:
    """One line, from the quick way in as well, and nothing is half-written."""
    rows = pl.DataFrame({"id": [1], "permaslug": ["a/b"]})
    with settings_on("postgresql", tmp_path) as settings:
        engine, other = open_database(settings), open_database(settings)
        with pytest.raises(StorageError, match="cannot be used") as caught, writing(engine) as connection:  # noqa: PT012
            insert_rows(connection, TABLES["model"], rows)
            process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with reading(other) as killer:
                killer.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
            insert_rows(connection, TABLES["model"], rows.with_columns(pl.col("id") + 1))
        with writing(engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM model")).scalar() == 0
        engine.dispose()
        other.dispose()
    assert "\n" not in str(caught.value)


def test_a_writer_that_loses_its_power_is_noticed_within_a_minute(tmp_path: Path) -> None:
    """Both sides ask whether the other is there; how they ask is for the writer's transaction only."""
    told: list[dict[str, str]] = []
    with settings_on("postgresql", tmp_path) as settings:
        engine = open_database(settings)
        event.listen(engine, "before_cursor_execute", lambda *call: told.append(dict(call[3])))
        with writing(engine) as connection:
            driver: Any = connection.connection.driver_connection
            asked = driver.info.get_parameters()
            waits = connection.execute(text("SHOW lock_timeout")).scalar()
        with reading(engine) as connection:
            afterwards = connection.execute(text("SHOW lock_timeout")).scalar()
        engine.dispose()
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count")
    assert [asked[name] for name in names] == ["30", "10", "3"]
    assert {f"tcp_{name}" for name in names} <= set(told[0].values())
    assert (waits, afterwards) == ("30s", "0")
