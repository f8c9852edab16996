"""Who is told: one address for each destination, or an error that says which setting to change."""

import pytest

from schemas.errors import UsageError
from schemas.settings import SampleSettings
from schemas.slack_settings import BotAddress, SlackAddress, WebhookAddress

HOOK = "https://hooks.slack.com/services/T0/B0/x"
TOKEN = "xoxb-1-a"


def addresses(**given: str) -> dict[str, SlackAddress]:
    """The addresses of an environment that holds these settings and nothing else."""
    return SampleSettings(**given).slack_addresses()  # type: ignore[arg-type]  # names of the environment


def test_without_settings_nobody_is_told() -> None:
    """Messages stay due."""
    assert addresses() == {}


def test_a_bot_speaks_to_all_three() -> None:
    """Operations and fallback go where the news goes unless they have their own."""
    found = addresses(SLACK_BOT_TOKEN=TOKEN, SLACK_CHANNEL="C01")
    assert found["news"] == found["ops"] == found["fallback"]
    assert isinstance(found["news"], BotAddress)


def test_another_channel_takes_the_same_token() -> None:
    """Two channels of one bot need one token."""
    found = addresses(SLACK_BOT_TOKEN=TOKEN, SLACK_CHANNEL="C01", SLACK_OPS_CHANNEL="C02")
    news, ops = found["news"], found["ops"]
    assert isinstance(news, BotAddress)
    assert isinstance(ops, BotAddress)
    assert (news.token, news.channel, ops.channel) == (ops.token, "C01", "C02")


def test_destinations_may_differ_in_kind() -> None:
    """A bot for the news, a webhook for operations."""
    found = addresses(SLACK_BOT_TOKEN=TOKEN, SLACK_CHANNEL="C01", SLACK_OPS_WEBHOOK_URL=HOOK)
    assert isinstance(found["ops"], WebhookAddress)
    assert found["fallback"] == found["news"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"SLACK_WEBHOOK_URL": HOOK, "SLACK_BOT_TOKEN": TOKEN, "SLACK_CHANNEL": "C01"},
            "SLACK_WEBHOOK_URL and a bot (SLACK_BOT_TOKEN, SLACK_CHANNEL) are both set; keep one of them.",
        ),
        ({"SLACK_BOT_TOKEN": TOKEN}, "SLACK_BOT_TOKEN is set; set SLACK_CHANNEL as well, the channel's id."),
        (
            {"SLACK_OPS_CHANNEL": "C01"},
            "SLACK_OPS_CHANNEL is set; set SLACK_OPS_BOT_TOKEN as well, or a webhook instead.",
        ),
        (
            {"SLACK_BOT_TOKEN": TOKEN, "SLACK_CHANNEL": "#alerts"},
            "SLACK_CHANNEL must be the channel's id, like C0123456789; Slack shows it in the channel's details.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb a\nb", "SLACK_CHANNEL": "C01"},
            "SLACK_BOT_TOKEN is no token; it looks like xoxb-….",
        ),
        (
            {
                "SLACK_BOT_TOKEN": TOKEN,
                "SLACK_CHANNEL": "C01",
                "SLACK_BASE_URL": "https://a.example/api",
            },
            "SLACK_BASE_URL is on a.example; a bot's token goes to slack.com, slack-gov.com or this machine only.",
        ),
    ],
)
def test_what_cannot_be_meant_says_what_to_do(given: dict[str, str], said: str) -> None:
    """Two addresses, half of one, or a stranger's: the settings are named, and no secret."""
    with pytest.raises(UsageError) as caught:
        addresses(**given)
    assert str(caught.value) == said
