"""`doctor` looks at the archive where all hosts keep it."""

from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL
from pydantic import SecretStr

from flows.automation_file import read_entries
from flows.automations import apply
from schemas.settings import SampleSettings
from tasks.health import archived, dead_man, slack_findings


def test_an_archive_that_can_be_read_is_named(tmp_path: Path) -> None:
    """It says how far the archive goes, and where it is."""
    found = archived(SampleSettings(TOKENTIDE_HOME=tmp_path))
    assert (found.verdict, found.text) == ("ok", f"the newest answer is number 0, in {tmp_path / 'archive'}")


def test_an_archive_that_cannot_be_read_is_bad(tmp_path: Path) -> None:
    """What keeps the next run from archiving is known before it runs."""
    (tmp_path / "kept").touch()
    found = archived(SampleSettings(TOKENTIDE_HOME=tmp_path, TOKENTIDE_ARCHIVE_URL=str(tmp_path / "kept")))
    assert found.verdict == "bad"
    assert found.text.startswith("The archive cannot be used")


NAMES = [entry["name"] for entry in read_entries()]


def test_nobody_who_would_notice_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server and without a check outside it says which settings are missing."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (found,) = dead_man(SampleSettings(), NAMES)
    assert (found.verdict, found.text.split(";")[0]) == ("note", "no check outside hears of runs")


def test_who_would_notice_is_named(prefect_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The automations are on the server, and the checks that are set are named without their addresses."""
    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
    apply(SecretStr("http://127.0.0.1:1/hook"))
    settings = SampleSettings(TOKENTIDE_PING_WEEKLY_URL="https://check.example/canary")
    assert [(found.verdict, found.text) for found in dead_man(settings, NAMES)] == [
        ("ok", "the server watches by 5 automations"),
        ("ok", "a check outside hears of: weekly"),
    ]
    (missing, _) = dead_man(settings, [*NAMES, "tokentide-new"])
    assert missing.text == ("not on the server, or paused: tokentide-new; run `tokentide automations apply`")


def test_where_messages_go_is_named() -> None:
    """Each destination with its channel, and no token."""
    settings = SampleSettings(SLACK_BOT_TOKEN="xoxb-canary", SLACK_CHANNEL="C01", SLACK_OPS_CHANNEL="C02")
    assert [(found.verdict, found.text) for found in slack_findings(settings)] == [
        ("ok", "news goes by a bot to C01"),
        ("ok", "ops goes by a bot to C02"),
        ("ok", "fallback goes by a bot to C01"),
    ]


def test_settings_of_slack_that_contradict_are_bad() -> None:
    """The person reads what to change before a run fails of it."""
    (found,) = slack_findings(SampleSettings(SLACK_CHANNEL="C01"))
    assert (found.verdict, found.text) == (
        "bad",
        "SLACK_CHANNEL is set; set SLACK_BOT_TOKEN as well, or a webhook instead.",
    )
