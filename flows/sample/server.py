"""A loopback upstream that keeps OpenRouter's contract (exports, Data API, catalogue) and hears like Slack.

Every figure it serves is made. It lets the real client, the real flows and the real delivery run offline.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from flows.sample import data_api, made
from flows.sample.loopback import in_background
from schemas.errors import UsageError

EXPORTS: Final = "/api/v1/datasets/exports/rankings-daily/"
MADE_LICENCE: Final = {"name": "made sample data, free of rights", "url": "https://example.invalid/made"}
COLUMNS: Final = ("date", "model_permaslug", "rank", "total_tokens", "share_of_daily_tokens")


@dataclass
class SampleUpstream:
    """A running loopback upstream; `today` is the newest snapshot that it admits to."""

    url: str
    today: date
    messages: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """What OPENROUTER_BASE_URL has to be."""
        return f"{self.url}/api/v1"

    @property
    def webhook_url(self) -> str:
        """What SLACK_WEBHOOK_URL has to be."""
        return f"{self.url}/services/T0MADE/B0MADE/sample"


@contextmanager
def serving(today: date, port: int = 0) -> Iterator[SampleUpstream]:
    """Serve the made upstream on loopback while the block runs; `port` 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    with in_background(server) as url:
        upstream = SampleUpstream(url, today)
        server.upstream = upstream  # type: ignore[attr-defined]  # the handler's only way to its state
        yield upstream


def export_csv(snapshot: date) -> bytes:
    """The export of a snapshot as CSV with CRLF, ranks and shares as upstream writes them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_table(snapshot))
    return out.getvalue().encode()


def export_json(snapshot: date) -> bytes:
    """The same export as its JSON twin."""
    rows = [
        {
            "date": str(day),
            "model_permaslug": slug,
            "rank": rank,
            "total_tokens": tokens,
            "share_of_daily_tokens": part,
        }
        for day, slug, rank, tokens, part in _table(snapshot)
    ]
    envelope = {
        "dataset": "rankings-daily",
        "title": "MADE SAMPLE DATA",
        "snapshot_date": str(snapshot),
        "retrieved_at": _published_at(snapshot),
        "license": MADE_LICENCE,
        "columns": COLUMNS,
        "row_count": len(rows),
        "rows": rows,
    }
    return json.dumps(envelope).encode()


def manifest(snapshot: date, base_url: str) -> bytes:
    """The manifest of a snapshot with the true sizes and hashes of its files."""
    files = {}
    for extension, body, encoding in (
        ("csv", export_csv(snapshot), "text/csv"),
        ("json", export_json(snapshot), "application/json"),
    ):
        files[extension] = {
            "url": f"{base_url}/datasets/exports/rankings-daily/{snapshot}.{extension}",
            "encoding_format": encoding,
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    content = {
        "dataset": "rankings-daily",
        "schema_version": "v1",
        "snapshot_date": str(snapshot),
        "retrieved_at": _published_at(snapshot),
        "row_count": sum(1 for _ in made.published_rows(snapshot)),
        "license": MADE_LICENCE,
        "attribution": "MADE SAMPLE DATA, not OpenRouter's",
        "files": files,
    }
    return json.dumps(content).encode()


def _published_at(snapshot: date) -> str:
    return f"{snapshot}T01:46:00.000Z"


def _table(snapshot: date) -> Iterator[tuple[date, str, int | None, int, float]]:
    rows = list(made.published_rows(snapshot))
    totals: dict[date, int] = {}
    for day, _, tokens in rows:
        totals[day] = totals.get(day, 0) + tokens
    rank, previous = 0, None
    for day, slug, tokens in rows:
        rank = 1 if day != previous else rank + 1
        previous = day
        yield day, slug, None if slug == "other" else rank, tokens, tokens / totals[day]


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
        elif asked.path == "/api/v1/datasets/rankings-daily":
            self._data_api({name: values[-1] for name, values in parse_qs(asked.query).items()})
        elif asked.path == "/api/v1/models":
            self._send(made.catalogue())
        elif asked.path == "/api/v1/embeddings/models":
            self._send(made.embedding_models())
        elif asked.path == "/slack/messages":
            self._send(json.dumps(self.upstream.messages, indent=1).encode())
        else:
            self._error(HTTPStatus.NOT_FOUND, "Not found")

    def do_POST(self) -> None:
        """Hear a message as a Slack incoming webhook does."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if not self.path.startswith("/services/"):
            self._error(HTTPStatus.NOT_FOUND, "Not found")
            return
        self.upstream.messages.append(json.loads(body))
        self._send(b"ok", "text/plain")

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

    def _data_api(self, asked: dict[str, str]) -> None:
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            self._error(HTTPStatus.UNAUTHORIZED, "No auth credentials found")
            return
        try:
            self._send(data_api.answer(asked, self.upstream.today))
        except (ValueError, UsageError) as error:
            self._error(HTTPStatus.BAD_REQUEST, str(error))

    def _error(self, status: HTTPStatus, message: str) -> None:
        self._send(json.dumps({"error": {"code": status, "message": message}}).encode(), status=status)

    def _send(self, body: bytes, kind: str = "application/json", status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: what was asked is in `upstream.requests`."""
