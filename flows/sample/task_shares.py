"""Made shares of tasks, of the seven days that ended yesterday; they move a little from week to week."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from flows.sample import made

_TAGS: Final[dict[str, tuple[str, int, dict[str, int]]]] = {
    "code:general_impl": (
        "code",
        310,
        {"north-fork/nf-5": 350, "jade-river/tide-3": 290, "red-kite/kite-4": 140, "bluebird/song-4": 90},
    ),
    "code:debugging": (
        "code",
        160,
        {"north-fork/nf-5": 410, "jade-river/tide-3": 220, "openrouter/auto": 60},
    ),
    "agent:web_search": (
        "agent",
        220,
        {"jade-river/tide-3": 380, "bluebird/song-4": 160, "somebody/unlisted": 80, "stealth/paper-boat": 70},
    ),
    "general:roleplay": ("general", 190, {"jade-river/tide-3:free": 450, "plum-court/plum-2.5": 210}),
    "data:extraction": ("data", 120, {}),
}
"""What a tag is filed under, and in thousandths: its share of all tokens, and those of models within it, by `id`."""


def answer(asked: Mapping[str, str], today: date) -> bytes:
    """The answer to the parameters of `GET /classifications/task` on the day `today`.

    Raises:
        ValueError: another window than upstream has.
    """
    if asked.get("window", "7d") != "7d":
        raise ValueError("Invalid window")
    yesterday = today - timedelta(days=1)
    data = {"as_of": str(yesterday), "window_days": 7, "classifications": _classifications(yesterday)}
    return json.dumps({"data": data}).encode()


def _classifications(day: date) -> list[dict[str, Any]]:
    week = max((day - made.FIRST_WEEK).days // 7, 0)
    return [
        {
            "tag": tag,
            "display_name": tag.partition(":")[2].replace("_", " ").title(),
            "macro_category": category,
            "token_share": share / 1000,
            "usage_share": share / 1000,
            "models": [
                {"id": name, "tag_token_share": (part + week) / 1000, "tag_usage_share": part / 1000}
                for name, part in models.items()
            ],
        }
        for tag, (category, share, models) in _TAGS.items()
    ]
