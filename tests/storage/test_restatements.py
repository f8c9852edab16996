"""Restatements: the earlier word of a row beside its later one."""

from typing import Any

from schemas.receipts import Channel
from storage.engine import reading
from storage.observations import read_restatements
from tests.support.made_answers import Book, day, noon

FIRST = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}


def listed(book: Book, at: int, **span: Any) -> list[tuple[object, ...]]:
    """Slug, old and new tokens, change, and whether the day had settled."""
    with reading(book.engine) as connection:
        found = read_restatements(connection, noon(at), **span)
    return found.select("permaslug", "old_tokens", "new_tokens", "change", "settled").rows()


def test_first_values_are_no_restatements(book: Book) -> None:
    """Days that are new restate nothing."""
    book.take(FIRST, noon(2))
    book.take({(day(2), "a/b"): 1}, noon(3))
    assert listed(book, 20) == []


def test_a_changed_row_shows_both_values(book: Book) -> None:
    """Old and new tokens, when each was learned, and by which channel."""
    book.take(FIRST, noon(2))
    book.take(FIRST | {(day(1), "a/b"): 13}, noon(10))
    with reading(book.engine) as connection:
        found = read_restatements(connection, noon(20)).to_dicts()
    assert found == [
        {
            "day": day(1),
            "permaslug": "a/b",
            "channel": "api",
            "old_tokens": 10,
            "new_tokens": 13,
            "change": 3,
            "old_known_at": noon(2),
            "new_known_at": noon(10),
            "settled": True,
        }
    ]


def test_a_change_within_72_hours_is_marked(book: Book) -> None:
    """The ordinary movement of a young day is told apart from a rewritten past."""
    book.take(FIRST, noon(2))
    book.take(FIRST | {(day(1), "a/b"): 13}, noon(4, hour=23))
    book.take(FIRST | {(day(1), "a/b"): 14}, noon(5, hour=0))
    assert listed(book, 20) == [("a/b", 10, 13, 3, False), ("a/b", 13, 14, 1, True)]


def test_two_changes_at_one_moment_are_both_listed(book: Book) -> None:
    """A run that acts as of one moment may learn a row twice, and each word is kept."""
    book.take(FIRST, noon(2))
    book.take(FIRST | {(day(1), "a/b"): 13}, noon(10))
    book.take(FIRST | {(day(1), "a/b"): 14}, noon(10))
    assert listed(book, 20) == [("a/b", 10, 13, 3, True), ("a/b", 13, 14, 1, True)]


def test_a_withdrawn_row_has_no_new_value(book: Book) -> None:
    """It is null, and so is the change: nothing says that it became zero."""
    book.take(FIRST, noon(2))
    book.take({key: tokens for key, tokens in FIRST.items() if key[1] != "c/d"}, noon(10))
    assert listed(book, 20) == [("c/d", 5, None, None, True)]


def test_a_row_that_came_late_has_no_old_value(book: Book) -> None:
    """A model that only appeared in a day that was whole before changes that day's total as well."""
    book.take(FIRST, noon(2))
    book.take(FIRST | {(day(1), "e/f"): 4}, noon(10))
    assert listed(book, 20) == [("e/f", None, 4, None, True)]


def test_completing_a_day_that_was_not_whole_is_none(book: Book) -> None:
    """A row that was quarantined before and is understood now was never stated otherwise."""
    book.take({(day(1), "a/b"): 10}, noon(2), bad=[day(1)])
    book.take(FIRST, noon(3))
    assert listed(book, 20) == []


def test_a_switch_of_channel_is_none(book: Book) -> None:
    """Each channel is compared with itself only."""
    book.take(FIRST, noon(2))
    book.take({(day(1), "a/b"): 99}, noon(3), channel=Channel.EXPORTS)
    assert listed(book, 20) == []


def test_a_standpoint_and_a_span_bound_the_list(book: Book) -> None:
    """What was learned later, or is about other days, is not in it."""
    book.take(FIRST, noon(2))
    book.take(FIRST | {(day(1), "a/b"): 13}, noon(10))
    assert listed(book, 9) == []
    assert listed(book, 20, start=day(2)) == []
    assert len(listed(book, 20, end=day(1))) == 1
