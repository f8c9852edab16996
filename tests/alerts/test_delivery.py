"""Delivery: nothing lost, nothing twice without saying so, and what is dead is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from storage.asof import TABLES
from storage.engine import reading, writing
from storage.leases import LEASE, MAX_ATTEMPTS, Fate, claim, finish
from tests.support.desk import HOUR, Desk
from tests.support.slack import Reply, SlackServer, loopback_slack


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """An empty outbox."""
    return Desk(engine)


def test_what_is_due_goes_out_in_order_a_second_apart(desk: Desk, slack: SlackServer) -> None:
    """Messages are sent once each, oldest first, and Slack's pace is kept."""
    desk.put("one", "two", "three")
    assert desk.deliver(news=slack).sent == slack.headlines == ["one", "two", "three"]
    assert desk.slept == [1.0, 1.0]
    assert desk.deliver(news=slack).sent == []


def test_the_same_message_is_due_once(desk: Desk, slack: SlackServer) -> None:
    """A key that exists already makes no second row."""
    desk.put("one")
    desk.put("one")
    assert desk.deliver(news=slack).sent == ["one"]


def test_without_a_destination_everything_stays_due_and_is_listed(desk: Desk) -> None:
    """Nothing configured loses nothing, and what waits can be shown."""
    desk.put("one", "two")
    assert [each.headline for each in desk.deliver().waiting] == ["one", "two"]
    assert desk.waiting == [("one", "due"), ("two", "due")]


@pytest.mark.parametrize("reply", [Reply(429, "", {"Retry-After": "60"}), Reply(503), Reply(lost=True)])
def test_a_slack_in_trouble_is_left_alone_until_later(desk: Desk, slack: SlackServer, reply: Reply) -> None:
    """After one failure nothing more is sent in this round, and everything goes out in a later one."""
    desk.put("one", "two")
    slack.replies.append(reply)
    assert desk.deliver(news=slack).sent == []
    assert len(slack.posts) == 1
    desk.now += HOUR
    assert len(desk.deliver(news=slack).sent) == 2


def test_what_may_have_arrived_says_so(desk: Desk, slack: SlackServer) -> None:
    """A message whose answer was lost is sent again, marked."""
    desk.put("one")
    slack.replies.append(Reply(lost=True))
    desk.deliver(news=slack)
    desk.now += HOUR
    desk.deliver(news=slack)
    assert slack.headlines == ["one", "(possible duplicate) one"]


def test_what_did_not_arrive_is_not_marked(desk: Desk, slack: SlackServer) -> None:
    """A message that Slack turned away comes again as it was."""
    desk.put("one")
    slack.replies.append(Reply(429))
    desk.deliver(news=slack)
    desk.now += HOUR
    desk.deliver(news=slack)
    assert slack.headlines == ["one", "one"]


def test_a_message_that_is_never_taken_is_dead_and_blocks_nobody(desk: Desk, slack: SlackServer) -> None:
    """A poisoned message is seen to be dead, and the others go out in the same round."""
    desk.put("poison", "fine")
    slack.replies.append(Reply(400, "invalid_blocks"))
    report = desk.deliver(news=slack)
    assert report.dead == ["poison: Slack answered 400 invalid_blocks"]
    assert report.sent == ["fine"]
    assert desk.waiting == []


def test_a_dead_message_is_told_on_the_fallback(desk: Desk, slack: SlackServer) -> None:
    """Somebody hears of it on another address."""
    desk.put("poison")
    slack.replies.append(Reply(400, "invalid_blocks"))
    with loopback_slack() as other:
        desk.deliver(news=slack, fallback=other)
        assert other.headlines == ["A message for news could not be delivered"]


def test_a_revoked_webhook_holds_messages_until_it_is_repaired(desk: Desk, slack: SlackServer) -> None:
    """An address that takes nothing costs no message: one is tried a round, and all go out in the end."""
    desk.put("one", "two", "three")
    slack.replies.extend([Reply(404, "no_service")] * 2)
    report = desk.deliver(news=slack)
    assert (report.sent, report.dead, len(report.problems)) == ([], [], 1)
    assert {state for _, state in desk.waiting} == {"held"}
    desk.deliver(news=slack)
    assert len(slack.posts) == 2
    assert sorted(desk.deliver(news=slack).sent) == ["one", "three", "two"]


