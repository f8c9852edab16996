"""What recording an answer writes, and what it refuses to write."""

from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from schemas.errors import AsOfError, RefusedAnswerError, TokentideError
from schemas.receipts import Asked, Channel, Receipt
from storage.asof import TABLES
from storage.engine import reading, writing
from storage.headline import read_headline
from storage.observations import record_rankings
from tests.support.made_answers import Book, body_of, day, noon, read_rankings

WHOLE = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "e/f"): 4, (day(1), "other"): 2}
"""A day of four rows."""
SPAN = Asked(start=day(1), end=day(2))


def counts(book: Book) -> dict[str, int]:
    """Rows of every fact table."""
    names = ("archive_receipt", "snapshot", "observation", "day_state", "quarantined_row")
    with reading(book.engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(TABLES[name])).scalar_one()
            for name in names
        }


def known(book: Book, at: datetime) -> dict[tuple[date, str], int]:
    """The rows of whole days that a standpoint knows."""
    with reading(book.engine) as connection:
        usage = read_headline(connection, at).usage
    return {(on, slug): tokens for on, slug, tokens in usage.iter_rows()}


def test_a_first_answer_is_written_whole(book: Book) -> None:
    """Every row of a series that was unknown is added under one vintage."""
    outcome = book.take(WHOLE, noon(2))
    assert (outcome.snapshot_id, outcome.added, outcome.revised, outcome.withdrawn) == (1, 4, 0, 0)
    assert (outcome.quarantined, outcome.days) == (0, 1)
    assert known(book, noon(2)) == WHOLE


def test_the_same_facts_again_write_no_fact(book: Book) -> None:
    """An answer that differs only in its time leaves one more receipt and nothing else."""
    book.take(WHOLE, noon(2))
    before = counts(book)
    outcome = book.take(WHOLE, noon(3), nonce="asked again")
    assert outcome.snapshot_id is None
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (0, 0, 0)
    assert counts(book) == before | {"archive_receipt": 2}


def test_the_order_of_rows_is_no_fact(book: Book) -> None:
    """The same rows in another order are the same facts."""
    book.take(WHOLE, noon(2))
    assert book.take(dict(reversed(WHOLE.items())), noon(3)).snapshot_id is None


def test_a_restated_row_keeps_the_old_one(book: Book) -> None:
    """One row is written, and each standpoint sees the value of its time."""
    book.take(WHOLE, noon(2))
    restated = WHOLE | {(day(1), "a/b"): 11}
    outcome = book.take(restated, noon(3))
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (0, 1, 0)
    assert counts(book)["observation"] == 5
    assert known(book, noon(2)) == WHOLE
    assert known(book, noon(3)) == restated


def test_a_row_that_a_whole_day_no_longer_has_is_withdrawn(book: Book) -> None:
    """Its newest word is that there is none: it is neither kept nor zero."""
    book.take(WHOLE, noon(2))
    without = {key: tokens for key, tokens in WHOLE.items() if key[1] != "e/f"}
    outcome = book.take(without, noon(3))
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (0, 0, 1)
    assert known(book, noon(3)) == without
    assert known(book, noon(2)) == WHOLE


def test_a_withdrawn_row_that_comes_back_is_a_revision(book: Book) -> None:
    """The row has an earlier word, so it is not new."""
    book.take(WHOLE, noon(2))
    book.take({key: tokens for key, tokens in WHOLE.items() if key[1] != "e/f"}, noon(3))
    outcome = book.take(WHOLE, noon(4))
    assert (outcome.added, outcome.revised) == (0, 1)
    assert known(book, noon(4)) == WHOLE


def test_a_new_day_with_bad_rows_is_recorded_and_does_not_count(book: Book) -> None:
    """What was understood is kept, and no figure is made of a day that is not whole."""
    outcome = book.take(WHOLE, noon(2), bad=[day(1)])
    assert (outcome.added, outcome.quarantined) == (4, 1)
    assert known(book, noon(2)) == {}
    with reading(book.engine) as connection:
        assert read_headline(connection, noon(2)).days.rows() == [(day(1), 4, 1)]


