"""The made twin of the Data API: which rows it has for a question, and which questions it refuses."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flows.sample import made
from schemas.slices import Slice

_HEADLINES: Final = ({"modality": "text"}, {"modality": "text", "period": "day"})
_LONGEST_SPAN_DAYS: Final = 366


def answer(asked: Mapping[str, str], today: date) -> bytes:
    """The answer to the parameters of `GET /datasets/rankings-daily` on the day `today`.

    Raises:
        ValueError: a date that is none, or an impossible span.
        UsageError: upstream has no such filter or value, or refuses the combination.
    """
    newest = today - timedelta(days=1)
    filters = dict(asked)
    first = max(date.fromisoformat(filters.pop("start_date", str(newest))), made.FIRST_DAY)
    last = min(date.fromisoformat(filters.pop("end_date", str(newest))), newest)
    if not 0 <= (last - first).days < _LONGEST_SPAN_DAYS:
        raise ValueError("Invalid range")
    rows = [
        {"date": str(day), "model_permaslug": slug, "total_tokens": str(tokens)}
        for day, slug, tokens in _rows(filters, first, last, today)
    ]
    as_of = datetime.combine(today, time(2), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    meta = {"as_of": as_of, "version": "v1", "start_date": str(first), "end_date": str(last)}
    return json.dumps({"data": rows, "meta": meta}).encode()


def _rows(filters: dict[str, str], first: date, last: date, today: date) -> Iterator[tuple[date, str, int]]:
    if filters not in _HEADLINES:
        spelled = ",".join(f"{name}={value}" for name, value in filters.items())
        yield from made.slice_rows(Slice.parse(spelled or "period=day"), first, last, today)
        return
    for offset in range((last - first).days + 1):
        yield from made.day_rows(first + timedelta(days=offset), today)
