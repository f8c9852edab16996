"""Opening the database, and what its transactions hold."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from schemas.errors import DatabaseNewerError, ExitStatus, HomeUnwritableError, StorageError, UsageError
from schemas.settings import SampleSettings, Settings
from storage.engine import database_url, open_database, reading, writing
from tests.support.databases import ENGINES, settings_on


def settings_with(home: Path, url: str) -> Settings:
    """Settings that name a database."""
    return SampleSettings(TOKENTIDE_HOME=home, TOKENTIDE_DATABASE_URL=url)


def test_home_is_made_with_the_database_in_it(embedded: Settings) -> None:
    """Opening makes the home, parents included, and a file that is a database."""
    open_database(embedded).dispose()
    assert (embedded.home / "tokentide.db").read_bytes().startswith(b"SQLite format 3")


def test_home_may_hold_characters_that_urls_give_a_meaning(tmp_path: Path) -> None:
    """A home is a path and never read as a URL."""
    home = tmp_path / "a ?b%20#c"
    open_database(SampleSettings(TOKENTIDE_HOME=home)).dispose()
    assert (home / "tokentide.db").is_file()


def test_home_below_a_file_is_a_usage_error(tmp_path: Path) -> None:
    """A home that cannot be created is said in one line, with status 2."""
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnwritableError, match="set it to a folder that can be written") as caught:
        open_database(SampleSettings(TOKENTIDE_HOME=tmp_path / "file" / "home"))
    assert caught.value.exit_status is ExitStatus.USAGE
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(embedded: Settings) -> None:
    """Something else under the database's name is named, and left alone."""
    embedded.home.mkdir()
    path = embedded.home / "tokentide.db"
    path.write_text("my diary, which is longer than the header of a database file\n" * 20)
    with pytest.raises(StorageError, match=r"tokentide\.db cannot be used: file is not a database"):
        open_database(embedded)
    assert path.read_text().startswith("my diary")


def test_a_newer_database_is_refused(settings: Settings, engine: Engine) -> None:
    """A revision that this version does not know stops it, and says what to do."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        DatabaseNewerError, match="upgrade tokentide, or point TOKENTIDE_DATABASE_URL elsewhere"
    ):
        open_database(settings)


@pytest.mark.parametrize("kind", ENGINES)
def test_another_programs_database_is_refused(kind: str, tmp_path: Path) -> None:
    """Tables that are not ours are not migrated into ours."""
    with settings_on(kind, tmp_path, migrated=False) as settings:
        other = create_engine(database_url(settings))
        with other.begin() as connection:
            connection.execute(text("CREATE TABLE recipes (name TEXT)"))
        other.dispose()
        with pytest.raises(StorageError, match="tables of another program"):
            open_database(settings)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "not a url", "sqlite:///:memory:"])
def test_a_url_of_no_supported_database_is_a_usage_error(tmp_path: Path, url: str) -> None:
    """The error names the setting and shows how it is written."""
    with pytest.raises(UsageError, match="TOKENTIDE_DATABASE_URL is not usable; write sqlite:"):
        open_database(settings_with(tmp_path / "home", url))


def test_the_database_is_as_durable_as_it_must_be(embedded: Settings) -> None:
    """Write-ahead log, foreign keys, full synchronisation, and patience with other writers."""
    engine = open_database(embedded)
    with reading(engine) as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}


def test_an_error_takes_everything_back_even_tables(engine: Engine) -> None:
    """A block that raises leaves no row and no table behind."""
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:  # noqa: PT012
        connection.execute(text("INSERT INTO model VALUES (1, 'a/b')"))
        connection.execute(text("CREATE TABLE extra (x INTEGER)"))
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM model")).scalar() == 0
        assert not inspect(connection).has_table("extra")


def test_a_mistake_of_our_own_is_not_blamed_on_the_database(engine: Engine) -> None:
    """A broken constraint stays the error that it is."""
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO model VALUES (1, 'a/b'), (1, 'c/d')"))


def test_no_update_is_lost_between_writers(engine: Engine) -> None:
    """Writers that read before they write queue up, so that each sees the one before."""
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO model VALUES (0, 'counter')"))

    def add_one(_: int) -> None:
        with writing(engine) as connection:
            count = connection.execute(text("SELECT id FROM model")).scalar_one()
            connection.execute(text("UPDATE model SET id = :next"), {"next": count + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(40)))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT id FROM model")).scalar() == 40


def test_a_reader_sees_one_moment(engine: Engine) -> None:
    """What is committed while a view is open is not seen in it."""
    with reading(engine) as connection:
        before = connection.execute(text("SELECT count(*) FROM model")).scalar()
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO model VALUES (1, 'a/b')"))
        after = connection.execute(text("SELECT count(*) FROM model")).scalar()
    assert (before, after) == (0, 0)


def test_a_writer_that_waits_too_long_says_so(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that is never let go ends in one line that says what to do."""
    monkeypatch.setattr("storage.embedded.BUSY_TIMEOUT_MS", 1)
    impatient = open_database(settings)
    with (
        writing(engine),
        pytest.raises(StorageError, match="another run is writing: try again when it is done"),
        writing(impatient),
    ):
        pass
    impatient.dispose()


def test_processes_that_open_a_new_home_at_once_all_get_it(tmp_path: Path) -> None:
    """Only one of them migrates; the others wait and find it done."""
    program = (
        "import sys; from pathlib import Path; from schemas.settings import SampleSettings; "
        "from storage.engine import open_database; "
        "open_database(SampleSettings(TOKENTIDE_HOME=Path(sys.argv[1]))).dispose()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "home")], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    ends = [(process.communicate()[1], process.returncode) for process in started]
    assert ends == [(b"", 0)] * 4
