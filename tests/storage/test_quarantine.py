"""Rows that were not understood are shown."""

from storage.engine import reading
from storage.quarantine import read_quarantine
from tests.support.made_answers import Book, day, noon


def test_rows_are_shown_with_their_place_and_reason(book: Book) -> None:
    """Where each came from, what is wrong with it, and what it says; a day that is unreadable is null."""
    book.take({(day(1), "a/b"): 1}, noon(2), bad=[day(1), None])
    with reading(book.engine) as connection:
        found = read_quarantine(connection, noon(2))
    assert found.rows() == [
        (day(1), "api", "https://localhost/made", 2, "made bad", "raw", "00000001"),
        (None, "api", "https://localhost/made", 3, "made bad", "raw", "00000001"),
    ]


def test_a_standpoint_before_the_answer_sees_none(book: Book) -> None:
    """They are known from the fetch on."""
    book.take({(day(1), "a/b"): 1}, noon(2), bad=[day(1)])
    with reading(book.engine) as connection:
        assert read_quarantine(connection, noon(1)).is_empty()
