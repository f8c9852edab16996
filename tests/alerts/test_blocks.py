"""Slack's limits hold and hostile text is harmless, whatever a name upstream looks like."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from schemas.alerts import Message
from tasks.alerts.blocks import build, escape, marked_as_possible_duplicate

HOSTILE = (
    "<!channel> <@U123> <https://evil.example|click>",
    "a\r\nb\u2028c\x00\x1b[31m",
    "\u202egnihsihp\u202c\u200b\u2066x\u2069\ufeff",
    "&amp; &lt;!here&gt;",
    "*bold* _it_ `code` ~x~",
)


def every_text(message: Message) -> list[str]:
    """All texts of a message."""
    texts = [message.text]
    for block in message.blocks:
        texts += [part["text"] for part in block.get("elements", [block.get("text")])]
    return texts


def whole(message: Message) -> int:
    """How long a message is, in characters of its texts."""
    return sum(map(len, every_text(message)))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_command_nothing(name: str) -> None:
    """No mention, link, control, bidi or zero-width character of a name reaches Slack as such."""
    for text in every_text(build(f"{name} leads", [name], [name])):
        assert "<" not in text
        assert ">" not in text
        assert all(character.isprintable() for character in text.replace("\n", ""))


def test_entities_of_a_name_stay_text() -> None:
    """What looks like an entity upstream is shown as it was written."""
    assert escape("&lt;!here&gt;") == "&amp;lt;!here&amp;gt;"


def test_a_line_break_in_a_name_adds_no_line() -> None:
    """The first line of the message is ours alone."""
    assert build("one\ntwo", ["three\nfour"]).text == "one two\nthree four"


@given(st.text(max_size=1500), st.lists(st.text(max_size=900), max_size=40), st.lists(st.text(), max_size=4))
def test_every_message_is_within_the_limits(headline: str, details: list[str], footers: list[str]) -> None:
    """Slack's own models accept every message, and the whole stays under 10,000 characters."""
    message = build(headline or "x", details, footers)
    assert whole(message) <= 10_000
    assert len(message.blocks) <= 50
    for block in message.blocks:
        _parsed(block).validate_json()


def _parsed(block: dict[str, Any]) -> Block:
    parsed = Block.parse(json.loads(json.dumps(block)))
    assert parsed is not None
    return parsed


@given(st.integers(560, 640))
def test_cutting_never_splits_an_entity(length: int) -> None:
    """Where a long line is cut, no half of `&amp;` is left."""
    line = build("x" * length + "&&&&&&&&&&", []).headline
    assert len(line) <= 600
    assert line.rstrip("…").replace("&amp;", "").strip("x") == ""


def test_a_possible_duplicate_says_so_first() -> None:
    """A message that may have arrived before is marked in its text and in its blocks."""
    marked = marked_as_possible_duplicate(build("A sentence", []))
    assert marked.headline == "(possible duplicate) A sentence"
    assert "(possible duplicate)" in json.dumps(marked.blocks[0])
