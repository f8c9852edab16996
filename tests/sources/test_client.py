"""One bounded client: how it asks, waits and gives up."""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from schemas.errors import (
    BudgetSpentError,
    ClockSkewError,
    NotPublishedError,
    RateLimitedError,
    UnauthorizedError,
    UnreachableError,
)
from tests.support.upstream import (
    CANARY,
    NOW,
    Patience,
    client_of,
    dripping,
    http_date,
    misbehaving,
    reply,
)

MIDNIGHT_MS = str(int(datetime(2026, 10, 9, tzinfo=UTC).timestamp() * 1000))


def said(message: str) -> bytes:
    """A JSON error body as upstream writes it."""
    return f'{{"error":{{"code":0,"message":"{message}"}}}}'.encode()


def test_an_answer_carries_what_the_archive_needs() -> None:
    """An answer has the address asked with its parameters, the body and the fetch time."""
    with misbehaving(reply(body=b"data")) as upstream, client_of(upstream.base_url) as client:
        answer = client.get("models", {"a": "1"})
    assert (answer.url, answer.body, answer.fetched_at) == (f"{upstream.base_url}/models?a=1", b"data", NOW)


def test_no_network_is_one_line_that_says_what_to_do() -> None:
    """A closed port ends, after a few attempts, in one line that names the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}"
    patience = Patience()
    with (
        client_of(closed, patience=patience) as client,
        pytest.raises(UnreachableError, match=f"Cannot read {closed}/models .*check the network") as caught,
    ):
        client.get("models")
    assert len(patience.pauses_s) == 3
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
def test_a_status_that_may_pass_is_asked_again(status: int) -> None:
    """A server out of order is asked again, and its later answer is taken."""
    with misbehaving(reply(status, b"<html>"), reply(body=b"ok")) as upstream:
        assert client_of(upstream.base_url).get("models").body == b"ok"


def test_pauses_double_with_full_jitter() -> None:
    """Pauses may last up to a bound that doubles with every attempt."""
    patience = Patience()
    with misbehaving(reply(500)) as upstream, pytest.raises(UnreachableError, match=r"\(500\)"):
        client_of(upstream.base_url, patience=patience).get("models")
    assert patience.pauses_s == [0.5, 1.0, 2.0]


def test_an_upstream_that_asks_for_time_gets_it() -> None:
    """`Retry-After` is waited out on top of the jitter."""
    patience = Patience()
    with misbehaving(reply(503, headers={"Retry-After": "7"}), reply()) as upstream:
        client_of(upstream.base_url, patience=patience).get("models")
    assert patience.pauses_s == [7.5]


def test_nobody_is_waited_for_beyond_the_bound() -> None:
    """An upstream that wants an hour is not waited for; the error says when to come back."""
    with (
        misbehaving(reply(429, said("slow down"), {"Retry-After": "3600"})) as upstream,
        pytest.raises(RateLimitedError, match="run again after 2026-10-08T13:00:00Z") as caught,
    ):
        client_of(upstream.base_url).get("models")
    assert (caught.value.retry_at, len(upstream.asked)) == (NOW + timedelta(hours=1), 1)


def test_all_attempts_together_have_a_deadline() -> None:
    """No further attempt begins that would end after the total time."""
    patience = Patience()
    with misbehaving(reply(500)) as upstream, pytest.raises(UnreachableError):
        client_of(upstream.base_url, patience=patience, total_s=1.2).get("models")
    assert patience.pauses_s == [0.5]


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        ("Rate limit exceeded: datasets-rpd-v1", {}),
        ("slow down", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": MIDNIGHT_MS}),
    ],
    ids=["by its message", "by a reset at midnight, in milliseconds"],
)
def test_a_spent_daily_budget_is_not_asked_again(message: str, headers: dict[str, str]) -> None:
    """A 429 of the daily budget stops at once, until the next UTC midnight."""
    with (
        misbehaving(reply(429, said(message), headers)) as upstream,
        pytest.raises(BudgetSpentError) as caught,
    ):
        client_of(upstream.base_url).get("models")
    assert (caught.value.retry_at, len(upstream.asked)) == (datetime(2026, 10, 9, tzinfo=UTC), 1)


def test_a_limit_per_minute_is_asked_again() -> None:
    """A 429 without a word about the day is a pause, also with a reset in a few seconds."""
    reset_ms = str(int(NOW.timestamp() * 1000) + 20_000)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset_ms}
    with misbehaving(reply(429, said("30 per minute"), headers), reply(body=b"ok")) as upstream:
        assert client_of(upstream.base_url).get("models").body == b"ok"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_the_variable(status: int) -> None:
    """401 and 403 are not asked again and name the setting to look at."""
    with (
        misbehaving(reply(status, said("No auth"))) as upstream,
        pytest.raises(UnauthorizedError, match=f"{status} .'No auth'.*OPENROUTER_API_KEY"),
    ):
        client_of(upstream.base_url, key=CANARY).get("x", keyed=True)
    assert len(upstream.asked) == 1


def test_what_is_not_published_is_told_apart() -> None:
    """404 has an error of its own, with what upstream said."""
    with (
        misbehaving(reply(404, said("Export not found"))) as upstream,
        pytest.raises(NotPublishedError, match="Export not found"),
    ):
        client_of(upstream.base_url).get("x")


def test_a_dripping_server_meets_the_deadline() -> None:
    """An answer that trickles in, each byte in time, ends with the attempt's deadline."""
    let_go = threading.Event()
    with misbehaving(dripping(let_go)) as upstream:
        with pytest.raises(UnreachableError, match="no whole answer in time"):
            client_of(upstream.base_url, attempt_s=0.2, attempts=1).get("x")
        let_go.set()


@pytest.mark.parametrize("off", [timedelta(days=365), timedelta(days=-365), timedelta(minutes=61)])
def test_a_clock_that_is_off_dates_nothing(off: timedelta) -> None:
    """An upstream whose `Date` is more than an hour away stops the run and says both times."""
    with (
        misbehaving(reply(headers={"Date": http_date(NOW + off)})) as upstream,
        pytest.raises(ClockSkewError, match=r"clock says 2026-10-08T12:00Z.*set the clock"),
    ):
        client_of(upstream.base_url).get("x")


@pytest.mark.parametrize("date", [http_date(NOW - timedelta(minutes=10)), "yesterday"])
def test_an_old_or_odd_date_is_no_skew(date: str) -> None:
    """A cached answer, or a `Date` that nobody can read, is taken."""
    with misbehaving(reply(headers={"Date": date})) as upstream:
        assert client_of(upstream.base_url).get("x").status == 200


def test_a_run_with_an_as_of_does_not_compare_clocks() -> None:
    """A clock that stands still on purpose is not compared; it dates the answer."""
    long_ago = NOW - timedelta(days=300)
    with misbehaving(reply()) as upstream:
        answer = client_of(upstream.base_url, now=long_ago, check_clock=False).get("x")
    assert answer.fetched_at == long_ago


def test_every_attempt_is_announced() -> None:
    """Repeated attempts count as calls too: each is announced before it is made."""
    calls: list[int] = []
    with misbehaving(reply(500), reply()) as upstream:
        client_of(upstream.base_url).get("x", before_attempt=lambda: calls.append(len(upstream.asked)))
    assert calls == [0, 1]
