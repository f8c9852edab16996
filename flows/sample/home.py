"""Where the sample lives: a home of its own, out of reach of the user's database, keys and Slack."""

from datetime import date
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from flows.sample import elsewhere, made
from schemas.addresses import is_loopback
from schemas.settings import SampleSettings, Settings

REFERENCE: Final = Path(__file__).parent / "reference"
"""The made labs, reveal and gap that are laid over the shipped reviewed files in sample runs."""

MADE_KEY: Final = SecretStr("sk-made-for-the-sample")
"""What the made upstream takes for a key. It is on this machine, so the key goes nowhere else."""
OPENROUTER_BELOW: Final = "/api/v1"
"""Where the made upstream keeps OpenRouter's routes."""

LAST_LOOK: Final = made.looked_at(made.VINTAGES[-1])
"""The standpoint of reads with `--sample`: the sample's time stands still at its last vintage."""


def sample_settings(user: Settings, base_url: str | None = None) -> SampleSettings:
    """The settings of sample runs and reads.

    Of the user's settings only the home's place survives, and a Slack address if it is on this machine. With the
    address of the made upstream comes a made key for its keyed data sets.
    """
    given: dict[str, object] = {"TOKENTIDE_HOME": user.home / "sample", "TOKENTIDE_REFERENCE": REFERENCE}
    if base_url is not None:
        here = base_url.removesuffix(OPENROUTER_BELOW)
        given["OPENROUTER_BASE_URL"] = base_url
        given["OPENROUTER_API_KEY"] = MADE_KEY
        given["HF_BASE_URL"] = f"{here}{elsewhere.HUB_BELOW}"
        given["VERCEL_BASE_URL"] = f"{here}{elsewhere.GATEWAY_BELOW}"
    webhook, token = user.slack_webhook_url, user.slack_bot_token
    if webhook is not None and is_loopback(webhook.get_secret_value()):
        given["SLACK_WEBHOOK_URL"] = webhook
    if token is not None and is_loopback(user.slack_base_url):
        given |= {"SLACK_BOT_TOKEN": token, "SLACK_CHANNEL": user.slack_channel}
        given["SLACK_BASE_URL"] = user.slack_base_url
    return SampleSettings(**given)  # type: ignore[arg-type]  # the names are those of the environment


def vintages_after(newest: date | None) -> list[date]:
    """The vintages still to be fed, oldest first; the last one is always looked at (again)."""
    later = [day for day in made.VINTAGES if newest is None or day > newest]
    return later or [made.VINTAGES[-1]]


def readings_after(newest: date | None) -> list[date]:
    """The looks at the made Hub still to be taken, oldest first; the last one is always taken (again)."""
    return [day for day in vintages_after(newest) if day >= elsewhere.FIRST_READING] or [made.VINTAGES[-1]]
