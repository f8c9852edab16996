"""A Slack that listens: an incoming webhook, and as much of the Web API as a bot needs for threads and files."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

CHANNEL: Final = "C0MADE"
TOKEN: Final = "xoxb-made-sample"  # noqa: S105 - it opens nothing
WEBHOOK: Final = "/services/T0MADE/B0MADE/sample"
_API: Final = "/api/"
_UPLOAD: Final = "/upload/"
_FILES: Final = "/slack/files/"
Answer = tuple[int, bytes, str]
"""Status, body and content type."""


@dataclass
class MadeSlack:
    """What was heard. A bot's messages also have `channel`, `ts`, and `thread_ts` where they are replies."""

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def hear(self, path: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        """Take a post as Slack does; `None` where there is nothing at that path. Headers are in lower case."""
        if path.startswith("/services/"):
            self.messages.append(json.loads(body))
            return 200, b"ok", "text/plain"
        if path.startswith(_UPLOAD):
            self.files[path.removeprefix(_UPLOAD)] = body
            return 200, b"OK", "text/plain"
        method = _METHODS.get(path.removeprefix(_API)) if path.startswith(_API) else None
        if method is None:
            return None
        if not headers.get("authorization", "").startswith("Bearer "):
            return _json({"ok": False, "error": "not_authed"})
        return _json(method(self, _asked(body, headers.get("content-type", ""))))

    def show(self, path: str) -> Answer | None:
        """What was heard: as JSON, as text with its threads, and the files; `None` at any other path."""
        if path == "/slack/messages":
            return 200, json.dumps(self.messages, indent=1).encode(), "application/json"
        if path == "/slack/threads":
            return 200, self.as_text().encode(), "text/plain; charset=utf-8"
        found = self.files.get(path.removeprefix(_FILES)) if path.startswith(_FILES) else None
        return None if found is None else (200, found, "image/png")

    def as_text(self) -> str:
        """Every message with the replies in its thread below it, indented."""
        lines = []
        for message in self.messages:
            if "thread_ts" not in message:
                replies = [each for each in self.messages if each.get("thread_ts", "") == message.get("ts")]
                lines += [_shown(message, ""), *(_shown(reply, "    | ") for reply in replies), ""]
        return "\n".join(lines)

    def post(self, asked: dict[str, Any]) -> dict[str, Any]:
        """chat.postMessage."""
        if asked.get("channel") != CHANNEL:
            return {"ok": False, "error": "channel_not_found"}
        message = {**asked, "ts": f"{1_780_000_000 + len(self.messages)}.000100"}
        self.messages.append(message)
        return {"ok": True, "channel": CHANNEL, "ts": message["ts"]}

    def update(self, asked: dict[str, Any]) -> dict[str, Any]:
        """chat.update."""
        for message in self.messages:
            if message.get("ts") == asked["ts"]:
                message.update(text=asked["text"], blocks=asked["blocks"], edited=True)
                return {"ok": True, "channel": CHANNEL, "ts": asked["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def upload_url(self, asked: dict[str, Any]) -> dict[str, Any]:
        """files.getUploadURLExternal."""
        number = f"F{len(self.files)}"
        self.files[number] = b""
        return {"ok": True, "file_id": number, "upload_url": f"{self.url}{_UPLOAD}{number}"}

    def complete(self, asked: dict[str, Any]) -> dict[str, Any]:
        """files.completeUploadExternal."""
        files = json.loads(asked["files"])
        for each in files:
            text = f"[{len(self.files[each['id']])} bytes: {_FILES}{each['id']}] {each['title']}"
            heard = {
                "text": text,
                "title": each["title"],
                "thread_ts": asked["thread_ts"],
                "file": each["id"],
            }
            self.messages.append(heard)
        return {"ok": True, "files": files}


_METHODS: Final[dict[str, Callable[[MadeSlack, dict[str, Any]], dict[str, Any]]]] = {
    "chat.postMessage": MadeSlack.post,
    "chat.update": MadeSlack.update,
    "files.getUploadURLExternal": MadeSlack.upload_url,
    "files.completeUploadExternal": MadeSlack.complete,
}


def _asked(body: bytes, kind: str) -> dict[str, Any]:
    if kind.startswith("application/json"):
        asked: dict[str, Any] = json.loads(body)
        return asked
    return {name: values[-1] for name, values in parse_qs(body.decode()).items()}


def _json(answer: dict[str, Any]) -> Answer:
    return 200, json.dumps(answer).encode(), "application/json"


def _shown(message: dict[str, Any], margin: str) -> str:
    edited = " (edited)" if message.get("edited") else ""
    first, *rest = message["text"].split("\n")
    return "\n".join(f"{margin}{line}" for line in (f"{first}{edited}", *rest))
