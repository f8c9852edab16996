"""Secrets from Prefect: a block of a setting's name is read where the process environment does not set it."""

from typing import Final

from prefect.blocks.system import Secret
from pydantic import SecretStr

from schemas.settings import Settings
from schemas.slack_settings import PREFIXES

_OTHERS: Final = ("openrouter_api_key", "hf_token", "ping_daily_url", "ping_weekly_url", "ping_deliver_url")


def with_blocks(settings: Settings) -> Settings:
    """The settings, what is not set filled from Prefect Secret blocks. The sample reads none.

    Raises:
        UsageError: a block holds an address that is not safe; names the setting, never the value.
    """
    if settings.made_sample:
        return settings
    asked = [name for name in (*_OTHERS, *_slack_secrets(settings)) if getattr(settings, name) is None]
    found = {name: _block(name) for name in asked}
    return settings.with_secrets({name: value for name, value in found.items() if value is not None})


def _slack_secrets(settings: Settings) -> list[str]:
    """The one secret of each destination: a bot's token where a channel is set for it, else a webhook."""
    return [
        f"{prefix}webhook_url" if getattr(settings, f"{prefix}channel") is None else f"{prefix}bot_token"
        for prefix in PREFIXES.values()
        if getattr(settings, f"{prefix}bot_token") is None
    ]


def block_of(setting: str) -> str:
    """The name of the block that may hold a setting; Prefect allows no underscores in it."""
    return setting.replace("_", "-")


def _block(setting: str) -> SecretStr | None:
    try:
        block = Secret.load(block_of(setting))
    except ValueError:  # there is no such block
        return None
    value = block.get() if isinstance(block, Secret) else None
    return SecretStr(value) if isinstance(value, str) and value.strip() else None
