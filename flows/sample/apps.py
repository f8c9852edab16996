"""Made rankings of apps: invented names, one of which tries to be more than a name."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flows.sample import made

_DAILY_TOKENS: Final[dict[int, tuple[str, int, int]]] = {
    101: ("Tideline Editor", 310_000_000_000, 12),
    102: ("Harbour Agent", 240_000_000_000, 55),
    103: ("Gull Chat", 120_000_000_000, -8),
    104: ('=HYPERLINK("http://example.invalid")', 60_000_000_000, 3),
    105: ("Kelp \u202ereversed\u001b[31m red", 45_000_000_000, -2),
    106: ("Gull Chat", 30_000_000_000, 9),
    107: ("Late Arrival", 0, 40),
}
"""Name, tokens on the first day, and thousandths by which they grow in a week, by id. Two share a name."""
_ARRIVED: Final = {107: made.FIRST_WEEK + timedelta(weeks=24)}
_TOKENS_PER_REQUEST: Final = 21_000


def answer(asked: Mapping[str, str], today: date) -> bytes:
    """The answer to the parameters of `GET /datasets/app-rankings` on the day `today`.

    Raises:
        ValueError: a parameter that upstream refuses.
    """
    last = min(date.fromisoformat(asked.get("end_date", str(today))), today - timedelta(days=1))
    first = date.fromisoformat(asked.get("start_date", str(last - timedelta(days=30))))
    limit, offset = int(asked.get("limit", "50")), int(asked.get("offset", "0"))
    if last < first or not 1 <= limit <= 100 or not 0 <= offset <= 100:
        raise ValueError("Invalid span, limit or offset")
    ranked = _ranked(asked.get("sort", "popular"), first, last)
    rows = [
        {
            "rank": rank,
            "app_id": app_id,
            "app_name": _DAILY_TOKENS[app_id][0],
            "total_tokens": str(tokens),
            "total_requests": tokens // _TOKENS_PER_REQUEST,
        }
        for rank, (app_id, tokens) in enumerate(ranked, 1)
    ]
    as_of = datetime.combine(today, time(2), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    meta = {"as_of": as_of, "version": "v1", "start_date": str(first), "end_date": str(last)}
    return json.dumps({"data": rows[offset : offset + limit], "meta": meta}).encode()


def _ranked(sort: str, first: date, last: date) -> list[tuple[int, int]]:
    """The apps with tokens in the window: by tokens, or by how many more they are than before."""
    length = last - first + timedelta(days=1)
    tokens = {app_id: _tokens(app_id, first, last) for app_id in _DAILY_TOKENS}
    if sort == "popular":
        order = tokens
    elif sort == "trending":
        before = {app_id: _tokens(app_id, first - length, last - length) for app_id in tokens}
        order = {app_id: tokens[app_id] - before[app_id] for app_id in tokens}
    else:
        raise ValueError("Invalid sort")
    shown = [app_id for app_id in tokens if tokens[app_id] and order[app_id] > 0]
    return [(app_id, tokens[app_id]) for app_id in sorted(shown, key=lambda app_id: -order[app_id])]


def _tokens(app_id: int, first: date, last: date) -> int:
    _, daily_tokens, growth = _DAILY_TOKENS[app_id]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    since = _ARRIVED.get(app_id, made.FIRST_DAY)
    weeks = [(day - made.FIRST_WEEK).days // 7 for day in days if day >= since]
    start = daily_tokens or 50_000_000_000
    return sum(start * (1000 + growth * max(week, 0)) // 1000 for week in weeks)
