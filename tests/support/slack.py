"""The made Slack on loopback, which records what is posted, and answers as scripted where it is told to."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr

from flows.sample.loopback import in_background
from flows.sample.slack import CHANNEL, MadeSlack
from schemas.slack_settings import BotAddress
from tests.support.blockkit import complaints

SECRET_PATH = "/services/T00CANARY/B00CANARY/canarysecretcanary"
"""The part of a webhook's address that makes it a secret: it must be seen nowhere."""
SECRET_TOKEN = "xoxb-canarysecretcanary"
"""A bot's token: it must be seen nowhere but in the header that authorizes."""


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
    """Takes every post; answers with the next of `replies`, and as Slack does when there is none.

    Attributes:
        posts: every message that was posted, whatever was answered.
        calls: the paths of all posts, and the tokens that came with them.
        made: what people see: its messages, threads and files.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlackHandler)
        self.made = MadeSlack(f"http://127.0.0.1:{self.server_port}")
        self.posts: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str | None]] = []
        self.gets = 0
        self.taken: list[str] = []
        self.replies: deque[Reply] = deque()
        self.arrived = threading.Event()

    @property
    def url(self) -> str:
        """The address of its webhook, with a path that is a secret."""
        return f"http://127.0.0.1:{self.server_port}{SECRET_PATH}"

    @property
    def bot(self) -> BotAddress:
        """The address of a bot in its channel, with a token that is a secret."""
        return BotAddress(f"http://127.0.0.1:{self.server_port}/api", SecretStr(SECRET_TOKEN), CHANNEL)

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
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append((self.path, headers.get("authorization")))
        is_message = self.path.startswith("/services/") or self.path.endswith("/chat.postMessage")
        post = json.loads(body) if is_message else {}
        if is_message:
            self.server.posts.append(post)
        scripted = self.server.replies.popleft() if self.server.replies else None
        reply = scripted or Reply()
        if reply.may_be_shown:
            status, said, _ = self.server.made.hear(self.path, body, headers) or (404, b"", "")
            reply = scripted or Reply(status, said.decode())
            if is_message:
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
    """A running server, stopped at the end; whatever was posted must have been what Slack takes."""
    server = SlackServer()
    with in_background(server):
        yield server
    # What the Prefect server posts by itself is plain text, in which Slack finds nothing to judge.
    assert [problem for post in server.posts if "blocks" in post for problem in complaints(post)] == []
