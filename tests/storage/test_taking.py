"""What several hosts archive is recorded in the order of the archive, whoever records first or is killed."""

import pytest
from sqlalchemy import Engine

from schemas.errors import RefusedAnswerError, StorageError
from schemas.receipts import Receipt
from schemas.settings import Settings
from storage.archive import Archive
from storage.engine import writing
from storage.folder import FolderStore
from storage.replay import replay
from storage.taking import catch_up
from tests.storage.test_replay import FIRST, SECOND, dump
from tests.support.made_answers import READERS, Book, body_of, day, noon


def record(book: Book, receipt: Receipt) -> list[str]:
    """Record an answer as a run does; the answers that were taken in before it."""
    with writing(book.engine) as connection:
        taken = catch_up(connection, book.archive, receipt, READERS)
    book.record(receipt)
    return [earlier.id for earlier, _ in taken]


def test_an_answer_whose_run_was_killed_is_taken_in_by_the_next(book: Book, settings: Settings) -> None:
    """Archived and not recorded: it has its vintage before the next one, as in a replay."""
    lost, next_one = book.keep(body_of(FIRST), noon(2)), book.keep(body_of(FIRST | SECOND), noon(3))
    assert record(book, next_one) == [lost.id]
    before = dump(book.engine)
    assert len(before["snapshot"]) == 2
    replay(settings, READERS)
    assert dump(book.engine) == before


def test_a_host_that_records_late_finds_its_answer_recorded(book: Book) -> None:
    """Two archived, the second recorded first: the first one changes nothing any more, and fails nobody."""
    first, second = book.keep(body_of(FIRST), noon(2)), book.keep(body_of(FIRST | SECOND), noon(3))
    record(book, second)
    before = dump(book.engine)
    assert record(book, first) == []
    assert dump(book.engine) == before


def test_what_the_earlier_run_will_be_refused_is_refused_here_too(book: Book) -> None:
    """An answer that would lose facts is passed over, and its own run is told when it comes to it."""
    book.take(FIRST, noon(2))
    refused, fine = book.keep(body_of({(day(1), "a/b"): 1}), noon(3)), book.keep(body_of(FIRST), noon(4))
    assert record(book, fine) == []
    with pytest.raises(
        StorageError, match=f"Answer {refused.id} was refused by a run that recorded later ones"
    ):
        record(book, refused)


def test_a_refused_answer_stays_refused_while_it_is_the_last(book: Book) -> None:
    """Catching up does not turn a refusal into facts."""
    book.take(FIRST, noon(2))
    before = dump(book.engine)
    refused = book.keep(body_of({(day(1), "a/b"): 1}), noon(3))
    for _ in range(2):
        with pytest.raises(RefusedAnswerError):
            record(book, refused)
    assert dump(book.engine) == before


def test_another_archive_is_noticed(book: Book, settings: Settings, engine: Engine) -> None:
    """An address that was changed without taking the archive along does not mix two histories."""
    book.take(FIRST, noon(2))
    elsewhere = Book(engine, Archive(FolderStore(settings.home / "elsewhere")))
    with pytest.raises(StorageError, match="this is not the archive that the database was recorded from"):
        record(elsewhere, elsewhere.keep(body_of(SECOND), noon(3)))
