"""Slices beside the headline: one archive, one database, and no row of one counts in another."""

from datetime import date

from sqlalchemy import text

from schemas.receipts import Asked, Channel, SeriesKey, series_of_slice
from schemas.settings import Settings
from schemas.slices import Slice
from storage.engine import reading
from storage.exports import read_versions, read_vintages
from storage.observations import read_headline, read_restatements
from storage.receipts import HEADLINE, newest_as_of
from storage.recorded_series import read_recorded_series
from storage.replay import FACTS, replay
from storage.rewrites import read_rewrites
from storage.series import known_days, known_rows, view_of
from tests.support.made_answers import READERS, Book, body_of, day, noon
from tests.support.tables import dump

WEEKLY = Slice.parse("category=programming")
MONTHLY = Slice.parse("category=programming,period=month")
WEEK = Asked(start=day(1), end=day(7), slice=WEEKLY)
DAYS = Asked(start=day(1), end=day(7), period="day", modality="text")
HEADLINE_ROWS = {(day(n), name): 10 for n in range(1, 8) for name in ("a/b", "other")}


def tokens(book: Book, key: SeriesKey) -> list[tuple[date, str, int | None]]:
    """What is known of a series."""
    with reading(book.engine) as connection:
        rows = known_rows(connection, view_of(connection, key), None, None)
    return rows.sort("day", "permaslug").select("day", "permaslug", "tokens").rows()


def test_each_slice_is_recorded_as_a_series_of_its_own(book: Book) -> None:
    """The same model on the same day has tokens of its own in each, and the headline has none of them."""
    book.take({(day(1), "a/b"): 10}, noon(9), asked=DAYS)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    book.take({(day(1), "a/b"): 7}, noon(11), asked=Asked(start=day(1), end=day(30), slice=MONTHLY))

    found = [
        tokens(book, key)
        for key in (SeriesKey(channel=Channel.API), series_of_slice(WEEKLY), series_of_slice(MONTHLY))
    ]
    assert found == [[(day(1), "a/b", 10)], [(day(1), "a/b", 3)], [(day(1), "a/b", 7)]]


def test_the_headline_does_not_see_them(book: Book) -> None:
    """Usage, time of the newest answer, exports and restatements are the headline's own."""
    book.take(HEADLINE_ROWS, noon(9), asked=DAYS)
    before = _seen(book)
    book.take({(day(1), "a/b"): 3}, noon(12), asked=WEEK)
    book.take({(day(1), "a/b"): 4}, noon(13), asked=WEEK)
    assert _seen(book) == before


def _seen(book: Book) -> list[object]:
    with reading(book.engine) as connection:
        headline = read_headline(connection, noon(20))
        return [
            headline.usage.rows(),
            headline.as_of,
            headline.inputs,
            newest_as_of(connection, noon(20)),
            read_versions(connection, noon(20), day(1), day(30)).rows(),
            read_vintages(connection, noon(20)).rows(),
            read_restatements(connection, noon(20)).rows(),
            read_rewrites(connection, noon(20)).rows(),
        ]


def test_a_later_answer_about_a_slice_does_not_outrank_one_about_days(book: Book) -> None:
    """Which word is the newer one is decided within a series: an early answer that comes late still counts."""
    early = book.keep(body_of(HEADLINE_ROWS), noon(9), asked=DAYS)
    book.take({(day(1), "a/b"): 3}, noon(9, 13), asked=WEEK)
    assert book.record(early).added == len(HEADLINE_ROWS)


def test_the_view_says_which_series_a_row_is_of(book: Book) -> None:
    """Whoever opens the database by hand can tell slices from the headline."""
    book.take({(day(1), "a/b"): 10}, noon(9), asked=DAYS)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    with reading(book.engine) as connection:
        rows = connection.execute(
            text("SELECT population, grain, tokens FROM ranking_current ORDER BY tokens")
        ).all()
    assert [tuple(row) for row in rows] == [("category=programming", "week", 3), ("text", "day", 10)]


