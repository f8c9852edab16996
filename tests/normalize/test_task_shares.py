"""Shares of tasks: what is understood, what is set apart, and which days it is about."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.errors import EnvelopeError
from schemas.receipts import Asked, Channel
from tasks.normalize import NormalizedListings, normalize_listings
from tests.support.answers import list_receipt

FETCHED = datetime(2026, 6, 22, 3, tzinfo=UTC)


def tag(name: str = "code:debugging", *models: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A tag as it is published."""
    shares = {"token_share": 0.25, "usage_share": 0.5, "category_token_share": 0.3}
    return {"tag": name, "display_name": "x", "macro_category": "code", **shares, "models": models, **changes}


def model(model_id: str = "a/b", tokens: object = 0.75, requests: object = 0.5) -> dict[str, Any]:
    """A model within a tag."""
    return {"id": model_id, "tag_token_share": tokens, "tag_usage_share": requests}


def read(*tags: object, **changes: Any) -> NormalizedListings:
    """What is understood of an answer of Monday 22 June."""
    data = {
        "as_of": "2026-06-21",
        "window_days": 7,
        "classifications": tags,
        "macro_categories": [],
        **changes,
    }
    receipt = list_receipt(Channel.TASKS, Asked(subject="7d"), FETCHED)
    return normalize_listings(receipt, json.dumps({"data": data}).encode())


def test_models_stand_beside_the_share_of_their_tag() -> None:
    """The window is the seven days up to the date of the answer; a tag without models is kept."""
    (listed,) = read(
        tag("code:debugging", model(), model("c/d", 0.1)), tag("data:x", token_share=0.125)
    ).lists
    assert (listed.subject, listed.start, listed.end) == ("7d", date(2026, 6, 15), date(2026, 6, 21))
    assert listed.rows.rows() == [
        ("code:debugging", "a/b", "code", 0.25, 0.5, 0.75, 0.5),
        ("code:debugging", "c/d", "code", 0.25, 0.5, 0.1, 0.5),
        ("data:x", "", "code", 0.125, 0.5, None, None),
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (tag("x:y", token_share=1.5), "token_share"),
        (tag("x:y", token_share=None), "token_share"),
        (tag("x:y", model(tokens=-0.1)), "models.0.tag_token_share"),
        (tag("x:y", model(), model()), "a model is there twice"),
        (tag("x:y", model(), model("c/d", 0.3)), "more than the tag together"),
        (tag("x:y\u202e"), "no name has"),
        (tag(""), "tag"),
        (tag("ALL"), "name of all tags"),
        ("x", "row"),
    ],
)
def test_a_tag_that_is_not_understood_is_set_apart(wrong: object, reason: str) -> None:
    """As a whole, with the reason; the others stay, and the list is known not to be whole."""
    told = read(tag(), wrong)
    assert (told.lists[0].rows.height, told.lists[0].set_apart) == (1, 1)
    assert reason in told.quarantined["reason"][0]


def test_a_tag_that_is_there_twice_is_set_apart_twice() -> None:
    """Nobody can say which of the two is meant."""
    assert read(tag("x:y"), tag("x:y"), tag()).quarantined["row_number"].to_list() == [1, 2]


def test_rounded_shares_may_be_a_little_more_than_one() -> None:
    """Each is rounded upstream."""
    assert read(tag("x:y", model("a/b", 0.7), model("c/d", 0.301))).quarantined.is_empty()


@pytest.mark.parametrize(
    ("tags", "changes", "what"),
    [
        ([tag()], {"window_days": 30}, "is about 30 days instead of 7"),
        ([tag()], {"as_of": "2026-06-22"}, "is about 2026-06-22, which was not over"),
        ([tag()], {"as_of": "yesterday"}, "is not the documented JSON"),
        ([], {}, "has not a single task"),
        ([tag(), tag("x:y", token_share=0.9)], {}, "more than everything together"),
    ],
)
def test_an_answer_about_something_else_is_refused(
    tags: list[Any], changes: dict[str, Any], what: str
) -> None:
    """Another span, a running day, percentages, or nothing at all: nothing is recorded."""
    with pytest.raises(EnvelopeError, match=what):
        read(*tags, **changes)
