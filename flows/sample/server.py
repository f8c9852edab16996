"""A loopback upstream that keeps OpenRouter's contract (exports, Data API, catalogue) and hears like Slack.

Every figure it serves is made. It lets the real client, the real flows and the real delivery run offline.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from flows.sample import apps, data_api, elsewhere, made, task_shares
from flows.sample.exports import export_csv, export_json, manifest
from flows.sample.loopback import in_background
from flows.sample.slack import WEBHOOK, Answer, MadeSlack
from schemas.errors import UsageError

BASE: Final = "/api/v1/"
EXPORTS: Final = f"{BASE}datasets/exports/rankings-daily/"
KEYED: Final = {
    "datasets/rankings-daily": data_api.answer,
    "datasets/app-rankings": apps.answer,
    "classifications/task": task_shares.answer,
}
"""What answers the questions that need a key: its parameters, and the day on which it is asked."""


@dataclass
class SampleUpstream:
    """A running loopback upstream; `today` is the newest snapshot that it admits to."""

    url: str
    today: date
    slack: MadeSlack = field(default_factory=MadeSlack)
    requests: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """What OPENROUTER_BASE_URL has to be."""
        return f"{self.url}/api/v1"

    @property
    def hub_url(self) -> str:
        """What HF_BASE_URL has to be."""
        return f"{self.url}{elsewhere.HUB_BELOW}"

    @property
    def gateway_url(self) -> str:
        """What VERCEL_BASE_URL has to be."""
        return f"{self.url}{elsewhere.GATEWAY_BELOW}"

    @property
    def webhook_url(self) -> str:
        """What SLACK_WEBHOOK_URL has to be."""
        return f"{self.url}{WEBHOOK}"

    @property
    def slack_base_url(self) -> str:
        """What SLACK_BASE_URL has to be for a bot."""
        return f"{self.url}/api"


@contextmanager
def serving(today: date, port: int = 0) -> Iterator[SampleUpstream]:
    """Serve the made upstream on loopback while the block runs; `port` 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    with in_background(server) as url:
        upstream = SampleUpstream(url, today, MadeSlack(url))
        server.upstream = upstream  # type: ignore[attr-defined]  # the handler's only way to its state
        yield upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def upstream(self) -> SampleUpstream:
        upstream: SampleUpstream = self.server.upstream  # type: ignore[attr-defined]
        return upstream

    def do_GET(self) -> None:
        """Answer as OpenRouter would."""
        asked = urlsplit(self.path)
        self.upstream.requests.append(self.path)
        if asked.path.startswith(EXPORTS):
            self._export(asked.path.removeprefix(EXPORTS))
        elif keyed := KEYED.get(asked.path.removeprefix(BASE)):
            self._keyed(keyed, {name: values[-1] for name, values in parse_qs(asked.query).items()})
        elif asked.path == "/api/v1/models":
            self._send(made.catalogue())
        elif asked.path == "/api/v1/embeddings/models":
            self._send(made.embedding_models())
        elif (body := elsewhere.answer(asked.path, self.upstream.today)) is not None:
            self._send(body)
        elif shown := self.upstream.slack.show(asked.path):
            self._answer(shown)
        else:
            self._error(HTTPStatus.NOT_FOUND, "Not found")

    def do_POST(self) -> None:
        """Hear a message, an edit or a file as Slack does."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        heard = self.upstream.slack.hear(self.path, body, headers)
        if heard is None:
            self._error(HTTPStatus.NOT_FOUND, "Not found")
        else:
            self._answer(heard)

    def _export(self, name: str) -> None:
        stem, _, extension = name.partition(".")
        try:
            snapshot = self.upstream.today if stem == "latest" else date.fromisoformat(stem)
        except ValueError:
            snapshot = date.max
        if not made.FIRST_DAY < snapshot <= self.upstream.today:
            self._error(HTTPStatus.NOT_FOUND, "Export not found")
        elif extension == "manifest.json":
            self._send(manifest(snapshot, self.upstream.base_url))
        elif extension == "csv":
            self._send(export_csv(snapshot), "text/csv")
        elif extension == "json":
            self._send(export_json(snapshot))
        else:
            self._error(HTTPStatus.NOT_FOUND, "Export not found")

    def _keyed(self, answer: Callable[[Mapping[str, str], date], bytes], asked: dict[str, str]) -> None:
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            self._error(HTTPStatus.UNAUTHORIZED, "No auth credentials found")
            return
        try:
            self._send(answer(asked, self.upstream.today))
        except (ValueError, UsageError) as error:
            self._error(HTTPStatus.BAD_REQUEST, str(error))

    def _error(self, status: HTTPStatus, message: str) -> None:
        self._send(json.dumps({"error": {"code": status, "message": message}}).encode(), status=status)

    def _answer(self, answer: Answer) -> None:
        status, body, kind = answer
        self._send(body, kind, HTTPStatus(status))

    def _send(self, body: bytes, kind: str = "application/json", status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: what was asked is in `upstream.requests`."""
