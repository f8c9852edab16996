"""What goes wrong between a bot and Slack, on both engines: nothing lost, nothing twice without saying so."""

import json

import pytest
from sqlalchemy import Engine, select

from storage.asof import TABLES
from storage.engine import reading, writing
from storage.leases import LEASE, claim
from tests.support.desk import HOUR, Desk
from tests.support.slack import SECRET_TOKEN, Reply, SlackServer, loopback_slack

MARK = "(possible duplicate) "


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """An empty outbox that a bot empties."""
    return Desk(engine, by_bot=True)


def refusal(code: str, status: int = 200, **headers: str) -> Reply:
    """An answer of the Web API that is no success."""
    return Reply(
        status, json.dumps({"ok": False, "error": code}), {k.replace("_", "-"): v for k, v in headers.items()}
    )


@pytest.mark.parametrize(
    ("reply", "first"),
    [
        (Reply(lost=True), f"{MARK}one"),
        (Reply(500), f"{MARK}one"),
        (refusal("internal_error"), f"{MARK}one"),
        (refusal("ratelimited", 429, Retry_After="30"), "one"),
        (refusal("ratelimited", 429, Retry_After="nan"), "one"),
        (refusal("ratelimited", 429, Retry_After="1000000000"), "one"),
        (refusal("not_in_channel"), "one"),
        (refusal("token_revoked"), "one"),
    ],
)
def test_what_was_not_taken_is_sent_again(desk: Desk, slack: SlackServer, reply: Reply, first: str) -> None:
    """After any trouble that is not the message's own, it arrives; marked where it may have arrived before."""
    desk.put("one", "two")
    slack.replies.append(reply)
    assert desk.deliver(news=slack).sent == []
    desk.now += HOUR
    assert sorted(desk.deliver(news=slack).sent) == ["one", "two"]
    assert first in slack.headlines[1:]
    assert desk.waiting == []


@pytest.mark.parametrize(
    "reply",
    [
        refusal("msg_too_long"),
        refusal("invalid_blocks"),
        Reply(200, "<html>Sign in to the proxy</html>"),
        Reply(302, "", {"Location": "http://127.0.0.1:9/"}),
        Reply(403, "{}"),
    ],
)
def test_what_is_never_taken_is_dead_and_blocks_nobody(desk: Desk, slack: SlackServer, reply: Reply) -> None:
    """A poisoned message is seen to be dead, is told elsewhere, and the next one goes out."""
    desk.put("poison", "fine")
    slack.replies.append(reply)
    with loopback_slack() as other:
        report = desk.deliver(news=slack, fallback=other)
        assert other.headlines == ["A message for news could not be delivered"]
    assert ([line.split(":")[0] for line in report.dead], report.sent[0]) == (["poison"], "fine")


def test_a_revoked_token_is_told_on_the_fallback(desk: Desk, slack: SlackServer) -> None:
    """The messages are held, and somebody hears why on another address."""
    desk.put("one", "two")
    slack.replies.append(refusal("token_revoked"))
    with loopback_slack() as other:
        report = desk.deliver(news=slack, fallback=other)
        assert "the token is wrong or was revoked" in other.posts[0]["text"]
    assert (report.dead, {state for _, state in desk.waiting}) == ([], {"held"})


def test_a_worker_that_dies_after_claiming_loses_nothing(desk: Desk, slack: SlackServer) -> None:
    """Its message waits for the lease to run out, then goes out as a possible duplicate."""
    desk.put("one")
    with writing(desk.engine) as connection:
        claim(connection, ["news"], desk.now)
    desk.now += LEASE
    desk.deliver(news=slack)
    assert slack.headlines == [f"{MARK}one"]


def test_the_token_is_in_no_row(desk: Desk, slack: SlackServer) -> None:
    """After every kind of trouble, the database holds nothing of the token."""
    desk.put(*"abcdef")
    slack.replies.extend([refusal(SECRET_TOKEN), Reply(302, SECRET_TOKEN), Reply(lost=True)])
    slack.replies.extend([Reply(500, SECRET_TOKEN), refusal("invalid_auth")])
    for _ in range(6):
        desk.deliver(news=slack)
        desk.now += HOUR
    with reading(desk.engine) as connection:
        stored = [tuple(row) for table in TABLES.values() for row in connection.execute(select(table))]
    assert stored
    assert "canary" not in str(stored).lower()
