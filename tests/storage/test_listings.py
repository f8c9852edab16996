"""Lists about a window, and their vintages."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from schemas.errors import AsOfError
from schemas.receipts import Channel
from storage.asof import TABLES
from storage.engine import reading, writing
from storage.listings import listing_inputs, read_listings
from tests.support.made_answers import Book, day, noon


def children(finetune: int) -> dict[str, object]:
    """The row of a repository."""
    return {"finetune": finetune, "adapter": 0, "merge": 0, "quantized": 7}


def known(book: Book, at: int, **asked: Any) -> list[tuple[object, ...]]:
    """Subject, first day and count as known at noon of that day of June."""
    with reading(book.engine) as connection:
        found = read_listings(connection, Channel.DERIVATIVES, noon(at), **asked)
    return found.select("subject", "window_start", "finetune").rows()


def vintages(book: Book) -> int:
    """Vintages that were written."""
    with reading(book.engine) as connection:
        return connection.execute(select(func.count()).select_from(TABLES["listing"])).scalar_one()


def test_the_same_list_writes_nothing(book: Book) -> None:
    """A list that is known as it is has no new vintage, whatever else the answer brings."""
    book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(1))
    assert book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(2)) == 0
    assert vintages(book) == 1


def test_a_changed_list_replaces_the_old_one_from_then_on(book: Book) -> None:
    """Each standpoint sees the list of its time, and only that."""
    book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(1))
    assert book.take_lists([("a/b", day(1), day(1), [children(2)])], noon(3)) == 1
    assert known(book, 2) == [("a/b", day(1), 1)]
    assert known(book, 3) == [("a/b", day(1), 2)]


def test_lists_about_other_windows_stand_beside_it(book: Book) -> None:
    """A dated reading does not replace the one of another day, and either can be asked for alone."""
    book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(1))
    book.take_lists([("a/b", day(2), day(2), [children(2)]), ("c/d", day(2), day(2), [children(9)])], noon(2))
    assert known(book, 2, subject="a/b") == [("a/b", day(1), 1), ("a/b", day(2), 2)]
    assert known(book, 2, start=day(2)) == [("a/b", day(2), 2), ("c/d", day(2), 9)]
    assert known(book, 2, end=day(1)) == [("a/b", day(1), 1)]


def test_a_change_before_what_is_known_is_refused(book: Book) -> None:
    """A vintage cannot be slipped in behind a newer one, and nothing of the answer is written."""
    book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(5))
    with pytest.raises(AsOfError, match="give that or a later --as-of"):
        book.take_lists(
            [("c/d", day(1), day(1), [children(3)]), ("a/b", day(1), day(1), [children(2)])], noon(4)
        )
    assert known(book, 5) == [("a/b", day(1), 1)]


def test_a_list_names_the_answer_behind_it(book: Book) -> None:
    """What a figure was read from can be cited, each answer once."""
    book.take_lists([("a/b", day(1), day(1), [children(1)]), ("c/d", day(1), day(1), [children(2)])], noon(1))
    with reading(book.engine) as connection:
        found = read_listings(connection, Channel.DERIVATIVES, noon(1))
        cited = listing_inputs(connection, found["listing_id"].to_list())
    assert [each["url"] for each in cited] == ["https://localhost/made"]


def test_a_negative_count_is_refused_by_the_database(book: Book) -> None:
    """A CHECK holds whoever writes."""
    book.take_lists([("a/b", day(1), day(1), [children(1)])], noon(1))
    with pytest.raises(IntegrityError, match="children_not_negative"), writing(book.engine) as connection:
        connection.execute(text("UPDATE derivative_count SET merge = -1"))
