"""Every payload is one that Slack takes, by a judge that is not ours; and the judge can tell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Message
from tasks.alerts.blocks import build, marked_as_possible_duplicate, noticed
from tasks.alerts.messages import trial_message, undelivered_digest
from tests.support.blockkit import complaints
from tests.support.made_rules import FIRST


def payload(message: Message) -> dict[str, Any]:
    """A message as it is posted."""
    return {"text": message.text, "blocks": list(message.blocks)}


@given(st.text(max_size=1500), st.lists(st.text(max_size=900), max_size=40), st.lists(st.text(), max_size=4))
def test_whatever_the_text_slack_takes_it(headline: str, details: list[str], footers: list[str]) -> None:
    """Also marked as a possible duplicate, and with a word about what became of it at its head."""
    message = build(headline or "x", details, footers, "https://example.org/report?a=1|b&c=<d>")
    worst = marked_as_possible_duplicate(noticed(message, "No longer holds after a restatement"))
    assert [complaints(payload(each)) for each in (message, worst)] == [[], []]


@pytest.mark.parametrize(
    "message", [trial_message("ops"), undelivered_digest(["x" * 5_000] * 500, FIRST.ended_at)]
)
def test_messages_about_deliveries_are_taken(message: Message) -> None:
    """However many messages could not be delivered, the one about them can be."""
    assert complaints(payload(message)) == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"},
        {"type": "sections"},
    ],
)
def test_the_judge_can_tell(block: dict[str, Any]) -> None:
    """What Slack refuses is found."""
    assert complaints({"text": "x", "blocks": [block]}) != []


def test_the_judge_counts_blocks_and_characters() -> None:
    """Fifty blocks are the most, and 10,000 characters."""
    small = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    large = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}
    assert complaints({"text": "x", "blocks": [small] * 50}) == []
    assert complaints({"text": "x", "blocks": [small] * 51}) != []
    assert complaints({"text": "x", "blocks": [large] * 4}) == ["11601 characters"]
