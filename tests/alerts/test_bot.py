"""The Slack edge of a bot: one attempt, no redirect, files to Slack only, and its token seen nowhere."""

import logging
import traceback
from datetime import UTC, datetime

import pytest

from schemas.alerts import Place
from tasks.alerts.blocks import build
from tasks.alerts.bot import Bot
from tasks.alerts.outcomes import Verdict
from tests.support.made_charts import CHART
from tests.support.slack import SECRET_TOKEN, Reply, SlackServer

NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
MESSAGE = build("A sentence", ["A detail."])


@pytest.fixture
def bot(slack: SlackServer) -> Bot:
    """A bot in the channel of the loopback Slack."""
    return Bot(slack.bot, lambda: NOW)


def test_a_message_arrives_in_the_channel(bot: Bot, slack: SlackServer) -> None:
    """Slack gets channel, plain text and blocks, and no previews of links; the place comes back."""
    outcome = bot.send(MESSAGE)
    (body,) = slack.posts
    assert body == {
        "channel": "C0MADE",
        "text": "A sentence\nA detail.",
        "blocks": list(MESSAGE.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert (outcome.verdict, outcome.place) == (Verdict.SENT, Place("C0MADE", slack.made.messages[0]["ts"]))


def test_a_thread_of_another_channel_is_left_alone(bot: Bot, slack: SlackServer) -> None:
    """Once another channel is configured, what follows goes there, on its own."""
    bot.send(MESSAGE, Place("C0OTHER", "1.0"))
    bot.send(MESSAGE, Place("C0MADE", "1.0"))
    assert [post.get("thread_ts") for post in slack.posts] == [None, "1.0"]


def test_a_redirect_is_not_followed(bot: Bot, slack: SlackServer) -> None:
    """The token would go with it to wherever it points."""
    slack.replies.append(Reply(302, "", {"Location": "/api/chat.postMessage"}))
    assert bot.send(MESSAGE).verdict is Verdict.DEAD
    assert (slack.gets, len(slack.calls)) == (0, 1)


def test_a_lost_reply_is_ambiguous(bot: Bot, slack: SlackServer) -> None:
    """A connection that closes after the message was taken leaves open whether it arrived."""
    slack.replies.append(Reply(lost=True))
    assert bot.send(MESSAGE).verdict is Verdict.AMBIGUOUS
    assert len(slack.made.messages) == 1


@pytest.mark.parametrize("body", ["", "<html>", "[]", '"ok"', "ok"])
def test_an_answer_that_is_no_object_is_no_success(bot: Bot, slack: SlackServer, body: str) -> None:
    """A proxy's page, or the answer of something else, does not count as sent."""
    slack.replies.append(Reply(200, body))
    outcome = bot.send(MESSAGE)
    assert (outcome.verdict, outcome.reason) == (Verdict.DEAD, "Slack answered 200 without ok")


@pytest.mark.parametrize(
    "url", ["https://slack.com.example/x", "https://example.org/files.slack.com", "http://files.slack.com/x"]
)
def test_a_file_goes_to_slack_only(bot: Bot, slack: SlackServer, url: str) -> None:
    """An upload to a stranger's host, or in the clear, is refused."""
    slack.replies.append(Reply(200, f'{{"ok": true, "file_id": "F1", "upload_url": "{url}"}}'))
    outcome = bot.attach(CHART, "A sentence", Place("C0MADE", "1.0"))
    refused = "the file was not uploaded (SlackRequestError)"
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, refused)
    assert [path for path, _ in slack.calls] == ["/api/files.getUploadURLExternal"]


def test_the_token_does_not_go_with_the_file(bot: Bot, slack: SlackServer) -> None:
    """The upload itself is authorized by its address; the token goes to the API alone."""
    assert bot.attach(CHART, "A sentence", Place("C0MADE", "1.0")).verdict is Verdict.SENT
    assert [(path.split("/")[-1], bool(token)) for path, token in slack.calls] == [
        ("files.getUploadURLExternal", True),
        ("F0", False),
        ("files.completeUploadExternal", True),
    ]


def test_a_picture_that_cannot_be_drawn_raises_nothing(
    bot: Bot, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with a chart, no delivery stops at it."""
    monkeypatch.setattr("tasks.report.charts.draw", lambda _: 1 / 0)
    outcome = bot.attach(CHART, "A sentence", Place("C0MADE", "1.0"))
    assert outcome.reason == "the chart cannot be drawn (ZeroDivisionError)"
    assert slack.calls == []


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_no_log_and_no_outcome_holds_the_token(
    bot: Bot,
    slack: SlackServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    level: int,
) -> None:
    """With every logger turned up, after every kind of trouble, the token is seen nowhere."""
    caplog.set_level(level)
    for name in ("slack_sdk", "slack_sdk.web.base_client", "urllib3", "http.client", "tokentide.slack"):
        caplog.set_level(level, logger=name)
    quoted = f'{{"ok": false, "error": "{SECRET_TOKEN}"}}'
    slack.replies.extend([Reply(400, quoted), Reply(500, SECRET_TOKEN), Reply(302, "", {"Location": "/"})])
    slack.replies.extend([Reply(lost=True), Reply(429, quoted, {"Retry-After": SECRET_TOKEN})])
    outcomes = [bot.send(MESSAGE) for _ in range(6)]
    seen = f"{outcomes} {bot!r} {vars(bot)['_address']!r} {caplog.text} {''.join(capfd.readouterr())}"
    assert (len(slack.calls), "canary" in seen.lower()) == (6, False)


def test_no_traceback_holds_the_token(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours inside a call is raised, and its trace does not show the token."""
    monkeypatch.setattr("tasks.alerts.bot.of_api_answer", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        bot.send(MESSAGE)
    assert "canary" not in "".join(traceback.format_exception(caught.value)).lower()
