"""A loopback upstream that misbehaves on request, and a client of it that never really waits."""

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from flows.sample.loopback import in_background
from schemas.settings import Settings
from tasks.sources.client import UpstreamClient
from tasks.sources.limits import MIB, Limits

NOW: Final = datetime(2026, 10, 8, 12, tzinfo=UTC)
CANARY: Final = "sk-or-v1-canary-5f1e0c"
"""A key that must never be seen anywhere but in the header of a keyed call."""

Script = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Upstream:
    """A running upstream: `asked` are the paths, `sent` the headers of each request."""

    base_url: str
    scripts: dict[str, Script] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def misbehaving(*scripts: Script) -> Iterator[Upstream]:
    """Serve `scripts`, one a request, the last one for all that follow; `upstream.scripts` go by path."""
    waiting = list(scripts)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream.asked.append(self.path)
            upstream.sent.append({name.lower(): value for name, value in self.headers.items()})
            script = upstream.scripts.get(self.path) or (waiting.pop(0) if len(waiting) > 1 else waiting[0])
            script(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with in_background(server) as url:
        upstream = Upstream(f"{url}/api/v1")
        yield upstream


def reply(status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Script:
    """Answer properly."""
    fields = {"Date": http_date(NOW), "Content-Length": str(len(body)), **(headers or {})}

    def script(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(status)
        for name, value in fields.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return script


def http_date(moment: datetime) -> str:
    """A moment as a `Date` header says it."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def repeating_the_key(status: int) -> Script:
    """Refuse, and repeat the credentials in the message."""

    def script(request: BaseHTTPRequestHandler) -> None:
        said = f'{{"error":{{"code":{status},"message":"bad {request.headers["Authorization"]}"}}}}'
        reply(status, said.encode())(request)

    return script


def dripping(let_go: threading.Event) -> Script:
    """Send a header byte every hundredth of a second and never finish: each single read is quick."""

    def script(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not let_go.wait(0.01):
            try:
                request.wfile.write(b"x")
            except OSError:
                return

    return script


def bomb(size_bytes: int) -> Script:
    """Stream a gzip of zeros that unpacks to `size_bytes`: a thousandth of it on the wire."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    first = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    more = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)  # stands alone, so can be repeated

    def script(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(200)
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        try:
            request.wfile.write(first)
            for _ in range(size_bytes // MIB - 1):
                request.wfile.write(more)
        except OSError:
            return

    return script


@dataclass
class Patience:
    """The pauses that a client would have made."""

    pauses_s: list[float] = field(default_factory=list)
    now_s: float = 0

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.pauses_s.append(seconds)
        self.now_s += seconds

    def elapsed(self) -> float:
        """A clock that only pauses move."""
        return self.now_s


def client_of(
    base_url: str,
    *,
    key: str | None = None,
    now: datetime = NOW,
    check_clock: bool = True,
    patience: Patience | None = None,
    **limits: Any,
) -> UpstreamClient:
    """A client whose clock stands still and whose pauses take no time; jitter is at its most."""
    patience = patience or Patience()
    settings = Settings.model_validate({"OPENROUTER_BASE_URL": base_url, "OPENROUTER_API_KEY": key})
    return UpstreamClient(
        settings,
        clock=lambda: now,
        check_clock=check_clock,
        limits=Limits(**limits),
        sleep=patience.sleep,
        jitter=lambda: 1.0,
        elapsed=patience.elapsed,
    )
