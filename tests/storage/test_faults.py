"""A disk that is full, a database that somebody holds, a file that is taken away: one line, nothing half-written."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from flows.sample import made
from schemas.errors import StorageError
from schemas.settings import Settings
from storage.archive import Archive, open_archive
from storage.asof import TABLES
from storage.engine import open_database, reading, writing
from storage.replay import replay
from tests.support.made_answers import READERS, Book, body_of, day, noon
from tests.support.pipeline import Worker, hold, weekly
from tests.support.processes import until

FEW = {(day(1), f"m/{number}"): number for number in range(10)}
MANY = {(day(2), f"n/{number:064d}"): number for number in range(5_000)}


@pytest.fixture
def kept(embedded: Settings) -> Iterator[Book]:
    """The embedded database with a few rows, and an archive."""
    book = Book(open_database(embedded), open_archive(embedded))
    book.take(FEW, noon(3))
    yield book
    book.engine.dispose()


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with reading(engine) as connection:
        return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in TABLES.items()}


def archived(archive: Archive) -> int:
    """How many answers there are; each must have its whole payload."""
    return sum(1 for receipt in archive.receipts() if archive.body(receipt) is not None)


@contextmanager
def no_file_above(limit: int) -> Iterator[None]:
    """A process that may not write beyond this many bytes of a file, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_part_of_an_answer_in_the_database(kept: Book) -> None:
    """The rows that still fitted are taken back with the rest, and with space the same answer is recorded."""
    before = dump(kept.engine)
    with kept.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(
        StorageError, match=r"disk is full; free some space and run again; nothing was written"
    ):
        kept.take(MANY, noon(5))
    assert dump(kept.engine) == before
    with kept.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert kept.take(MANY, noon(5), nonce="again").added == len(MANY)


def test_a_write_that_the_disk_refuses_leaves_no_part_in_the_database(kept: Book) -> None:
    """What the log of the database could not hold is as if it had never been begun."""
    before = dump(kept.engine)
    receipt = kept.keep(body_of(MANY), noon(4))
    log = Path(f"{kept.engine.url.database}-wal")
    with (
        no_file_above(log.stat().st_size + 5_000),
        pytest.raises(StorageError, match=r"[^\n]*I/O error; check the disk and the space on it"),
    ):
        kept.record(receipt)
    assert dump(kept.engine) == before


def test_a_full_disk_leaves_no_part_of_an_answer_in_the_archive(kept: Book) -> None:
    """There is no receipt without its payload and no payload that is cut; the next answer takes the number."""
    with no_file_above(4_096), pytest.raises(StorageError, match=r"The archive cannot be used: .*too large"):
        kept.keep(b"x" * 100_000, noon(4))
    assert archived(kept.archive) == 1
    assert kept.keep(b"x" * 100_000, noon(4)).id == "00000002"
    assert archived(kept.archive) == 2


def test_a_run_that_cannot_get_the_lock_says_so_and_the_next_one_does_it_all(
    fed: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another process writes for longer than anybody waits: one line, no fact, and the answer is kept."""
    open_database(fed).dispose()
    held, released = tmp_path / "held", tmp_path / "released"
    holder = Worker()
    holder.begin(hold, fed, held, released)
    until(lambda: held.exists() or None, seconds=60, said=lambda: "nobody holds the database")
    with monkeypatch.context() as impatient:
        impatient.setattr("storage.embedded.BUSY_TIMEOUT_MS", 50)
        with pytest.raises(StorageError, match="another run is writing: try again when it is done"):
            weekly(fed, made.VINTAGES[0])
    released.touch()
    assert holder.ended() == 0
    engine = open_database(fed)
    assert {name: rows for name, rows in dump(engine).items() if rows} == {}
    weekly(fed, made.VINTAGES[0])
    assert len(dump(engine)["observation"]) == sum(1 for _ in made.published_rows(made.VINTAGES[0]))
    engine.dispose()


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("use", [reading, writing])
def test_a_file_that_is_taken_away_is_not_written_into_nowhere(
    kept: Book, embedded: Settings, use: Any, replaced: bool
) -> None:
    """SQLite would go on in a file without a name; a run stops, and the next one starts from what is there."""
    path = embedded.home / "tokentide.db"
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
    if replaced:
        open_database(embedded).dispose()
    with pytest.raises(StorageError, match="was removed or replaced while it was in use"), use(kept.engine):
        pass
    replay(embedded, READERS)
    fresh = open_database(embedded)
    assert len(dump(fresh)["observation"]) == len(FEW)
    fresh.dispose()


def test_a_file_that_is_taken_away_before_the_commit_acknowledges_nothing(
    kept: Book, embedded: Settings
) -> None:
    """What was written by then is gone with the file, and the run is told so."""
    with (  # noqa: PT012 - it must happen within the transaction
        pytest.raises(StorageError, match="`tokentide replay` if facts are missing"),
        writing(kept.engine) as connection,
    ):
        connection.execute(TABLES["model"].insert().values(id=99, permaslug="a/b"))
        (embedded.home / "tokentide.db").rename(embedded.home / "moved.db")
