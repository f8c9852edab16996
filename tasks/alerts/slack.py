"""The Slack edge: one attempt to post one message to an incoming webhook. Its address is a secret."""

import logging
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException, HTTPResponse, InvalidURL
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from pydantic import SecretStr
from slack_sdk.webhook import WebhookClient, WebhookResponse

from schemas.alerts import Message
from schemas.settings import Settings, is_loopback
from tasks.alerts.outcomes import Outcome, Verdict, of_answer

TIMEOUT_SECONDS: Final = 10
_LONGEST_ANSWER: Final = 64 * 1024
_MAY_HAVE_LEFT: Final = (BrokenPipeError, ConnectionAbortedError, ConnectionResetError)
# The SDK logs the address, a secret, below WARNING. A logger that is registered nowhere cannot be turned up by
# anybody, and what happened is in the outcome.
_SILENT: Final = logging.Logger("tokentide.slack", level=logging.CRITICAL)


class Webhook:
    """An incoming webhook; two with the same address are equal."""

    def __init__(self, url: SecretStr, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        # No retries in here: the outbox is the retry.
        self._client = _Client(url.get_secret_value(), TIMEOUT_SECONDS, retry_handlers=[], logger=_SILENT)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Webhook) and self._url == other._url

    def __hash__(self) -> int:
        return hash(self._url)

    def send(self, message: Message) -> Outcome:
        """Post `message` once, within ten seconds; never raises for what the network does."""
        try:
            answer = self._client.send(
                text=message.text, blocks=list(message.blocks), unfurl_links=False, unfurl_media=False
            )
        except InvalidURL:
            return Outcome(Verdict.OFF, "the webhook's address is no URL")
        except URLError as error:
            verdict = Verdict.AMBIGUOUS if isinstance(error.reason, _MAY_HAVE_LEFT) else Verdict.LATER
            return Outcome(verdict, f"no connection to Slack ({type(error.reason).__name__})")
        except (OSError, HTTPException) as error:
            return Outcome(Verdict.AMBIGUOUS, f"no answer from Slack ({type(error).__name__})")
        return of_answer(answer.status_code, answer.body, answer.headers.get("retry-after"), self._clock())


class _Client(WebhookClient):
    """The SDK's client on a connection that follows no redirect and reads no endless answer.

    By itself it would repeat the post as a GET wherever a redirect points, and take that answer for Slack's.
    """

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        try:
            answer: HTTPResponse | HTTPError = _opener(url).open(req, timeout=self.timeout)
        except HTTPError as error:
            answer = error
        with answer:
            body = answer.read(_LONGEST_ANSWER).decode("utf-8", errors="replace")
            headers = {name.lower(): value for name, value in answer.headers.items()}
        return WebhookResponse(url=url, status_code=answer.status or 0, body=body, headers=headers)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Leave the redirect as the answer that it is."""


def _opener(url: str) -> OpenerDirector:
    # A proxy of the environment is not asked for what is on this machine.
    return build_opener(_NoRedirect, ProxyHandler({})) if is_loopback(url) else build_opener(_NoRedirect)


def webhooks(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Webhook]:
    """The destinations that have an address: `ops` and `fallback` are `news` unless they have their own."""
    news = settings.slack_webhook_url
    addresses = {
        "news": news,
        "ops": settings.slack_ops_webhook_url or news,
        "fallback": settings.slack_fallback_webhook_url or news,
    }
    return {name: Webhook(url, clock) for name, url in addresses.items() if url is not None}
