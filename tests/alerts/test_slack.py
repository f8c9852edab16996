"""The Slack edge, against a Slack of our own: one attempt, no redirect, no secret in anything it leaves."""

import logging
import socket
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from schemas.settings import Settings, load_settings
from tasks.alerts.blocks import build
from tasks.alerts.outcomes import Outcome, Verdict
from tasks.alerts.slack import Webhook, senders
from tests.support.slack import Reply, SlackServer

NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
MESSAGE = build("A sentence", ["A detail."], ["Small print."])


def post(url: str) -> Outcome:
    """Send one message to an address."""
    return Webhook(SecretStr(url), lambda: NOW).send(MESSAGE)


def test_a_message_arrives_as_text_and_blocks(slack: SlackServer) -> None:
    """Slack gets the plain text for notifications, the blocks, and no previews of links."""
    assert post(slack.url).verdict is Verdict.SENT
    (body,) = slack.posts
    assert body == {
        "text": "A sentence\nA detail.\nSmall print.",
        "blocks": list(MESSAGE.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_redirect_is_not_followed(slack: SlackServer) -> None:
    """A redirect would turn the post into a GET whose answer says nothing about the message."""
    slack.replies.append(Reply(302, "", {"Location": slack.url}))
    assert post(slack.url).verdict is Verdict.DEAD
    assert slack.gets == 0


def test_a_lost_reply_is_ambiguous(slack: SlackServer) -> None:
    """A connection that closes after the message was taken leaves open whether it arrived."""
    slack.replies.append(Reply(lost=True))
    assert post(slack.url).verdict is Verdict.AMBIGUOUS
    assert len(slack.posts) == 1


def test_nobody_there_is_tried_later() -> None:
    """A refused connection has sent nothing."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        outcome = post(f"http://127.0.0.1:{unused.getsockname()[1]}/x")
    assert outcome == Outcome(Verdict.LATER, "no connection to Slack (ConnectionRefusedError)")


def test_an_address_that_is_no_url_is_off() -> None:
    """A mistyped address keeps messages back instead of crashing the run."""
    assert post("http://127.0.0.1:canary/x").verdict is Verdict.OFF


def test_a_wait_that_slack_asks_for_is_read(slack: SlackServer) -> None:
    """The header of a 429 reaches the outcome."""
    slack.replies.append(Reply(429, "", {"Retry-After": "7"}))
    pause = post(slack.url).retry_after
    assert pause is not None
    assert pause.total_seconds() == 7


@pytest.mark.parametrize(
    "reply", [Reply(), Reply(429), Reply(500, "no"), Reply(302, "", {"Location": "/"}), Reply(lost=True)]
)
def test_the_address_is_in_no_log_and_no_outcome(
    slack: SlackServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], reply: Reply
) -> None:
    """At the most talkative log level, the secret part of the webhook's address is seen nowhere."""
    caplog.set_level(logging.DEBUG)
    slack.replies.append(reply)
    webhook = Webhook(SecretStr(slack.url), lambda: NOW)
    seen = f"{webhook.send(MESSAGE)} {webhook!r} {caplog.text} {''.join(capfd.readouterr())}"
    assert "canary" not in seen.lower()


def test_other_destinations_fall_back_to_news() -> None:
    """Without an address of their own, operations and fallback go where the news goes."""
    settings = Settings.model_validate(
        {
            "SLACK_WEBHOOK_URL": "https://hooks.slack.com/a",
            "SLACK_OPS_WEBHOOK_URL": "https://hooks.slack.com/b",
        }
    )
    found = senders(settings, lambda: NOW)
    assert found["fallback"] == found["news"] != found["ops"]


def test_without_settings_there_is_no_destination() -> None:
    """Nobody configured, nobody told: messages stay due."""
    assert senders(load_settings(), lambda: NOW) == {}