def test_a_day_that_is_not_whole_withdraws_nothing(book: Book) -> None:
    """A row that is absent beside bad ones may be one of them."""
    book.take(WHOLE, noon(2), bad=[day(1)])
    assert book.take({(day(1), "a/b"): 10}, noon(3), bad=[day(1)]).withdrawn == 0
    assert counts(book)["observation"] == 4


def test_a_later_clean_answer_makes_the_day_whole(book: Book) -> None:
    """Only the state of the day and the missing row are written."""
    part = {key: tokens for key, tokens in WHOLE.items() if key[1] != "e/f"}
    book.take(part, noon(2), bad=[day(1)])
    outcome = book.take(WHOLE, noon(3))
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (1, 0, 0)
    assert known(book, noon(3)) == WHOLE


def test_a_whole_day_is_not_replaced_by_a_spoiled_one(book: Book) -> None:
    """Bad rows are kept and counted; the day stays as it was, even where other rows changed."""
    book.take(WHOLE, noon(2))
    spoiled = {(day(1), "a/b"): 99, (day(1), "other"): 2}
    outcome = book.take(spoiled, noon(3), bad=[day(1), day(1)])
    assert (outcome.snapshot_id, outcome.quarantined) == (None, 2)
    assert counts(book)["quarantined_row"] == 2
    assert known(book, noon(3)) == WHOLE


def test_a_bad_row_without_a_day_may_be_of_any_day(book: Book) -> None:
    """Days that are held whole stay, and days that are new are not whole."""
    book.take(WHOLE, noon(2))
    second = {(day(2), "a/b"): 7}
    book.take({(day(1), "a/b"): 99, (day(1), "other"): 2} | second, noon(3), bad=[None])
    assert known(book, noon(3)) == WHOLE
    with reading(book.engine) as connection:
        assert read_headline(connection, noon(3)).days.rows() == [(day(1), 4, 0), (day(2), 1, 1)]


def test_a_bad_row_outside_the_span_makes_no_day(book: Book) -> None:
    """A row dated far away is quarantined without inventing a day there."""
    book.take(WHOLE, noon(3), bad=[day(20)], asked=SPAN)
    with reading(book.engine) as connection:
        assert read_headline(connection, noon(3)).days.rows() == [(day(1), 4, 0)]


def test_quarantined_rows_are_stored_once_per_payload(book: Book) -> None:
    """The same bytes fetched again add nothing to the quarantine."""
    for at in (noon(2), noon(3)):
        assert book.take(WHOLE, at, bad=[day(1)]).quarantined == 1
    assert counts(book)["quarantined_row"] == 1


def test_the_channels_are_two_series(book: Book) -> None:
    """What one channel says is never compared with what the other said."""
    book.take(WHOLE, noon(2))
    outcome = book.take({(day(1), "a/b"): 1}, noon(3), channel=Channel.EXPORTS)
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (1, 0, 0)


def test_an_older_answer_of_the_same_facts_is_fine(book: Book) -> None:
    """Old data is stale, never refused, as long as nothing would be written."""
    book.take(WHOLE, noon(3))
    assert book.take(WHOLE, noon(2)).snapshot_id is None


def test_an_answer_published_earlier_changes_no_day_that_a_later_one_stated(book: Book) -> None:
    """What comes late brings the days that nobody had, and leaves the newer word on the others."""
    newer, older = Asked(start=day(2), end=day(4)), Asked(start=day(1), end=day(2))
    book.take({(day(2), "a/b"): 5, (day(4), "a/b"): 1}, noon(6), asked=newer)
    late = book.keep(body_of({(day(1), "a/b"): 7, (day(2), "a/b"): 4}), noon(8), asked=older, as_of=noon(3))
    assert book.record(late).added == 1
    assert known(book, noon(9)) == {(day(1), "a/b"): 7, (day(2), "a/b"): 5, (day(4), "a/b"): 1}


