"""The webhook's address is a secret: after every kind of trouble it is in nothing that anybody can read."""

import logging
import os
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from storage.engine import writing
from storage.outbox import enqueue
from tasks.alerts.blocks import build
from tasks.alerts.slack import Webhook
from tests.support.slack import SECRET_TOKEN, Reply, SlackServer

NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
CANARY = "canarysecret"


def troubles(slack: SlackServer) -> list[Reply]:
    """Answers of every kind, those that quote the address among them."""
    return [
        Reply(),
        Reply(400, slack.url),
        Reply(429, slack.url, {"Retry-After": slack.url}),
        Reply(500, slack.url),
        Reply(302, slack.url, {"Location": slack.url}),
        Reply(200, f"<html>{slack.url}</html>"),
        Reply(404, "no_service"),
        Reply(lost=True),
    ]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_no_log_of_any_level_holds_the_address(
    slack: SlackServer, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    """With every logger turned up, those of the HTTP libraries included, nothing shows it."""
    caplog.set_level(level)
    for name in ("slack_sdk", "slack_sdk.webhook.client", "urllib3", "http.client", "tokentide.slack"):
        caplog.set_level(level, logger=name)
    hook = Webhook(SecretStr(slack.url), lambda: NOW)
    slack.replies.extend(troubles(slack))
    reasons = [hook.send(build("A sentence", [])).reason for _ in range(8)]
    assert len(slack.posts) == 8
    assert CANARY not in f"{caplog.text} {reasons} {hook!r} {vars(hook)['_url']!r}".lower()


def test_no_traceback_holds_the_address(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours inside a send is raised, and its trace does not show where the message went."""
    hook = Webhook(SecretStr(slack.url), lambda: NOW)
    monkeypatch.setattr("tasks.alerts.slack.of_answer", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        hook.send(build("A sentence", []))
    assert CANARY not in "".join(traceback.format_exception(caught.value)).lower()


@pytest.mark.parametrize("by_bot", [False, True])
def test_a_whole_run_leaves_the_secret_nowhere(
    embedded: Engine, slack: SlackServer, tmp_path: Path, by_bot: bool
) -> None:
    """Delivered by the command line with everything turned up: no output, row, artifact or file holds it."""
    with writing(embedded) as connection:
        for number in range(8):
            enqueue(
                connection,
                dedupe_key=str(number),
                kind="new",
                destination="news",
                message=build(f"message {number}", []),
                event_id=None,
                now=NOW,
            )
    slack.replies.extend(troubles(slack))
    bot = {
        "SLACK_BOT_TOKEN": SECRET_TOKEN,
        "SLACK_CHANNEL": slack.bot.channel,
        "SLACK_BASE_URL": slack.bot.base_url,
    }
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "alerts", "deliver", "--debug"],
        env={
            **os.environ,
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PREFECT_LOGGING_LEVEL": "DEBUG",
            "PREFECT_LOGGING_ROOT_LEVEL": "INFO",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            **(bot if by_bot else {"SLACK_WEBHOOK_URL": slack.url}),
        },
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert slack.posts, done.stdout.decode()[-1500:]
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"message 0" in written
    assert CANARY.encode() not in (done.stdout + done.stderr + written).lower()