def test_a_revoked_webhook_uses_up_no_attempts(desk: Desk, slack: SlackServer) -> None:
    """However long it takes to repair an address, no message dies of it."""
    desk.put("one")
    slack.replies.extend([Reply(410)] * (MAX_ATTEMPTS + 1))
    for _ in range(MAX_ATTEMPTS + 1):
        assert desk.deliver(news=slack).dead == []
    assert desk.deliver(news=slack).sent == ["one"]


def test_a_worker_that_dies_after_claiming_loses_nothing(desk: Desk, slack: SlackServer) -> None:
    """Its message waits for the lease to run out, then goes out as a possible duplicate."""
    desk.put("one")
    with writing(desk.engine) as connection:
        claim(connection, ["news"], desk.now)
    assert desk.deliver(news=slack).sent == []
    desk.now += LEASE
    desk.deliver(news=slack)
    assert slack.headlines == ["(possible duplicate) one"]


def test_a_stale_worker_cannot_finish_what_another_took_over(desk: Desk) -> None:
    """A worker that comes back after its lease ran out changes nothing."""
    desk.put("one")
    with writing(desk.engine) as connection:
        first = claim(connection, ["news"], desk.now)
        second = claim(connection, ["news"], desk.now + LEASE)
        assert first is not None
        assert second is not None
        late = desk.now + LEASE
        assert not finish(connection, first, Fate.SENT, late, due_at=late)
        assert finish(connection, second, Fate.DUE, late, due_at=late)
    assert desk.waiting == [("one", "due")]


def test_a_worker_that_dies_in_its_last_attempt_is_seen(desk: Desk, slack: SlackServer) -> None:
    """A message is not leased for ever: its last lapsed attempt makes it dead, in the report of the run."""
    desk.put("one")
    for _ in range(MAX_ATTEMPTS):
        with writing(desk.engine) as connection:
            assert claim(connection, ["news"], desk.now) is not None
        desk.now += LEASE
    assert desk.deliver(news=slack).dead == [
        "one: the worker that tried it for the last time never came back"
    ]
    assert slack.posts == []


def test_an_outage_without_end_is_dead_in_the_end(desk: Desk, slack: SlackServer) -> None:
    """Attempts are bounded, and the last one is reported."""
    desk.put("one")
    slack.replies.extend([Reply(429)] * MAX_ATTEMPTS)
    reports = []
    for _ in range(MAX_ATTEMPTS):
        reports.append(desk.deliver(news=slack))
        desk.now += HOUR
    assert [len(report.dead) for report in reports] == [0] * (MAX_ATTEMPTS - 1) + [1]


def test_what_stayed_undelivered_for_long_goes_out_as_one_digest(desk: Desk, slack: SlackServer) -> None:
    """Slack configured late brings one message with the old ones in it, then the new ones."""
    desk.put("one", "two", "three")
    desk.now += timedelta(days=8)
    desk.put("new")
    desk.deliver(news=slack)
    assert slack.headlines == ["new", "3 messages could not be delivered since 2 July 2026; in short:"]
    assert "• two" in slack.posts[1]["text"]
    assert desk.waiting == []


def test_the_secret_is_in_no_row(desk: Desk, slack: SlackServer) -> None:
    """After every kind of trouble, the database holds nothing of the webhook's address."""
    desk.put(*"abcdef")
    slack.replies.extend([Reply(400, slack.url), Reply(404, "no_service"), Reply(302, slack.url)])
    slack.replies.extend([Reply(lost=True), Reply(500, slack.url)])
    for _ in range(6):
        desk.deliver(news=slack)
        desk.now += HOUR
    with reading(desk.engine) as connection:
        stored = [tuple(row) for table in TABLES.values() for row in connection.execute(select(table))]
    assert stored
    assert "canary" not in str(stored).lower()
