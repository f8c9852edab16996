"""Restatements by week: a rewritten history is summarised, and told apart from young days that move."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.receipts import Asked, Channel
from storage.engine import reading
from storage.observations import read_headline, read_restatements
from storage.rewrites import read_rewrites, rewrites_by
from tests.support.made_answers import Book, Rows, body_of, day, noon

FIRST = {(day(1), "a/b"): 10, (day(2), "a/b"): 20, (day(2), "c/d"): 5, (day(8), "a/b"): 7}
MONDAY = date(2025, 8, 4)
WEEKS = 52
LEARNED = datetime(2026, 8, 10, 3, tzinfo=UTC)


def listed(book: Book, at: datetime, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of the summary as a moment knows it."""
    with reading(book.engine) as connection:
        return read_rewrites(connection, at).select(columns).rows()


def test_a_week_is_one_row(book: Book) -> None:
    """Days and rows that changed, the tokens of those days before and after, and the model that moved most."""
    book.take(FIRST, noon(9))
    book.take(FIRST | {(day(1), "a/b"): 11, (day(2), "a/b"): 26, (day(2), "c/d"): 4}, noon(12))
    with reading(book.engine) as connection:
        found = read_rewrites(connection, noon(20)).to_dicts()
    assert found == [
        {
            "window": "2026-W23",
            "window_start": day(1),
            "window_end": day(7),
            "channel": "api",
            "vintage": 2,
            "known_at": noon(12),
            "days": 2,
            "rows": 3,
            "old_tokens": 35,
            "new_tokens": 41,
            "change": 6,
            "relative": 6 / 35,
            "settled": True,
            "final": True,
            "model": "a/b",
            "model_change": 7,
        }
    ]


def test_each_vintage_of_a_week_has_its_own_row(book: Book) -> None:
    """A week that is restated twice shows both steps, each from what was known before it."""
    book.take(FIRST, noon(9))
    book.take(FIRST | {(day(1), "a/b"): 11}, noon(12))
    book.take(FIRST | {(day(1), "a/b"): 14}, noon(13))
    assert listed(book, noon(20), "vintage", "old_tokens", "new_tokens") == [(2, 10, 11), (3, 11, 14)]
    assert listed(book, noon(12), "vintage") == [(2,)]


def test_withdrawn_and_late_rows_count_as_nothing_there(book: Book) -> None:
    """A row that goes takes its tokens along, one that comes late brings them."""
    book.take(FIRST, noon(9))
    moved = {key: tokens for key, tokens in FIRST.items() if key[1] != "c/d"} | {(day(2), "e/f"): 9}
    book.take(moved, noon(12))
    assert listed(book, noon(20), "rows", "old_tokens", "new_tokens", "model", "model_change") == [
        (2, 25, 29, "e/f", 9)
    ]


def test_a_day_without_tokens_before_has_no_relative_change(book: Book) -> None:
    """A ratio with nothing below it is null."""
    book.take({(day(1), "a/b"): 0}, noon(9))
    book.take({(day(1), "a/b"): 3}, noon(12))
    assert listed(book, noon(20), "change", "relative") == [(3, None)]


@pytest.mark.parametrize(("looked", "final"), [(3, False), (5, True)])
def test_final_is_what_was_stated_after_the_day_had_settled(book: Book, looked: int, final: bool) -> None:
    """A young day that moved is not a rewritten past, even if one only looks again when it has settled."""
    span = Asked(start=day(1), end=day(1))
    young = {(day(1), "a/b"): 10}
    book.take(young, noon(2), asked=span)
    book.take(young, noon(looked), asked=span, nonce="the same facts, stated again")
    book.take({(day(1), "a/b"): 11}, noon(20), asked=span)
    assert listed(book, noon(20), "settled", "final") == [(True, final)]


def test_an_answer_says_what_it_alone_rewrote(book: Book) -> None:
    """What earlier answers did is not told again."""
    book.take(FIRST, noon(9))
    book.take(FIRST | {(day(1), "a/b"): 11}, noon(12))
    changed = FIRST | {(day(1), "a/b"): 11, (day(8), "a/b"): 8}
    receipt = book.keep(body_of(changed), noon(13))
    snapshot = book.record(receipt).snapshot_id
    assert snapshot is not None
    with reading(book.engine) as connection:
        assert rewrites_by(connection, receipt, snapshot)["window"].to_list() == ["2026-W24"]


def test_a_history_that_is_rewritten_at_once_is_summarised_and_kept(book: Book) -> None:
    """37 of 52 weeks in one answer: one row a week, every old value beside the new one, and both readable."""
    before = _history()
    after = {(on, slug): tokens + (slug == "m/3") * (on < _week(37)) for (on, slug), tokens in before.items()}
    asked = Asked(start=MONDAY, end=_week(WEEKS) - timedelta(days=1))
    book.take(before, LEARNED, channel=Channel.EXPORTS, asked=asked)
    book.take(after, LEARNED + timedelta(days=30), channel=Channel.EXPORTS, asked=asked)
    later = LEARNED + timedelta(days=31)
    weeks = listed(book, later, "window_start", "rows", "change", "final", "model")
    assert weeks == [(_week(number), 7, 7, True, "m/3") for number in range(37)]
    with reading(book.engine) as connection:
        assert read_restatements(connection, later).height == 37 * 7
        assert _known(connection, later) == after
        assert _known(connection, LEARNED) == before


def _week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def _history() -> Rows:
    days = [MONDAY + timedelta(days=number) for number in range(7 * WEEKS)]
    return {(on, f"m/{number}"): 100 + number for on in days for number in range(10)}


def _known(connection: Any, at: datetime) -> Rows:
    return {(on, slug): tokens for on, slug, tokens in read_headline(connection, at).usage.iter_rows()}
