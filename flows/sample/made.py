"""The made sample: invented labs, invented tokens, and everything that reality contains.

A pure function of the date: there is no data file to drift from its script. It holds a rise above half and
a fall back, a leader that changes hands, a second crossing that arrives with the last vintage, a stealth
model that is revealed just before it, an author nobody has reviewed, `:free` twins, a day that is restated
weeks later, newest days that are published a little low, and a day that never came.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

FIRST_DAY: Final = date(2026, 3, 31)
FIRST_WEEK: Final = date(2026, 4, 6)
MISSING_DAY: Final = date(2026, 6, 14)
RESTATED_DAY: Final = date(2026, 8, 12)
RESTATED_MODEL: Final = "jade-river/tide-3-20260312"
RESTATED_FROM: Final = date(2026, 9, 10)
WINDOW_DAYS: Final = 30

VINTAGES: Final = tuple(
    date(2026, month, day)
    for month, day in ((4, 30), (5, 28), (6, 25), (7, 23), (8, 20), (9, 10), (9, 17), (9, 24), (10, 1))
)
"""Thursdays on which the sample is looked at: the dates of its exports, oldest first."""

# Parts of a day in basis points at (week number from FIRST_WEEK, part), joined by straight lines.
_PARTS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    RESTATED_MODEL: (
        (0, 1500),
        (13, 2150),
        (14, 2480),
        (16, 2450),
        (17, 2300),
        (18, 1950),
        (20, 1830),
        (23, 1960),
        (24, 2230),
    ),
    "jade-river/tide-3-20260312:free": ((0, 300), (13, 420), (14, 480), (18, 380), (24, 420)),
    "red-kite/kite-4-20260218": (
        (0, 800),
        (13, 1200),
        (14, 1260),
        (16, 1280),
        (18, 1240),
        (20, 1180),
        (24, 1290),
    ),
    "red-kite/kite-4-mini": ((0, 350), (13, 480), (18, 480), (24, 500)),
    "plum-court/plum-2.5-20260401": ((0, 350), (13, 550), (18, 550), (20, 520), (24, 570)),
    "stealth/paper-boat": ((18, 0), (19, 200), (23, 260), (24, 300)),
    "north-fork/nf-5-20260115": (
        (0, 2400),
        (13, 1800),
        (14, 1650),
        (16, 1650),
        (18, 1880),
        (20, 2000),
        (24, 1720),
    ),
    "north-fork/nf-5-mini": ((0, 900), (13, 700), (18, 740), (24, 700)),
    "bluebird/song-4-20251120": ((0, 1300), (13, 1000), (18, 1100), (20, 1150), (24, 950)),
    "bluebird/song-4-20251120:free": ((0, 250), (24, 200)),
    "prairie-dog/pd-2": ((0, 450), (24, 330)),
    "garonne/g-large-3": ((0, 280), (24, 200)),
    "hangang/h-1-pro": ((0, 120), (24, 110)),
    "maple-row/m-command": ((0, 100), (24, 90)),
    "new-dawn/aurora-1": ((9, 0), (12, 30), (24, 40)),
    "openrouter/auto": ((0, 50), (24, 50)),
    "other": ((0, 720), (24, 690)),
}
_WEEKDAY_PERCENT: Final = (104, 106, 105, 104, 101, 90, 90)
_FIRST_DAILY_TOKENS: Final = 4_100_000_000_000
_PRICES_USD_PER_TOKEN: Final = {
    RESTATED_MODEL: ("0.00000028", "0.00000042"),
    "jade-river/tide-3-20260312:free": ("0", "0"),
    "red-kite/kite-4-20260218": ("0.0000006", "0.0000024"),
    "plum-court/plum-2.5-20260401": ("0.0000003", "0.0000012"),
    "north-fork/nf-5-20260115": ("0.00000175", "0.000014"),
    "bluebird/song-4-20251120": ("0.000003", "0.000015"),
    "openrouter/auto": ("-1", "-1"),
}
_STATED: Final[dict[str, tuple[str | None, float | None]]] = {
    RESTATED_MODEL: ("jade-river/tide-3", 44.5),
    "red-kite/kite-4-20260218": ("red-kite/kite-4", 41),
    "plum-court/plum-2.5-20260401": (None, 38.5),
    "north-fork/nf-5-20260115": (None, 56),
    "bluebird/song-4-20251120": (None, 58.5),
}
"""Of some models what the catalogue states besides: a repository on Hugging Face, and a benchmark index."""
_EMBEDDING_PRICES_USD_PER_TOKEN: Final = {"garonne/g-embed-1": ("0.00000002", "0")}


def published_rows(snapshot: date) -> Iterator[tuple[date, str, int]]:
    """The rows of the export of `snapshot`: (UTC day, permaslug, tokens), largest first, `other` last."""
    for back in range(WINDOW_DAYS, 0, -1):
        yield from day_rows(snapshot - timedelta(days=back), snapshot)


def day_rows(day: date, snapshot: date) -> list[tuple[date, str, int]]:
    """The rows of one day as the export of `snapshot` states them; none for the day that never came."""
    if not FIRST_DAY <= day < snapshot or day == MISSING_DAY:
        return []
    rows = [(slug, _tokens(slug, day, snapshot)) for slug in _PARTS]
    named = sorted((row for row in rows if row[0] != "other" and row[1]), key=lambda row: -row[1])
    tail = [row for row in rows if row[0] == "other"]
    return [(day, slug, tokens) for slug, tokens in named + tail]


def catalogue() -> bytes:
    """A made answer of `/models`, in the documented shape."""
    return _models(_PRICES_USD_PER_TOKEN)


def embedding_models() -> bytes:
    """A made answer of `/embeddings/models`: what embeds a text answers with no token."""
    return _models(_EMBEDDING_PRICES_USD_PER_TOKEN)


def _models(prices_usd_per_token: Mapping[str, tuple[str, str]]) -> bytes:
    entries = []
    for slug, (prompt, completion) in prices_usd_per_token.items():
        canonical, _, variant = slug.partition(":")
        repository, index = _STATED.get(canonical, (None, None))
        entries.append(
            {
                "id": canonical.rsplit("-2", 1)[0] + (f":{variant}" if variant else ""),
                "canonical_slug": canonical,
                "hugging_face_id": repository,
                "name": f"{slug} (made)",
                "created": int(datetime.combine(FIRST_DAY, time(), UTC).timestamp()),
                "context_length": 131072,
                "pricing": {"prompt": prompt, "completion": completion},
                "benchmarks": {} if index is None else {"artificial_analysis": {"intelligence_index": index}},
            }
        )
    return json.dumps({"data": entries}).encode()


def looked_at(snapshot: date) -> datetime:
    """When the weekly job looks at the export of `snapshot`: 03:00 UTC, after it was published."""
    return datetime.combine(snapshot, time(3), UTC)


def _tokens(slug: str, day: date, snapshot: date) -> int:
    week, weekday = divmod((day - FIRST_WEEK).days, 7)
    daily = _FIRST_DAILY_TOKENS * (100 + 2 * max(week, 0)) // 100 * _WEEKDAY_PERCENT[weekday] // 100
    tokens = daily * _part(slug, max(week, 0)) // 10_000
    tokens = tokens * (9_950 + _jitter(slug, day) % 101) // 10_000
    if day == snapshot - timedelta(days=1):
        tokens = tokens * 9_998 // 10_000  # the newest day is published a little low, and rises within a day
    if (slug, day) == (RESTATED_MODEL, RESTATED_DAY) and snapshot >= RESTATED_FROM:
        tokens = tokens * 1_023 // 1_000
    return tokens


def _part(slug: str, week: int) -> int:
    knots = _PARTS[slug]
    if week < knots[0][0]:
        return 0
    for (left, low), (right, high) in pairwise(knots):
        if week <= right:
            return low + (high - low) * (week - left) // (right - left)
    return knots[-1][1]


def _jitter(slug: str, day: date) -> int:
    return int.from_bytes(hashlib.sha256(f"{slug} {day}".encode()).digest()[:4], "big")
