"""Secrets from Prefect blocks: only what is not set, and of each destination the one secret that it needs."""

import pytest
from pydantic import SecretStr

from flows import secrets
from schemas.settings import Settings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The settings whose blocks are looked for; every Slack block holds something."""
    names: list[str] = []

    def block(name: str) -> SecretStr | None:
        names.append(name)
        held = {"slack_bot_token": "xoxb-held", "slack_webhook_url": "https://hooks.slack.com/held"}.get(name)
        return None if held is None else SecretStr(held)

    monkeypatch.setattr(secrets, "_block", block)
    return names


def slack_names(names: list[str]) -> list[str]:
    """Those of Slack."""
    return [name for name in names if name.startswith("slack")]


def test_a_channel_asks_for_the_token(asked: list[str]) -> None:
    """Where a channel is named the bot's token is looked for, and no webhook that would contradict it."""
    settings = secrets.with_blocks(Settings.model_validate({"SLACK_CHANNEL": "C01"}))
    assert slack_names(asked) == ["slack_bot_token", "slack_ops_webhook_url", "slack_fallback_webhook_url"]
    assert set(settings.slack_addresses()) == {"news", "ops", "fallback"}


def test_a_token_asks_for_nothing(asked: list[str]) -> None:
    """What is set in the environment is not looked for."""
    secrets.with_blocks(Settings.model_validate({"SLACK_CHANNEL": "C01", "SLACK_BOT_TOKEN": "xoxb-1"}))
    assert slack_names(asked) == ["slack_ops_webhook_url", "slack_fallback_webhook_url"]


def test_without_a_channel_the_webhook_is_looked_for(asked: list[str]) -> None:
    """A block with a token alone says nothing about where to speak."""
    settings = secrets.with_blocks(Settings())
    assert slack_names(asked)[0] == "slack_webhook_url"
    assert settings.slack_bot_token is None


def test_a_block_is_called_as_the_setting_is() -> None:
    """Prefect allows no underscores."""
    assert secrets.block_of("slack_ops_bot_token") == "slack-ops-bot-token"
