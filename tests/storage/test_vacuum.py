"""Dropping vintages: on request, nothing that a kept standpoint sees, and never silently."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from schemas.errors import AsOfError, StorageError
from schemas.receipts import Channel
from schemas.settings import Settings
from storage.asof import TABLES
from storage.catalogue import read_catalogue
from storage.engine import open_database, reading, writing
from storage.observations import read_headline, read_restatements
from storage.replay import FACTS, replay
from storage.retention import kept_from
from storage.rewrites import read_rewrites
from storage.vacuum import Replaced, count_replaced, drop_replaced, shrink
from tests.support.made_answers import READERS, Book, day, noon

FIRST = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}
SECOND = FIRST | {(day(1), "a/b"): 11, (day(2), "a/b"): 3}
THIRD = {key: tokens for key, tokens in SECOND.items() if key[1] != "c/d"} | {
    (day(1), "e/f"): 4,
    (day(1), "g/h"): 1,
}
FOURTH = THIRD | {(day(1), "a/b"): 12}
HORIZON = noon(15)


@pytest.fixture
def history(book: Book) -> Book:
    """Four vintages: the last one is learned after the horizon, so that the third is still seen from it."""
    for number, rows in ((10, FIRST), (11, SECOND), (12, THIRD), (20, FOURTH)):
        book.take(rows, noon(number))
        book.take(rows, noon(number), channel=Channel.EXPORTS)
    book.take_catalogue([("a/b", "", 1)], noon(10))
    book.take_catalogue([("a/b", "", 2)], noon(11))
    return book


def vacuum(book: Book, horizon: datetime = HORIZON) -> Replaced:
    """Drop, as the command does."""
    with writing(book.engine) as connection:
        return drop_replaced(connection, horizon, noon(30))


def counted(book: Book) -> dict[str, int]:
    """How many rows each table has."""
    with reading(book.engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in TABLES.items()
        }


def known(book: Book, at: datetime) -> dict[tuple[Any, ...], int]:
    """What a standpoint knows."""
    with reading(book.engine) as connection:
        usage = read_headline(connection, at).usage
    return {(on, slug): tokens for on, slug, tokens in usage.iter_rows()}


def changes(book: Book, at: datetime) -> list[tuple[Any, ...]]:
    """Restatements and their weekly summary, as a standpoint knows them."""
    with reading(book.engine) as connection:
        return [*read_restatements(connection, at).rows(), *read_rewrites(connection, at).rows()]


def test_what_newer_vintages_had_replaced_is_dropped(history: Book) -> None:
    """Of a/b two versions, the old one of c/d and the old state of the day, in each channel; nothing else."""
    before = counted(history)
    found = vacuum(history)
    assert (found.rows, found.days) == (2 * 2, 2 * 1)
    after = counted(history)
    assert {name: before[name] - after[name] for name in before if before[name] != after[name]} == {
        "observation": found.rows,
        "day_state": found.days,
        "retention": -1,
    }


def test_kept_standpoints_see_what_they_saw(history: Book) -> None:
    """From the horizon on, every row and everything listed as changed since is the same as before."""
    moments = [HORIZON, noon(19), noon(20), noon(25)]
    before = [known(history, at) for at in moments]
    since = [row for row in changes(history, noon(25)) if noon(20) in row]
    vacuum(history)
    assert [known(history, at) for at in moments] == before
    assert changes(history, noon(25)) == since
    assert changes(history, HORIZON) == []


@pytest.mark.parametrize("read", [known, changes])
def test_a_standpoint_before_the_horizon_is_refused(history: Book, read: Any) -> None:
    """It would be answered from what is left, which is not what was known then."""
    vacuum(history)
    with pytest.raises(AsOfError, match=r"no longer held.*or run `tokentide replay`, which brings it back"):
        read(history, HORIZON - timedelta(seconds=1))


def test_prices_keep_their_whole_history(history: Book) -> None:
    """The vintages of the catalogue are the history of prices, and stay readable as of any moment."""
    vacuum(history)
    with reading(history.engine) as connection:
        prices = [read_catalogue(connection, noon(at))["prompt_pusd_per_token"][0] for at in (10, 11)]
    assert prices == [1, 2]


def test_counting_drops_nothing(history: Book) -> None:
    """A dry run says what would go, and every standpoint is answered as before."""
    with reading(history.engine) as connection:
        found = count_replaced(connection, HORIZON)
        assert kept_from(connection) is None
    assert found == vacuum(history)


def test_nothing_to_drop_refuses_nothing(history: Book) -> None:
    """Where everything is kept there is no horizon, and a second vacuum moves none."""
    assert vacuum(history, noon(10)).nothing
    assert known(history, noon(10)) == FIRST
    vacuum(history)
    assert vacuum(history).nothing
    with reading(history.engine) as connection:
        assert kept_from(connection) == HORIZON


def test_recording_goes_on_as_if_nothing_had_been_dropped(history: Book) -> None:
    """Repeating an answer writes nothing, and a changed row is one revision."""
    vacuum(history)
    assert history.take(FOURTH, noon(26)).snapshot_id is None
    assert history.take(FOURTH | {(day(1), "a/b"): 13}, noon(27)).revised == 1
    assert history.take(FOURTH | {(day(1), "a/b"): 13, (day(1), "c/d"): 5}, noon(28)).revised == 1


def test_a_replay_brings_everything_back(history: Book, settings: Settings) -> None:
    """The archive drops nothing, so that afterwards no standpoint is refused any more."""
    with reading(history.engine) as connection:
        before = {name: sorted(map(repr, connection.execute(select(TABLES[name])))) for name in FACTS}
    vacuum(history)
    replay(settings, READERS)
    with reading(history.engine) as connection:
        after = {name: sorted(map(repr, connection.execute(select(TABLES[name])))) for name in FACTS}
    assert after == before
    assert known(history, noon(10)) == FIRST


def test_the_file_becomes_smaller(embedded: Settings) -> None:
    """What was dropped is given back to the disk at once."""
    book = Book(open_database(embedded), None)  # type: ignore[arg-type]  # nothing is archived here
    path = embedded.home / "tokentide.db"
    with writing(book.engine) as connection:
        rows = [{"id": number, "permaslug": f"made/{number:064d}"} for number in range(20_000)]
        connection.execute(TABLES["model"].insert(), rows)
    shrink(book.engine)
    full = path.stat().st_size
    with writing(book.engine) as connection:
        connection.execute(TABLES["model"].delete())
    shrink(book.engine)
    assert path.stat().st_size * 4 < full
    book.engine.dispose()


def test_a_database_in_use_is_said_in_one_line(embedded: Settings) -> None:
    """What was dropped stays dropped; only the space is given back another time."""
    engine, other = open_database(embedded), open_database(embedded)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with writing(other), pytest.raises(StorageError, match="run the same again when nothing else uses it"):
        shrink(engine)
    engine.dispose()
    other.dispose()
