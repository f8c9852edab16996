"""Daily shares of a second router: whole days that were over, in percent, or nothing."""

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from schemas.errors import EnvelopeError
from schemas.receipts import Asked, Channel, Receipt
from tasks.normalize.gateway import read_gateway

SHARES = {"openai": 40.5, "zai": 59.5}


def rows(
    day: int, shares: dict[str, float] = SHARES, metrics: tuple[str, ...] = ("requests", "spend", "tokens")
) -> Any:
    """The rows of a day of June 2026 as the gateway publishes them."""
    return [
        {"date": f"2026-06-{day:02}", "group": "lab", "name": name, "metric": metric, "modality": "text",
         "share_percent": share}
        for metric in metrics
        for name, share in shares.items()
    ]  # fmt: skip


def read(*published: dict[str, Any], **envelope: Any) -> tuple[list[date], list[tuple[date | None, str]]]:
    """The days that an answer of 4 June, 03:00 UTC, gave, and day and reason of each quarantined row."""
    whole = {"dataset": "labs", "modality": "text", "license": "CC-BY-4.0", "rows": list(published)}
    body = json.dumps({**whole, "from": "2026-05-01", "to": "2026-06-04", **envelope}).encode()
    receipt = Receipt(
        id="1", channel=Channel.GATEWAY, url="https://localhost/made", asked=Asked(), as_of=None,
        fetched_at=datetime(2026, 6, 4, 3, tzinfo=UTC), sha256="0" * 64, bytes=len(body), citation="made",
    )  # fmt: skip
    lists, quarantined = read_gateway(receipt, body)
    return [each.start for each in lists], quarantined.select("day", "reason").rows()


def test_each_day_is_a_list() -> None:
    """Shares are kept as published, by metric and lab."""
    assert read(*rows(1), *rows(2)) == ([date(2026, 6, 1), date(2026, 6, 2)], [])


def test_a_day_that_may_have_been_running_is_left_out() -> None:
    """Answers are cached for a day: on 4 June the copy may be of the 3rd, when that day was not over."""
    assert read(*rows(2), *rows(3), *rows(4))[0] == [date(2026, 6, 2)]


def test_a_metric_that_nobody_asks_about_is_passed_over() -> None:
    """Counts of images, or a metric that is new, spoil no day."""
    assert read(*rows(1, metrics=("imageCount", "requests", "spend", "tokens"))) == ([date(2026, 6, 1)], [])


def test_a_bad_row_costs_its_day_only() -> None:
    """The day stays as it was, the others are read, and the row is shown."""
    bad = rows(1)
    bad[0]["share_percent"] = "40.5"
    assert read(*bad, *rows(2)) == (
        [date(2026, 6, 2)],
        [(date(2026, 6, 1), "share_percent is no percentage")],
    )


def test_a_row_of_an_unknown_day_costs_all_of_them() -> None:
    """It was meant for some day, and nobody can say for which."""
    days, faults = read({**rows(1)[0], "date": "yesterday"}, *rows(2))
    assert (days, faults) == ([], [(None, "is not the documented row")])


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ({"openai": 40.5, "zai": 40.0}, "the shares of requests on this day add up to 80.50 %"),
        ({"openai": 40.5, "zai": 70.0}, "the shares of requests on this day add up to 110.50 %"),
    ],
)
def test_a_day_that_does_not_add_up_is_not_recorded(shares: dict[str, float], reason: str) -> None:
    """Labs are complete: shares far from 100 together are not those of a whole day."""
    assert read(*rows(1, shares), *rows(2)) == ([date(2026, 6, 2)], [(date(2026, 6, 1), reason)])


def test_a_lab_that_is_there_twice_spoils_its_day() -> None:
    """Nobody can say which of the two rows is meant."""
    assert read(*rows(1), rows(1)[0])[1] == [(date(2026, 6, 1), "a lab is there twice on this day")]


def test_a_metric_that_is_missing_spoils_its_day() -> None:
    """A day without spend is not whole."""
    assert read(*rows(1, metrics=("requests", "tokens")))[0] == []


def test_parts_of_one_are_refused() -> None:
    """Under the name of a percentage they would be read as a hundredth of what they are."""
    with pytest.raises(EnvelopeError, match="parts of 1 where it says percent"):
        read(*rows(1, {"openai": 0.405, "zai": 0.595}))


@pytest.mark.parametrize(
    "envelope", [{"license": "proprietary"}, {"dataset": "models"}, {"modality": "all"}, {"rows": 3}]
)
def test_another_answer_is_refused(envelope: dict[str, Any]) -> None:
    """Another data set, other terms or another shape are nothing to record."""
    with pytest.raises(EnvelopeError, match="nothing was recorded"):
        read(*rows(1), **envelope)


def test_a_quarantined_row_is_shown_as_it_came() -> None:
    """Its place and its text lead a person to it."""
    bad = {**rows(2)[0], "name": ""}
    body = {
        "dataset": "labs",
        "modality": "text",
        "license": "CC-BY-4.0",
        "from": "2026-05-01",
        "to": "2026-06-04",
    }
    receipt = Receipt(
        id="1", channel=Channel.GATEWAY, url="https://localhost/made", asked=Asked(), as_of=None,
        fetched_at=datetime(2026, 6, 4, 3, tzinfo=UTC), sha256="0" * 64, bytes=0, citation="made",
    )  # fmt: skip
    _, quarantined = read_gateway(receipt, json.dumps({**body, "rows": [*rows(1), bad]}).encode())
    assert quarantined.select("row_number", pl.col("raw").str.contains('"name": ""')).rows() == [(7, True)]
