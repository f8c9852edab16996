"""Rankings of apps: what is understood, what is set apart, and what is not what was asked for."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.errors import EnvelopeError
from schemas.receipts import Asked, Channel
from tasks.normalize import NormalizedListings, normalize_listings
from tests.support.answers import list_receipt

START, END = date(2026, 6, 15), date(2026, 6, 21)
META = {"as_of": "2026-06-25T02:00:00Z", "version": "v1", "start_date": str(START), "end_date": str(END)}


def app(rank: int, **changes: Any) -> dict[str, Any]:
    """A row as it is published."""
    row = {"rank": rank, "app_id": 100 + rank, "app_name": "Gull", "total_tokens": str(1000 - rank)}
    return {**row, "total_requests": 7, **changes}


def read(*rows: object, sort: str = "popular", meta: dict[str, str] = META) -> NormalizedListings:
    """What is understood of a ranking of the week of 15 June."""
    body = json.dumps({"data": rows, "meta": meta}).encode()
    return normalize_listings(receipt(sort), body)


def receipt(sort: str) -> Any:
    """The receipt of a ranking of that week."""
    asked = Asked(start=START, end=END, subject=sort)
    return list_receipt(Channel.APPS, asked, datetime(2026, 6, 25, 3, tzinfo=UTC))


def test_a_ranking_is_read_as_published() -> None:
    """Tokens are a decimal string upstream and an exact integer here; a new field is no fault."""
    (listed,) = read(app(1, total_tokens="9007199254740993", new_field=1), app(2)).lists
    assert (listed.subject, listed.start, listed.end, listed.set_apart) == ("popular", START, END, 0)
    assert listed.rows.rows() == [(101, 1, "Gull", 9007199254740993, 7), (102, 2, "Gull", 998, 7)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"total_tokens": 5}, "total_tokens: is no whole number"),
        ({"total_tokens": "1e9"}, "total_tokens: is no whole number"),
        ({"total_tokens": "9223372036854775808"}, "total_tokens"),
        ({"total_requests": -1}, "total_requests"),
        ({"total_requests": "7"}, "total_requests"),
        ({"rank": 0}, "rank"),
        ({"rank": True}, "rank"),
        ({"app_id": None}, "app_id"),
        ({"app_id": 101}, "is there twice"),
        ({"rank": 1}, "is there twice"),
        ({"app_name": None}, "app_name"),
    ],
)
def test_a_row_that_is_not_understood_is_set_apart(wrong: dict[str, object], reason: str) -> None:
    """It costs itself (and its twin), the list is known not to be whole, and the reason names no value."""
    told = read(app(1), app(2) | wrong, app(3))
    (listed,) = told.lists
    assert listed.rows["rank"].to_list()[-1] == 3
    assert listed.set_apart == told.quarantined.height > 0
    assert reason in told.quarantined["reason"][-1]


def test_a_row_that_is_no_object_is_set_apart() -> None:
    """Whatever stands there is kept as it stands."""
    assert read(app(1), [1]).quarantined["raw"].to_list() == ["[1]"]


def test_a_name_is_put_on_one_line() -> None:
    """What moves a cursor or reverses a line is no part of a name; a formula is left to whoever writes CSV."""
    (listed,) = read(app(1, app_name="=A1\x00\u202e\x1b[31m\nred")).lists
    assert listed.rows["app_name"].to_list() == ["=A1 [31m red"]


@pytest.mark.parametrize(
    ("rows", "meta", "what"),
    [
        ([app(1, total_tokens="1"), app(2)], META, "is not sorted by tokens"),
        ([], META, "has not a single app"),
        ([app(n) for n in range(1, 102)], META, "has 101 apps where 100 were asked for"),
        ([app(1)], {**META, "start_date": "2026-06-14"}, "is about 2026-06-14 to 2026-06-21 instead of"),
        ([app(1)], {**META, "version": "v2"}, "is not the documented JSON"),
    ],
)
def test_another_answer_than_the_one_asked_for_is_refused(
    rows: list[dict[str, Any]], meta: dict[str, str], what: str
) -> None:
    """How it was sorted is not echoed, so the tokens must say it; nothing of it is recorded."""
    with pytest.raises(EnvelopeError, match=what):
        read(*rows, meta=meta)


def test_a_ranking_by_growth_need_not_fall_and_may_be_empty() -> None:
    """Where nothing grows there is nothing to list, and that is an answer."""
    (listed,) = read(app(1, total_tokens="1"), app(2), sort="trending").lists
    assert listed.rows["tokens"].to_list() == [1, 998]
    assert read(sort="trending").lists[0].rows.is_empty()
