"""The made twins of the other hosts that are read: the Hugging Face Hub, and the Vercel AI Gateway."""

import json
from datetime import date, timedelta
from typing import Final

from flows.sample import made

HUB_BELOW: Final = "/hub"
GATEWAY_BELOW: Final = "/gateway"
FIRST_READING: Final = date(2026, 9, 10)
"""The first vintage at which the made Hub is looked at: the Hub keeps no history, so there is none before."""

_MODELS: Final = f"{HUB_BELOW}/models/"
_EXPORT: Final = f"{GATEWAY_BELOW}/ai/leaderboard-export"
_CHILDREN: Final = {
    # finetune, adapter, merge, quantized on FIRST_READING, and how many of each come in a week
    "jade-river/tide-3": ((5_200, 9_100, 310, 2_400), (210, 460, 12, 60)),
    "jade-river/tide-3-mini": ((2_900, 4_400, 150, 1_900), (130, 240, 6, 45)),
    "red-kite/kite-4-open": ((1_100, 1_700, 90, 800), (60, 85, 3, 30)),
    "north-fork/nf-5-open": ((4_800, 8_300, 520, 3_100), (90, 150, 7, 40)),
    "garonne/g-large-3": ((640, 720, 85, 410), (9, 11, 2, 6)),
}
_LABS: Final = {
    # percent of tokens on made.FIRST_WEEK, and how many hundredths of a point come in a week
    "jade-river": (16, 50),
    "red-kite": (9, 30),
    "plum-court": (5, 10),
    "north-fork": (38, -60),
    "bluebird": (24, -25),
    "garonne": (5, -5),
}
_REST: Final = "paper-mill"
"""A lab whose name on the gateway nobody has reviewed: it has what the others leave."""
_EXPORT_DAYS: Final = 60


def answer(path: str, today: date) -> bytes | None:
    """What the made host answers to a path on the day `today`; None where it has nothing there."""
    if path.startswith(_MODELS):
        return children(path.removeprefix(_MODELS), today)
    return gateway_export(today) if path == _EXPORT else None


def children(repository: str, today: date) -> bytes | None:
    """The children of a made repository on that day, in the Hub's shape; None where there is no such repository."""
    if repository not in _CHILDREN:
        return None
    first, weekly = _CHILDREN[repository]
    days = (today - FIRST_READING).days
    finetune, adapter, merge, quantized = (
        start + growth * days // 7 for start, growth in zip(first, weekly, strict=True)
    )
    counts = {"finetune": finetune, "adapter": adapter, "merge": merge, "quantized": quantized}
    return json.dumps({"id": repository, "childrenModelCount": counts}).encode()


def gateway_export(today: date) -> bytes:
    """The daily shares of made labs, in the gateway's shape: two months, the running day included."""
    first = max(made.FIRST_DAY, today - timedelta(days=_EXPORT_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return json.dumps(
        {
            "dataset": "labs",
            "modality": "text",
            "from": str(first),
            "to": str(today),
            "earliest_available_date": str(made.FIRST_DAY),
            "license": "CC-BY-4.0",
            "license_url": "https://example.invalid/made",
            "rows": [
                {
                    "date": str(day),
                    "group": "lab",
                    "name": lab,
                    "metric": metric,
                    "modality": "text",
                    "share_percent": share / 100,
                }
                for day in days
                for metric in ("requests", "tokens", "spend")
                for lab, share in _shares(day, metric).items()
            ],
        }
    ).encode()


def _shares(day: date, metric: str) -> dict[str, int]:
    """Hundredths of a percent of each lab on a day; 10,000 together. A dear lab has more of what is spent."""
    week = (day - made.FIRST_WEEK).days / 7
    shares = {lab: percent * 100 + round(growth * week) for lab, (percent, growth) in _LABS.items()}
    if metric == "spend":
        moved = shares["jade-river"] // 2
        shares["jade-river"] -= moved
        shares["bluebird"] += moved
    return {**shares, _REST: 10_000 - sum(shares.values())}
