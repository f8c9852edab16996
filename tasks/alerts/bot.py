"""The Slack edge of a bot: messages in threads, edits, and charts as files. Its token is a secret."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse, WebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from schemas.addresses import is_loopback
from schemas.alerts import Message, Place
from schemas.charts import Chart
from schemas.slack_settings import SLACK_HOSTS, BotAddress
from tasks.alerts.outcomes import Outcome, Verdict, of_api_answer
from tasks.alerts.wire import SILENT, TIMEOUT_SECONDS, UNANSWERED, ask, unanswered

_FILE_NAME: Final = "tokentide.png"


class Bot:
    """A channel that a bot posts to; two with the same address are equal."""

    def __init__(self, address: BotAddress, clock: Callable[[], datetime]) -> None:
        self._address = address
        self._clock = clock
        self._client = _Client(
            token=address.token.get_secret_value(),
            base_url=address.base_url,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],  # the outbox is the retry
            logger=SILENT,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bot) and self._address == other._address

    def __hash__(self) -> int:
        return hash(self._address)

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Post `message` once, into the thread of what stands at `thread` if that is in this bot's channel."""
        channel = self._address.channel
        return self._outcome(
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=thread.ts if thread and thread.channel == channel else None,
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def edit(self, message: Message, place: Place) -> Outcome:
        """Put `message` where another one of this bot stands."""
        return self._outcome(
            lambda: self._client.chat_update(
                channel=place.channel, ts=place.ts, text=message.text, blocks=list(message.blocks)
            )
        )

    def attach(self, chart: Chart, title: str, place: Place) -> Outcome:
        """Draw `chart` and upload it, under `title`, into the thread of what stands at `place`."""
        from tasks.report.charts import draw

        try:
            picture = draw(chart)
        except Exception as error:  # whatever is wrong with a picture, messages go out
            return Outcome(Verdict.DEAD, f"the chart cannot be drawn ({type(error).__name__})")
        return self._outcome(
            lambda: self._client.files_upload_v2(
                filename=_FILE_NAME,
                content=picture,
                title=title,
                alt_txt=chart.title,
                channel=place.channel,
                thread_ts=place.ts,
            )
        )

    def _outcome(self, call: Callable[[], SlackResponse]) -> Outcome:
        """What came of one call; never raises for what the network or Slack does."""
        try:
            answer = call()
        except SlackApiError as error:
            answer = error.response
        except UNANSWERED as error:
            return unanswered(error)
        except SlackRequestError as error:
            return Outcome(Verdict.LATER, f"the file was not uploaded ({type(error).__name__})")
        said = answer.data if isinstance(answer.data, dict) else {}
        return of_api_answer(answer.status_code, said, answer.headers.get("retry-after"), self._clock())


class _Client(WebClient):
    """The SDK's client on our wire: it would follow redirects, and upload to wherever it is told."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        status, headers, body = ask(url, req)
        return {"status": status, "headers": headers, "body": body if _is_object(body) else "{}"}

    def _upload_file(self, *, url: str, data: bytes, **_: Any) -> FileUploadV2Result:
        if not _is_of_slack(url):
            raise SlackRequestError("the address for the upload is not Slack's")
        status, _, body = ask(url, Request(url, data=data, method="POST"))  # noqa: S310 - https, or this machine
        return FileUploadV2Result(status=status, body=body)


def _is_object(body: str) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _is_of_slack(url: str) -> bool:
    """Whether a file may be uploaded there; no token goes with it, but nobody else should have the file."""
    place = urlsplit(url)
    of_slack = any((place.hostname or "").endswith(f".{host}") for host in SLACK_HOSTS)
    return (place.scheme == "https" and of_slack) or is_loopback(url)
