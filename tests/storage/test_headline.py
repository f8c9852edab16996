"""One headline series out of two channels, as of a standpoint."""

from datetime import date

from schemas.receipts import Channel
from storage.engine import reading
from storage.headline import Headline, read_headline
from tests.support.made_answers import Book, day, noon

FIRST = {(day(1), "a/b"): 10, (day(1), "other"): 2}
SECOND = {(day(2), "a/b"): 20, (day(2), "other"): 3}
THIRD = {(day(3), "a/b"): 30, (day(3), "other"): 4}


def headline(book: Book, at: int, *, start: date | None = None, end: date | None = None) -> Headline:
    """The headline as known at noon of that day of June."""
    with reading(book.engine) as connection:
        return read_headline(connection, noon(at), start=start, end=end)


def rows(found: Headline) -> dict[tuple[date, str], int]:
    """Its rows by day and slug."""
    return {(on, slug): tokens for on, slug, tokens in found.usage.iter_rows()}


def channels(found: Headline) -> list[str]:
    """The channels that it names."""
    return [str(key.channel) for key in found.series]


def test_nothing_recorded_is_an_empty_headline(book: Book) -> None:
    """An empty database answers with empty frames, not with an error."""
    found = headline(book, 20)
    assert (rows(found), found.days.height, found.series, found.as_of) == ({}, 0, (), None)
    assert (found.spliced, found.disagreement, found.inputs) == (False, None, [])


def test_days_come_from_the_exports_where_they_have_them(book: Book) -> None:
    """The API fills in the days before, and both are named."""
    book.take(FIRST | SECOND, noon(10))
    book.take(SECOND | THIRD, noon(11), channel=Channel.EXPORTS)
    found = headline(book, 20)
    assert rows(found) == FIRST | SECOND | THIRD
    assert channels(found) == ["exports", "api"]
    assert found.spliced
    assert found.disagreement is None


def test_a_settled_day_that_differs_keeps_the_channels_apart(book: Book) -> None:
    """Only the exports are used, and one sentence says where the channels differ and by how much."""
    book.take(FIRST | SECOND | {(day(2), "a/b"): 21, (day(2), "c/d"): 9}, noon(10))
    book.take(SECOND | THIRD, noon(11), channel=Channel.EXPORTS)
    found = headline(book, 20)
    assert rows(found) == SECOND | THIRD
    assert (channels(found), found.spliced) == (["exports"], False)
    assert found.disagreement == (
        "The exports and the API differ on 2026-06-02: c/d has no row by exports and 9 tokens by api, "
        "and 1 more differ; only the exports are used."
    )


def test_the_disagreement_does_not_depend_on_the_days_asked_for(book: Book) -> None:
    """Every read from one standpoint uses the same series."""
    book.take(FIRST | SECOND | {(day(2), "a/b"): 21}, noon(10))
    book.take(SECOND | THIRD, noon(11), channel=Channel.EXPORTS)
    found = headline(book, 20, start=day(1), end=day(1))
    assert (rows(found), found.disagreement is None) == ({}, False)


def test_a_day_that_has_not_settled_may_differ(book: Book) -> None:
    """Within 72 hours after its end a day still moves, so it decides nothing."""
    book.take(FIRST | SECOND | {(day(2), "a/b"): 21}, noon(4))
    book.take(SECOND | THIRD, noon(5), channel=Channel.EXPORTS)
    unsettled = headline(book, 5)
    assert rows(unsettled) == FIRST | SECOND | THIRD
    assert unsettled.spliced
    assert not headline(book, 6).spliced


def test_a_standpoint_sees_only_what_was_known(book: Book) -> None:
    """Before the exports came there was only the API."""
    book.take(FIRST | SECOND, noon(10))
    book.take(SECOND | THIRD, noon(11), channel=Channel.EXPORTS)
    found = headline(book, 10)
    assert (rows(found), channels(found)) == (FIRST | SECOND, ["api"])


def test_a_day_the_exports_have_only_in_part_comes_from_the_api(book: Book) -> None:
    """A whole day of the other channel is better than no day."""
    book.take(FIRST | SECOND, noon(10))
    book.take(SECOND, noon(11), channel=Channel.EXPORTS, bad=[day(2)])
    found = headline(book, 20)
    assert (rows(found), channels(found)) == (FIRST | SECOND, ["api"])
    assert found.days.rows() == [(day(1), 2, 0), (day(2), 2, 0)]


def test_a_span_bounds_rows_and_days(book: Book) -> None:
    """Both ends are inclusive."""
    book.take(FIRST | SECOND | THIRD, noon(10))
    found = headline(book, 20, start=day(2), end=day(2))
    assert rows(found) == SECOND
    assert found.days.rows() == [(day(2), 2, 0)]


def test_only_channels_that_supplied_days_are_named(book: Book) -> None:
    """A window that lies in the exports alone rests on the exports alone."""
    book.take(FIRST | SECOND, noon(10))
    book.take(SECOND | THIRD, noon(11), channel=Channel.EXPORTS)
    found = headline(book, 20, start=day(3))
    assert (channels(found), found.spliced, found.as_of) == (["exports"], False, noon(11))


def test_the_time_of_the_newest_answer_is_cited(book: Book) -> None:
    """An answer that repeats the facts says that they still held then."""
    book.take(FIRST, noon(10))
    book.take(FIRST, noon(12), nonce="again")
    assert headline(book, 20).as_of == noon(12)
    assert headline(book, 11).as_of == noon(10)


def test_inputs_are_the_payloads_that_supplied_the_rows(book: Book) -> None:
    """A payload that only repeated them is none; one that withdrew a row is one."""
    book.take(FIRST | {(day(1), "c/d"): 1}, noon(10))
    book.take(SECOND, noon(11))
    book.take(FIRST, noon(12))
    book.take(FIRST, noon(13), nonce="again")
    receipts = list(book.archive.receipts())
    found = headline(book, 20, end=day(1))
    assert [entry["sha256"] for entry in found.inputs] == [receipts[0].sha256, receipts[2].sha256]
    assert found.inputs[0]["url"] == "https://localhost/made"
