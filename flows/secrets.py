"""Secrets from Prefect: a block of a setting's name is read where the process environment does not set it."""

from typing import Final

from prefect.blocks.system import Secret
from pydantic import SecretStr

from schemas.settings import Settings

BLOCKS: Final = {
    "openrouter_api_key": "openrouter-api-key",
    "hf_token": "hf-token",
    "slack_webhook_url": "slack-webhook-url",
    "slack_ops_webhook_url": "slack-ops-webhook-url",
    "slack_fallback_webhook_url": "slack-fallback-webhook-url",
    "ping_daily_url": "ping-daily-url",
    "ping_weekly_url": "ping-weekly-url",
    "ping_deliver_url": "ping-deliver-url",
}
"""Settings that a Prefect Secret block may hold, and the block's name (Prefect allows no underscores in it)."""


def with_blocks(settings: Settings) -> Settings:
    """The settings, what is not set filled from Prefect Secret blocks. The sample reads none.

    Raises:
        UsageError: a block holds an address that is not safe; names the setting, never the value.
    """
    if settings.made_sample:
        return settings
    found = {name: _block(BLOCKS[name]) for name in BLOCKS if getattr(settings, name) is None}
    return settings.with_secrets({name: value for name, value in found.items() if value is not None})


def _block(name: str) -> SecretStr | None:
    try:
        block = Secret.load(name)
    except ValueError:  # there is no such block
        return None
    value = block.get() if isinstance(block, Secret) else None
    return SecretStr(value) if isinstance(value, str) and value.strip() else None
