"""The Slack edge: who sends to each destination, and the sender that is an incoming webhook."""

from collections.abc import Callable
from datetime import datetime
from urllib.request import Request

from pydantic import SecretStr
from slack_sdk.webhook import WebhookClient, WebhookResponse

from schemas.alerts import Message, Place
from schemas.charts import Chart
from schemas.settings import Settings
from schemas.slack_settings import BotAddress, SlackAddress
from tasks.alerts.outcomes import Outcome, Verdict, of_answer
from tasks.alerts.sender import Sender
from tasks.alerts.wire import SILENT, TIMEOUT_SECONDS, UNANSWERED, ask, unanswered


class Webhook:
    """An incoming webhook; two with the same address are equal. It has no threads, edits or files."""

    def __init__(self, url: SecretStr, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        # No retries in here: the outbox is the retry.
        self._client = _Client(url.get_secret_value(), TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Webhook) and self._url == other._url

    def __hash__(self) -> int:
        return hash(self._url)

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Post `message` once, within ten seconds; never raises for what the network does."""
        try:
            answer = self._client.send(
                text=message.text, blocks=list(message.blocks), unfurl_links=False, unfurl_media=False
            )
        except UNANSWERED as error:
            return unanswered(error)
        return of_answer(answer.status_code, answer.body, answer.headers.get("retry-after"), self._clock())

    def edit(self, message: Message, place: Place) -> Outcome:
        """Refuse: a webhook cannot change what it posted."""
        return Outcome(Verdict.DEAD, "a webhook cannot edit a message")

    def attach(self, chart: Chart, title: str, place: Place) -> Outcome:
        """Refuse: a webhook takes no files."""
        return Outcome(Verdict.DEAD, "a webhook takes no files")


class _Client(WebhookClient):
    """The SDK's client on our wire; by itself it would follow redirects."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        status, headers, body = ask(url, req)
        return WebhookResponse(url=url, status_code=status, body=body, headers=headers)


def senders(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Sender]:
    """The sender of each destination that has an address.

    Raises:
        UsageError: an address cannot be meant (see `SlackSettings.slack_addresses`).
    """
    return {name: _sender(address, clock) for name, address in settings.slack_addresses().items()}


def _sender(address: SlackAddress, clock: Callable[[], datetime]) -> Sender:
    if isinstance(address, BotAddress):
        from tasks.alerts.bot import Bot  # its client is heavy, and most have a webhook

        return Bot(address, clock)
    return Webhook(address.url, clock)
