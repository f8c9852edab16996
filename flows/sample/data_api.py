"""The made twin of the Data API: which rows it has for a question, and which questions it refuses."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flows.sample import made
from schemas.slices import Slice, kind_of

_HEADLINES: Final = ({"modality": "text"}, {"modality": "text", "period": "day"})
_LONGEST_SPAN_DAYS: Final = 366
_SAMPLE_STEP: Final = 1_000_000


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


def slice_rows(asked: Slice, first: date, last: date, snapshot: date) -> Iterator[tuple[date, str, int]]:
    """The rows of a slice for every day, week or month that begins in `[first, last]`, as `snapshot` states them.

    Each model has a made part of its tokens in each slice, none in some; what is sampled is round. A week that
    lacks a day has the tokens of the others, as upstream's would.
    """
    for window in kind_of(asked.period).covering(first, last):
        if not first <= window.start:
            continue
        tokens: dict[str, int] = {}
        for day in window.days:
            for _, slug, of_day in made.day_rows(day, snapshot):
                tokens[slug] = tokens.get(slug, 0) + of_day * _part_of_slice(asked.population, slug) // 100
        if asked.sampled:
            tokens = {slug: sum_ // _SAMPLE_STEP * _SAMPLE_STEP for slug, sum_ in tokens.items()}
        named = sorted(
            (slug for slug in tokens if slug != "other" and tokens[slug]), key=lambda slug: -tokens[slug]
        )
        yield from ((window.start, slug, tokens[slug]) for slug in [*named, "other"] if slug in tokens)


def _rows(filters: dict[str, str], first: date, last: date, today: date) -> Iterator[tuple[date, str, int]]:
    if filters not in _HEADLINES:
        spelled = ",".join(f"{name}={value}" for name, value in filters.items())
        yield from slice_rows(Slice.parse(spelled or "period=day"), first, last, today)
        return
    for offset in range((last - first).days + 1):
        yield from made.day_rows(first + timedelta(days=offset), today)


def _part_of_slice(population: str, slug: str) -> int:
    """How much of a model's tokens a slice holds, in per cent: all of them where nothing is filtered."""
    if population in {"all", "text"}:
        return 100
    of_slice = int.from_bytes(hashlib.sha256(f"{population} {slug}".encode()).digest()[:4], "big")
    return 0 if of_slice % 8 == 0 else 5 + of_slice % 50