def test_a_repeated_answer_writes_no_fact_and_renews_the_citation(book: Book) -> None:
    """Slices are deduplicated by content like everything else; that they still hold is noted."""
    key = series_of_slice(WEEKLY)
    first = book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    again = book.take({(day(1), "a/b"): 3}, noon(12), asked=WEEK, nonce="later")
    with reading(book.engine) as connection:
        assert newest_as_of(connection, noon(20), [key]) == noon(12)
        assert newest_as_of(connection, noon(20), HEADLINE) is None
    assert first.snapshot_id
    assert again.snapshot_id is None


def test_a_restated_week_is_listed_for_its_slice(book: Book) -> None:
    """It settles 72 hours after its Sunday, not after the Monday by which it is dated."""
    key = series_of_slice(WEEKLY)
    for number, at in enumerate((8, 9, 11)):
        book.take({(day(1), "a/b"): 3 + number}, noon(at), asked=WEEK)
    with reading(book.engine) as connection:
        changes = read_restatements(connection, noon(20), series=[key])
        rewrites = read_rewrites(connection, noon(20), series=[key])
    assert changes.select("old_tokens", "new_tokens", "settled").rows() == [(3, 4, False), (4, 5, True)]
    assert rewrites.select("window", "change", "final").rows() == [
        ("2026-W23", 1, False),
        ("2026-W23", 1, False),
    ]


def test_a_month_is_restated_as_a_month(book: Book) -> None:
    """A rewritten month is listed as one, from its first to its last day."""
    asked = Asked(start=day(1), end=day(30), slice=MONTHLY)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=asked)
    book.take({(day(1), "a/b"): 4}, noon(11), asked=asked)
    with reading(book.engine) as connection:
        found = read_rewrites(connection, noon(20), series=[series_of_slice(MONTHLY)])
    assert found.select("window", "window_start", "window_end").rows() == [("2026-06", day(1), day(30))]


def test_a_replay_rebuilds_slices(book: Book, settings: Settings) -> None:
    """The archive alone gives every series back."""
    book.take(HEADLINE_ROWS, noon(9), asked=DAYS)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    book.take({(day(1), "a/b"): 4}, noon(11), asked=WEEK)
    before = dump(settings, FACTS)
    replay(settings, READERS)
    assert dump(settings, FACTS) == before


def test_a_slice_is_seen_from_earlier_standpoints(book: Book) -> None:
    """As of before the restatement, and before anything was recorded."""
    key = series_of_slice(WEEKLY)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    book.take({(day(1), "a/b"): 4}, noon(11), asked=WEEK)
    with reading(book.engine) as connection:
        views = [view_of(connection, key, noon(at)) for at in (9, 10, 11)]
        seen = [known_rows(connection, view, None, None)["tokens"].to_list() for view in views]
        states = known_days(connection, views[2], None, None).select("day", "row_count").rows()
    assert seen == [[], [3], [4]]
    assert states == [(day(1), 1)]


def test_every_series_is_listed_with_its_reach(book: Book) -> None:
    """The headline's channels and the slices, as a standpoint knows them; a week reaches to its Sunday."""
    book.take(HEADLINE_ROWS, noon(9), asked=DAYS)
    book.take({(day(1), "a/b"): 3}, noon(10), asked=WEEK)
    book.take({(day(8), "a/b"): 3}, noon(16), asked=Asked(start=day(8), end=day(14), slice=WEEKLY))
    with reading(book.engine) as connection:
        columns = ("slice", "estimate", "first_day", "last_day", "periods", "vintages")
        now = read_recorded_series(connection, noon(20)).select(columns).rows()
        then = read_recorded_series(connection, noon(9))["series"].to_list()
    assert now == [
        (None, False, day(1), day(7), 7, 1),
        ("category=programming", True, day(1), day(14), 2, 2),
    ]
    assert then == ["openrouter text/day by api"]
