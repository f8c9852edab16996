"""A judge of what is posted to Slack that is not ours: slackblocks' reading of Block Kit, and Slack's bounds."""

from collections.abc import Mapping
from typing import Any, Final

from slackblocks import Message
from slackblocks.blocks import Block
from slackblocks.errors import InvalidUsageError

LONGEST_MESSAGE: Final = 10_000


def complaints(post: Mapping[str, Any]) -> list[str]:
    """What is wrong with a payload, in words; nothing if Slack would take it as it is."""
    try:
        read = [Block.from_dict(block) for block in post["blocks"]]
        whole = Message("C0MADE", post["text"], read).to_dict()
    except (InvalidUsageError, KeyError, NotImplementedError) as error:
        return [f"{type(error).__name__}: {error}"]
    understood = [
        {name: value for name, value in block.items() if name != "block_id"} for block in whole["blocks"]
    ]
    found = [] if understood == list(post["blocks"]) else ["holds something that Block Kit does not know"]
    length = len(post["text"]) + sum(map(len, _texts(whole["blocks"])))
    return [*found, f"{length} characters"] if length > LONGEST_MESSAGE else found


def _texts(found: object) -> list[str]:
    """Every text in blocks, however deep."""
    if isinstance(found, str):
        return [found]
    if isinstance(found, Mapping):
        parts = [found[name] for name in ("text", "elements") if name in found]
        return [text for part in parts for text in _texts(part)]
    return [text for each in found for text in _texts(each)] if isinstance(found, list) else []
