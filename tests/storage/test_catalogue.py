"""The catalogue and its vintages."""

import pytest
from sqlalchemy import func, select

from schemas.errors import AsOfError, RefusedAnswerError
from storage.asof import TABLES
from storage.catalogue import read_catalogue
from storage.engine import reading
from tests.support.made_answers import Book, noon

PLAIN = ("a/b", "", 1_000_000)
FREE = ("a/b", "free", 0)
OTHER = ("c/d", "", None)


def prices(book: Book, at: int) -> list[tuple[object, ...]]:
    """Slug, variant and price as known at noon of that day of June."""
    with reading(book.engine) as connection:
        found = read_catalogue(connection, noon(at))
    return found.select("canonical_slug", "variant", "prompt_pusd_per_token").rows()


def entries(book: Book) -> int:
    """Rows that were written."""
    with reading(book.engine) as connection:
        return connection.execute(select(func.count()).select_from(TABLES["catalogue_entry"])).scalar_one()


def test_entries_come_back_as_recorded(book: Book) -> None:
    """Variants of one slug are entries of their own, and no price is null, not zero."""
    assert book.take_catalogue([OTHER, FREE, PLAIN], noon(1)) == 1
    assert prices(book, 1) == [PLAIN, FREE, OTHER]


def test_the_same_catalogue_writes_nothing(book: Book) -> None:
    """A repeated answer has no vintage."""
    book.take_catalogue([PLAIN, OTHER], noon(1))
    assert book.take_catalogue([OTHER, PLAIN], noon(2)) == 0
    assert entries(book) == 2


def test_a_changed_price_keeps_the_old_one(book: Book) -> None:
    """One entry is written, and each standpoint sees the price of its time."""
    book.take_catalogue([PLAIN, OTHER], noon(1))
    assert book.take_catalogue([("a/b", "", 7), OTHER], noon(2)) == 2
    assert entries(book) == 3
    assert prices(book, 1) == [PLAIN, OTHER]
    assert prices(book, 2) == [("a/b", "", 7), OTHER]


def test_an_entry_that_left_is_no_longer_listed(book: Book) -> None:
    """It is kept as it last was, for the time in which it was listed, and may return."""
    book.take_catalogue([PLAIN, OTHER], noon(1))
    book.take_catalogue([PLAIN], noon(2))
    book.take_catalogue([PLAIN, OTHER], noon(3))
    assert [prices(book, at) for at in (1, 2, 3)] == [[PLAIN, OTHER], [PLAIN], [PLAIN, OTHER]]


@pytest.mark.parametrize("rest", [[], [PLAIN]])
def test_a_catalogue_that_lost_most_entries_is_refused(
    book: Book, rest: list[tuple[str, str, int | None]]
) -> None:
    """Nothing leaves because an answer was cut."""
    book.take_catalogue([PLAIN, FREE, OTHER], noon(1))
    with pytest.raises(RefusedAnswerError, match=f"it has {len(rest)} entries where 3 are recorded"):
        book.take_catalogue(rest, noon(2))
    assert prices(book, 2) == [PLAIN, FREE, OTHER]


def test_writing_before_what_is_known_is_refused(book: Book) -> None:
    """A vintage cannot be slipped in behind a newer one."""
    book.take_catalogue([PLAIN], noon(2))
    with pytest.raises(AsOfError, match="give that or a later --as-of"):
        book.take_catalogue([("a/b", "", 7)], noon(1))
