"""Where messages go: for each destination an incoming webhook, or a bot's token and a channel."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from schemas.addresses import OptionalSecret, OptionalSecretUrl, OptionalText, Url, is_loopback
from schemas.errors import UsageError

SLACK_PUBLIC: Final = "https://slack.com/api"
SLACK_HOSTS: Final = ("slack.com", "slack-gov.com")
"""What a bot's token may be sent to, this machine apart."""
PREFIXES: Final = {"news": "slack_", "ops": "slack_ops_", "fallback": "slack_fallback_"}
"""By destination, what the names of its settings begin with."""
_CHANNEL: Final = re.compile(r"[CGD][A-Z0-9]{2,}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """An incoming webhook; its address is the secret."""

    url: SecretStr


@dataclass(frozen=True, slots=True)
class BotAddress:
    """A channel that a bot posts to, by its id; the token is the secret."""

    base_url: str
    token: SecretStr
    channel: str


SlackAddress = WebhookAddress | BotAddress


class SlackSettings(BaseSettings):
    """The part of the settings that says who is told."""

    slack_base_url: Url = Field(SLACK_PUBLIC, validation_alias="SLACK_BASE_URL")
    slack_webhook_url: OptionalSecretUrl = Field(None, validation_alias="SLACK_WEBHOOK_URL")
    slack_bot_token: OptionalSecret = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_channel: OptionalText = Field(None, validation_alias="SLACK_CHANNEL")
    slack_ops_webhook_url: OptionalSecretUrl = Field(None, validation_alias="SLACK_OPS_WEBHOOK_URL")
    slack_ops_bot_token: OptionalSecret = Field(None, validation_alias="SLACK_OPS_BOT_TOKEN")
    slack_ops_channel: OptionalText = Field(None, validation_alias="SLACK_OPS_CHANNEL")
    slack_fallback_webhook_url: OptionalSecretUrl = Field(None, validation_alias="SLACK_FALLBACK_WEBHOOK_URL")
    slack_fallback_bot_token: OptionalSecret = Field(None, validation_alias="SLACK_FALLBACK_BOT_TOKEN")
    slack_fallback_channel: OptionalText = Field(None, validation_alias="SLACK_FALLBACK_CHANNEL")

    def slack_addresses(self) -> dict[str, SlackAddress]:
        """The address of each destination that has one: `ops` and `fallback` have that of `news` unless their own.

        `ops` and `fallback` may name a channel alone; the token is then that of `news`.

        Raises:
            UsageError: a destination has two addresses or half of one, or the token would go to a stranger;
                names the settings, never a secret.
        """
        news = self._address("news")
        found = {"news": news, **{name: self._address(name) or news for name in ("ops", "fallback")}}
        return {name: address for name, address in found.items() if address is not None}

    def _address(self, destination: str) -> SlackAddress | None:
        prefix = PREFIXES[destination]
        webhook, token, channel = (
            getattr(self, f"{prefix}{name}") for name in ("webhook_url", "bot_token", "channel")
        )
        names = prefix.upper()
        if webhook is not None and (token is not None or channel is not None):
            raise UsageError(
                f"{names}WEBHOOK_URL and a bot ({names}BOT_TOKEN, {names}CHANNEL) are both set; keep one of them."
            )
        if webhook is not None:
            return WebhookAddress(webhook)
        if channel is None:
            if token is not None:
                raise UsageError(f"{names}BOT_TOKEN is set; set {names}CHANNEL as well, the channel's id.")
            return None
        token = token or self.slack_bot_token
        if token is None:
            raise UsageError(f"{names}CHANNEL is set; set {names}BOT_TOKEN as well, or a webhook instead.")
        return self._bot(names, token, channel)

    def _bot(self, names: str, token: SecretStr, channel: str) -> BotAddress:
        if not _CHANNEL.fullmatch(channel):
            raise UsageError(
                f"{names}CHANNEL must be the channel's id, like C0123456789; Slack shows it in the channel's details."
            )
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise UsageError(f"{names}BOT_TOKEN is no token; it looks like xoxb-….")
        host = urlsplit(self.slack_base_url).hostname
        if host not in SLACK_HOSTS and not is_loopback(self.slack_base_url):
            raise UsageError(
                f"SLACK_BASE_URL is on {host}; a bot's token goes to {SLACK_HOSTS[0]}, "
                f"{SLACK_HOSTS[1]} or this machine only."
            )
        return BotAddress(self.slack_base_url, token, channel)
