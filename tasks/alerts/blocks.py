"""Slack's Block Kit within all its limits, whatever the text: names come from upstream and are not trusted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from schemas.alerts import Message
from schemas.charts import Chart
from schemas.text import printable

_SECTION: Final = 2_900
_LINE: Final = 600
_TEXT: Final = 3_500
_POSSIBLE_DUPLICATE: Final = "(possible duplicate) "
# A message is at most _TEXT + _LINE + _SECTION + 3 · _LINE = 8,800 characters; Slack's bounds are 10,000 for the
# whole, 3,000 for a section and 50 for blocks.


def build(
    headline: str, details: Sequence[str], footers: Sequence[str] = (), report_url: str | None = None
) -> Message:
    """A message: its first line, what follows, up to two lines of small print, and where a report is to be read.

    All text is plain text; the one link is the configured address of the report.
    """
    head = _cut(escape(headline), _LINE)
    body = _lines(details)
    small = _lines(footers)[:2]
    blocks: list[dict[str, Any]] = [_section(f"*{head}*")]
    if body:
        blocks.append(_section(_cut("\n".join(body), _SECTION)))
    elements = [_mrkdwn(line) for line in small]
    if report_url:
        address = escape(report_url).replace("|", "%7C")
        elements.append(_mrkdwn(f"<{address}|Report>"))
        small.append(_cut(f"Report: {address}", _LINE))
    if elements:
        blocks.append({"type": "context", "elements": elements})
    return Message(text=_cut("\n".join([head, *body, *small]), _TEXT), blocks=tuple(blocks))


def marked_as_possible_duplicate(message: Message) -> Message:
    """The same message, saying that it may have arrived before: Slack has no idempotency key."""
    return _headed(message, _POSSIBLE_DUPLICATE.strip(), _POSSIBLE_DUPLICATE + message.text)


def illustrated(message: Message, chart: Chart) -> Message:
    """The same message with a chart under its own first line."""
    return replace(message, chart=chart.model_copy(update={"title": unescaped(message.headline)}))


def possible_duplicate(title: str) -> str:
    """The title of a file that may have arrived before."""
    return _POSSIBLE_DUPLICATE + title


def noticed(message: Message, notice: str) -> Message:
    """The same message below a line of ours, in bold, about what became of it."""
    return _headed(message, f"*{notice}*", f"{notice}\n{message.text}")


def _headed(message: Message, line: str, text: str) -> Message:
    if not message.blocks:
        return Message(text, ())
    return Message(text, ({"type": "context", "elements": [_mrkdwn(line)]}, *message.blocks))


def escape(text: str) -> str:
    """One printable line in which Slack sees no mention, link or command."""
    return printable(text, _LINE).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """What `escape` was given, for a place where Slack reads plain text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(texts: Sequence[str]) -> list[str]:
    """Each as a line; what has nothing to show is left out, since Slack refuses an empty text."""
    return [_cut(line, _LINE) for line in map(escape, texts) if line]


def _cut(escaped: str, limit: int) -> str:
    """At most `limit` characters, never ending inside an entity."""
    if len(escaped) <= limit:
        return escaped
    kept = escaped[: limit - 1]
    entity = kept.rfind("&", max(0, len(kept) - 5))
    if entity >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    return kept + "…"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
