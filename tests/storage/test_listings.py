"""Lists about a window, and their vintages."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from schemas.errors import AsOfError, RefusedAnswerError
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


def app(app_id: int, rank: int) -> dict[str, object]:
    """The row of an app."""
    return {"app_id": app_id, "rank": rank, "app_name": "Gull", "tokens": 100 - rank, "requests": 1}


def places(book: Book, at: int) -> list[tuple[object, ...]]:
    """Apps of the first week, with their place, as known at noon of that day of June."""
    with reading(book.engine) as connection:
        found = read_listings(connection, Channel.APPS, noon(at))
    return found.select("app_id", "rank", "set_apart").rows()


def test_a_list_that_is_not_whole_replaces_no_whole_one(book: Book) -> None:
    """What was not understood today was understood yesterday; and a whole list replaces one that is not."""
    part, whole = [app(1, 1)], [app(1, 1), app(2, 2)]
    week = ("popular", day(1), day(7))
    assert book.take_lists([(*week, part)], noon(9), Channel.APPS, set_apart=1) == 1
    assert book.take_lists([(*week, whole)], noon(10), Channel.APPS) == 1
    assert book.take_lists([(*week, part)], noon(11), Channel.APPS, set_apart=1) == 0
    assert places(book, 9) == [(1, 1, 1)]
    assert places(book, 11) == [(1, 1, 0), (2, 2, 0)]


def test_a_list_that_is_whole_now_is_news_although_its_rows_are_the_same(book: Book) -> None:
    """The row that was not understood is gone, so nothing is missing any more."""
    week = ("popular", day(1), day(7))
    book.take_lists([(*week, [app(1, 1)])], noon(9), Channel.APPS, set_apart=1)
    assert book.take_lists([(*week, [app(1, 1)])], noon(10), Channel.APPS) == 1
    assert places(book, 10) == [(1, 1, 0)]


def test_a_list_that_lost_most_rows_is_refused(book: Book) -> None:
    """Nobody leaves a list of the past because an answer was cut."""
    week = ("popular", day(1), day(7))
    book.take_lists([(*week, [app(1, 1), app(2, 2), app(3, 3)])], noon(9), Channel.APPS)
    with pytest.raises(RefusedAnswerError, match="has 1 rows where 3 are recorded"):
        book.take_lists([(*week, [app(1, 1)])], noon(10), Channel.APPS)
    assert len(places(book, 10)) == 3


@pytest.mark.parametrize(
    ("channel", "row", "name", "change"),
    [
        (Channel.APPS, app(1, 1), "app_figures_possible", "UPDATE app_ranking SET rank = 0"),
        (
            Channel.TASKS,
            {
                "tag": "code:debugging",
                "model_id": "a/b",
                "macro_category": "code",
                "token_share": 0.25,
                "usage_share": 0.125,
                "model_token_share": 0.1,
                "model_usage_share": 1.0,
            },
            "task_shares_possible",
            "UPDATE task_share SET model_token_share = 1.5",
        ),
    ],
)
def test_lists_come_back_as_they_were(
    book: Book, channel: Channel, row: dict[str, object], name: str, change: str
) -> None:
    """Every value to its last digit; and a CHECK refuses what nothing can mean."""
    book.take_lists([("some", day(1), day(7), [row])], noon(9), channel)
    with reading(book.engine) as connection:
        found = read_listings(connection, channel, noon(9))
    assert found.select(*row).to_dicts() == [row]
    with pytest.raises(IntegrityError, match=name), writing(book.engine) as connection:
        connection.execute(text(change))


def on_the_gateway(share: float) -> list[dict[str, object]]:
    """The rows of a day."""
    return [{"metric": "tokens", "lab": "zai", "share_percent": share}]


def test_only_days_that_changed_are_written_again(book: Book) -> None:
    """An answer about two months that changes one day of it is one vintage."""
    days = [("labs text", day(number), day(number), on_the_gateway(50.5)) for number in (1, 2, 3)]
    book.take_lists(days, noon(5), Channel.GATEWAY)
    days[1] = ("labs text", day(2), day(2), on_the_gateway(50.6))
    assert book.take_lists(days, noon(6), Channel.GATEWAY) == 1
    with reading(book.engine) as connection:
        found = read_listings(connection, Channel.GATEWAY, noon(6))
    assert found.select("window_start", "share_percent").rows() == [
        (day(1), 50.5),
        (day(2), 50.6),
        (day(3), 50.5),
    ]


def test_a_share_is_a_percentage(book: Book) -> None:
    """A CHECK holds whoever writes."""
    book.take_lists([("labs text", day(1), day(1), on_the_gateway(50.5))], noon(5), Channel.GATEWAY)
    with pytest.raises(IntegrityError, match="percent_of_the_whole"), writing(book.engine) as connection:
        connection.execute(text("UPDATE gateway_share SET share_percent = 100.5"))


def test_a_count_that_was_not_said_stays_unknown(book: Book) -> None:
    """Null goes in and comes out; it is not zero."""
    book.take_lists([("a/b", day(1), day(1), [{**children(1), "merge": None}])], noon(1))
    with reading(book.engine) as connection:
        assert read_listings(connection, Channel.DERIVATIVES, noon(1))["merge"].to_list() == [None]
