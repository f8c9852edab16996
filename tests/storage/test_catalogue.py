"""The catalogue and its vintages."""

import pytest
from sqlalchemy import func, select

from schemas.errors import AsOfError, RefusedAnswerError
from schemas.receipts import Channel
from storage.asof import TABLES
from storage.catalogue import read_catalogue, read_names
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


EMBEDDER = ("e/m", "", 20_000)


def test_lists_of_models_have_vintages_of_their_own(book: Book) -> None:
    """What one list does not name has not left the other, and a standpoint sees both."""
    book.take_catalogue([PLAIN, OTHER], noon(1))
    assert book.take_catalogue([EMBEDDER], noon(2), Channel.EMBEDDINGS) == 2
    assert book.take_catalogue([PLAIN], noon(3)) == 3
    assert book.take_catalogue([EMBEDDER], noon(4), Channel.EMBEDDINGS) == 0
    assert [prices(book, at) for at in (1, 2, 4)] == [
        [PLAIN, OTHER],
        [PLAIN, OTHER, EMBEDDER],
        [PLAIN, EMBEDDER],
    ]


def test_a_list_is_refused_by_its_own_size(book: Book) -> None:
    """A short list beside a long one has lost nothing, and one that lost most of itself is refused."""
    book.take_catalogue([PLAIN, FREE, OTHER], noon(1))
    book.take_catalogue([EMBEDDER, ("e/n", "", 1), ("e/o", "", 1)], noon(1), Channel.EMBEDDINGS)
    with pytest.raises(
        RefusedAnswerError, match=r"catalogue of embedding models .* has 1 entries where 3 are"
    ):
        book.take_catalogue([EMBEDDER], noon(2), Channel.EMBEDDINGS)


def test_of_an_entry_in_both_lists_the_models_decide(book: Book) -> None:
    """While `/models` lists it, its word counts; no entry is there twice."""
    book.take_catalogue([PLAIN, OTHER], noon(1))
    book.take_catalogue([("a/b", "", 5)], noon(2), Channel.EMBEDDINGS)
    assert prices(book, 2) == [PLAIN, OTHER]
    book.take_catalogue([OTHER], noon(3))
    assert prices(book, 3) == [("a/b", "", 5), OTHER]


def names(book: Book, at: int) -> list[tuple[object, ...]]:
    """What each id means as known at noon of that day of June."""
    with reading(book.engine) as connection:
        return read_names(connection, noon(at)).rows()


def test_an_id_is_known_after_its_model_left(book: Book) -> None:
    """Of either list, as far as the standpoint knows; a variant belongs to the name."""
    book.take_catalogue([PLAIN, FREE], noon(1))
    book.take_catalogue([PLAIN, ("a/b", "free", 0), OTHER], noon(2))
    book.take_catalogue([EMBEDDER], noon(3), Channel.EMBEDDINGS)
    book.take_catalogue([FREE, OTHER], noon(4))
    assert names(book, 1) == [("a/b", "a/b"), ("a/b:free", "a/b:free")]
    assert names(book, 5) == [("a/b", "a/b"), ("a/b:free", "a/b:free"), ("c/d", "c/d"), ("e/m", "e/m")]


def test_a_newer_vintage_of_another_list_refuses_nothing(book: Book) -> None:
    """Each list has its own order of time: only its own newest word must not be forged."""
    book.take_catalogue([PLAIN], noon(2))
    book.take_catalogue([EMBEDDER], noon(5), Channel.EMBEDDINGS)
    assert book.take_catalogue([("a/b", "", 7)], noon(3)) == 3
    assert prices(book, 3) == [("a/b", "", 7)]
