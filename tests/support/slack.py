"""A Slack of our own on loopback: it records what is posted, and answers as scripted."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flows.sample.loopback import in_background

SECRET_PATH = "/services/T00CANARY/B00CANARY/canarysecretcanary"
"""The part of a webhook's address that makes it a secret: it must be seen nowhere."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer; with `lost` the message is taken and the connection closed without a word.

    With `held` it is taken, `arrived` is set, and nothing is answered until the client goes away.
    """

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    held: bool = False

    @property
    def may_be_shown(self) -> bool:
        """Whether people may see the message: Slack said so, or said nothing that excludes it."""
        says_so = (self.status, self.body) == (200, "ok")
        return says_so or self.lost or self.held or self.status == 408 or self.status >= 500


class SlackServer(ThreadingHTTPServer):
    """Takes every post; answers with the next of `replies`, and with `ok` when there is none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlackHandler)
        self.posts: list[dict[str, Any]] = []
        self.gets = 0
        self.taken: list[str] = []
        self.replies: deque[Reply] = deque()
        self.arrived = threading.Event()

    @property
    def url(self) -> str:
        """The address of its webhook, with a path that is a secret."""
        return f"http://127.0.0.1:{self.server_port}{SECRET_PATH}"

    @property
    def headlines(self) -> list[str]:
        """The first line of each post, in the order of arrival."""
        return [str(post["text"]).split("\n", 1)[0] for post in self.posts]


class SlackHandler(BaseHTTPRequestHandler):
    """Records a post, then answers as its server says."""

    server: SlackServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a message."""
        post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append(post)
        reply = self.server.replies.popleft() if self.server.replies else Reply()
        if reply.may_be_shown:
            self.server.taken.append(str(post["text"]).split("\n", 1)[0])
        if reply.held:
            self.server.arrived.set()
            self.rfile.read(1)
        if reply.lost or reply.held:
            self.close_connection = True
            return
        self._answer(reply)

    def do_GET(self) -> None:
        """Count what only a client that follows redirects would ask for."""
        self.server.gets += 1
        self._answer(Reply())

    def _answer(self, reply: Reply) -> None:
        body = reply.body.encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing: a test reads what was recorded."""


@contextmanager
def loopback_slack() -> Iterator[SlackServer]:
    """A running server, stopped at the end."""
    server = SlackServer()
    with in_background(server):
        yield server