def test_an_answer_published_earlier_may_lack_what_is_held(book: Book) -> None:
    """A day that came late is missing in what was published before it, which is no loss."""
    asked = Asked(start=day(1), end=day(3))
    book.take({(day(1), "a/b"): 1, (day(2), "a/b"): 2, (day(3), "a/b"): 3}, noon(6), asked=asked)
    late = book.keep(body_of({(day(1), "a/b"): 9}), noon(8), asked=asked, as_of=noon(4))
    assert book.record(late).snapshot_id is None


def test_an_answer_published_earlier_may_make_a_day_whole(book: Book) -> None:
    """A day of which the newer answer had bad rows is not whole, so that any whole one is better."""
    asked = Asked(start=day(1), end=day(1))
    book.take({(day(1), "a/b"): 1}, noon(6), asked=asked, bad=[day(1)])
    late = book.keep(body_of({(day(1), "a/b"): 1, (day(1), "c/d"): 2}), noon(8), asked=asked, as_of=noon(4))
    assert book.record(late).added == 1
    assert known(book, noon(9)) == {(day(1), "a/b"): 1, (day(1), "c/d"): 2}


def test_an_equal_time_may_write(book: Book) -> None:
    """Spans that are fetched as of one moment are all recorded."""
    book.take(WHOLE, noon(3))
    assert book.take({(day(2), "a/b"): 7}, noon(3)).added == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param({}, "it holds no rows", id="empty"),
        pytest.param({(day(2), "a/b"): 1}, "2026-06-01 is recorded before, and missing", id="a day gone"),
        pytest.param(
            {key: tokens for key, tokens in WHOLE.items() if key[1] != "other"},
            "2026-06-01 is without the `other` row",
            id="other gone",
        ),
        pytest.param(
            {(day(1), "other"): 2}, "2026-06-01 is given with fewer than half of the rows", id="half gone"
        ),
    ],
)
def test_an_answer_that_would_lose_facts_is_refused(
    book: Book, rows: dict[tuple[date, str], int], said: str
) -> None:
    """The error says what is missing, and nothing is written, not even a receipt."""
    book.take(WHOLE, noon(2), asked=SPAN)
    before = counts(book)
    caught = refusal(book, book.keep(body_of(rows), noon(3), asked=SPAN), RefusedAnswerError, said)
    assert "\n" not in str(caught)
    assert counts(book) == before


def refusal(book: Book, receipt: Receipt, kind: type[TokentideError], said: str) -> TokentideError:
    """What recording an answer raises in a transaction that goes on, and is committed."""
    read = read_rankings(receipt, book.archive.body(receipt))
    with writing(book.engine) as connection, pytest.raises(kind, match=said) as caught:
        record_rankings(connection, receipt, read.rows, read.quarantined)
    return caught.value


def test_an_answer_is_refused_before_the_first_of_its_blocks_is_written(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the last day lacks is seen before the first one is written."""
    monkeypatch.setattr("storage.observations._BLOCK", 1)
    first = {(day(on), slug): on for on in (1, 2, 3) for slug in ("a/b", "other")}
    book.take(first, noon(4))
    before = counts(book)
    loss = {key: 9 for key in first if key != (day(3), "other")}
    refusal(book, book.keep(body_of(loss), noon(5)), RefusedAnswerError, "2026-06-03 is without the `other`")
    assert counts(book) == before


def test_a_day_outside_the_span_asked_for_may_be_absent(book: Book) -> None:
    """An answer about the second day says nothing of the first."""
    book.take(WHOLE, noon(2))
    outcome = book.take({(day(2), "a/b"): 1}, noon(3), asked=Asked(start=day(2), end=day(2)))
    assert (outcome.added, outcome.withdrawn) == (1, 0)


def test_writing_before_what_is_known_is_refused(book: Book) -> None:
    """A vintage cannot be slipped in behind a newer one, and nothing is written."""
    book.take(WHOLE, noon(3))
    before = counts(book)
    late = book.keep(body_of(WHOLE | {(day(1), "a/b"): 9}), noon(2))
    refusal(book, late, AsOfError, "2026-06-02T12:00Z would change what is known since 2026-06-03T12:00Z")
    assert counts(book) == before
