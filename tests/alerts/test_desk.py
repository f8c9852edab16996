"""The commands about alerts: what they print, what they refuse, and that nothing is sent by a read."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import Engine

from flows.cli import main
from schemas.errors import ExitStatus
from tests.alerts.test_dead import kill
from tests.support.slack import Reply, SlackServer

QUIETLY = """
import sys, flows.cli
try:
    flows.cli.main(["alerts", "backtest", "--as-known"])
except SystemExit:
    assert "prefect" not in sys.modules
"""
SILENCE = ["alerts", "silence", "add", "--rule", "cn-*", "--author", "me", "--reason", "a fair"]


def run(*words: str) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as left:
        main(["alerts", *words] if words[0] != "alerts" else list(words))
    return int(left.value.code or 0)


def test_every_case_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    """`alerts test` says of each case of one rule, or of all, that it holds."""
    assert run("test", "--rule", "data-stale") == ExitStatus.DONE
    assert capsys.readouterr().out.splitlines() == [
        "ok     data-stale: a day missed, then caught up",
        "ok     data-stale: an ordinary week, read daily or late",
    ]


def test_an_unknown_rule_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt id does not look like a rule that is fine."""
    assert run("test", "--rule", "data-stable") == ExitStatus.USAGE
    assert "'data-stable' is no rule" in capsys.readouterr().err


def test_a_test_message_says_that_it_is_one(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`alerts fire` posts at once, marked, to the destination asked for."""
    monkeypatch.setenv("SLACK_OPS_WEBHOOK_URL", slack.url)
    assert run("fire", "--to", "ops") == ExitStatus.DONE
    assert slack.headlines == ["TEST: tokentide can post to its destination ops"]
    assert capsys.readouterr().out == "The test message reached ops.\n"


def test_a_test_message_that_fails_says_why(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A revoked address is a failure with Slack's reason, and without the address."""
    monkeypatch.setenv("SLACK_WEBHOOK_URL", slack.url)
    slack.replies.append(Reply(404, "no_service"))
    assert run("fire", "--to", "news") == ExitStatus.FAILED
    said = capsys.readouterr().err
    assert "did not reach news: Slack answered 404 no_service" in said
    assert "canary" not in said.lower()


def test_a_destination_without_an_address_cannot_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is configured: the command says what to set."""
    assert run("fire", "--to", "news") == ExitStatus.USAGE
    assert "set SLACK_WEBHOOK_URL" in capsys.readouterr().err


def test_dead_messages_are_listed_retried_and_given_up(
    embedded: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person sees the reason, tries one again and gives the other up."""
    kill(embedded, "one", "two")
    assert run("dead", "list") == run("dead", "retry", "1") == run("dead", "cancel", "2") == ExitStatus.DONE
    assert run("dead", "list") == ExitStatus.DONE
    assert capsys.readouterr().out.splitlines() == [
        "1: to news, 2026-07-02T03:00Z: one (one is poison)",
        "2: to news, 2026-07-02T03:00Z: two (two is poison)",
        "Due again: 1; `tokentide alerts deliver` sends them.",
        "Given up: 2.",
        "No message is dead.",
    ]


def test_a_wrong_number_changes_nothing(embedded: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one of several numbers is wrong, none is touched."""
    kill(embedded, "one")
    assert run("dead", "cancel", "1", "9") == ExitStatus.USAGE
    assert run("dead", "list") == ExitStatus.DONE
    said = capsys.readouterr()
    assert "No dead message has the number 9" in said.err
    assert "1: to news" in said.out


def test_a_silence_is_added_listed_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    """A silence says whom it covers, until when, and who asked for it."""
    assert run(*SILENCE, "--until", "2999-01-01") == run("silence", "list") == ExitStatus.DONE
    assert run("silence", "expire", "1") == ExitStatus.DONE
    assert capsys.readouterr().out.splitlines() == [
        (
            "Silence 1 until 2999-01-01T00:00Z: cn-share-above-half, cn-leads-us, cn-far-below-peak, "
            "cn-price-above-tenth-of-us, cn-above-three-fifths-of-attributed, cn-dollars-above-quarter."
        ),
        "1: cn-*, subjects *, until 2999-01-01T00:00Z; by me: a fair; kept back: 0",
        "Silence 1 is over.",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (SILENCE, "Give either --for (12h, 7d, 2w) or --until"),
        ([*SILENCE, "--for", "7d", "--until", "2999-01-01"], "Give either --for"),
        ([*SILENCE, "--for", "soon"], "--for 'soon' is no span"),
        ([*SILENCE, "--until", "2020-01-01"], "is over already"),
        ([*SILENCE, "--for", "7d", "--reason", " "], "a silence is somebody's decision"),
        ([*SILENCE, "--for", "7d", "--rule", "us-*"], "matches no rule; there are cn-share-above-half"),
        (["silence", "expire", "3"], "There is no silence 3 that still holds"),
    ],
)
def test_a_silence_that_cannot_be_meant_is_refused(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A silence without an end, an author, a reason or anything to cover is no silence."""
    assert run(*words) == ExitStatus.USAGE
    assert complaint in capsys.readouterr().err


def test_a_backtest_of_nothing_says_so(embedded: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty database has no history to test on; the answer is that."""
    assert run("backtest", "--format", "json") == ExitStatus.DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["notes"]) == ([], ["No week was received whole yet."])


def test_a_backtest_imports_no_prefect(embedded: Engine) -> None:
    """It is a read, and as quick as one."""
    subprocess.run([sys.executable, "-c", QUIETLY], check=True, capture_output=True)
