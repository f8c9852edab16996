"""What strictness costs: a two-year answer checked row by row, against msgspec's own typed decoding.

    python -m tests.benchmarks.bench_decode

Both ways end in the same frame (day Date, permaslug String, tokens Int64); only ours could have set rows
apart. They take turns, and the best round of each counts, so that a busy machine slows both.
"""

import datetime as dt
import hashlib
import random
import time
from collections.abc import Callable
from typing import Final

import msgspec
import polars as pl
from polars.testing import assert_frame_equal

from schemas.receipts import Asked, Channel, Receipt
from tasks.normalize import normalize

ROUNDS: Final = 40
MOST: Final = 1.1
"""The promise: at most this many times what typed decoding takes."""
FIRST: Final = dt.date(2025, 1, 1)
DAYS: Final = 690


class TypedRow(msgspec.Struct):
    """A row as msgspec itself would check it."""

    date: dt.date
    model_permaslug: str
    total_tokens: int


class TypedAnswer(msgspec.Struct):
    """The answer around it."""

    data: list[TypedRow]


TYPED: Final = msgspec.json.Decoder(TypedAnswer, strict=False)


def typed(body: bytes) -> pl.DataFrame:
    """Decode with msgspec into typed rows, and those into a frame."""
    rows = TYPED.decode(body).data
    return pl.DataFrame(
        {
            "day": [row.date for row in rows],
            "permaslug": [row.model_permaslug for row in rows],
            "tokens": [row.total_tokens for row in rows],
        },
        schema={"day": pl.Date, "permaslug": pl.String, "tokens": pl.Int64},
    )


def two_years() -> tuple[Receipt, bytes]:
    """A made answer of 690 days and 51 rows a day."""
    chance = random.Random(2)  # noqa: S311 -- figures of a benchmark, no secret
    slugs = [f"author-{n % 60}/model-{n}-2026{n % 12 + 1:02d}01" + ":free" * (n % 9 == 0) for n in range(400)]
    rows = [
        {"date": str(FIRST + dt.timedelta(day)), "model_permaslug": slug, "total_tokens": str(tokens)}
        for day in range(DAYS)
        for slug in [*chance.sample(slugs, 50), "other"]
        for tokens in [chance.randrange(10**9, 10**12)]
    ]
    last = FIRST + dt.timedelta(DAYS - 1)
    meta = {"as_of": f"{last}T23:59:00Z", "version": "v1", "start_date": str(FIRST), "end_date": str(last)}
    body = msgspec.json.encode({"data": rows, "meta": meta})
    receipt = Receipt(
        id="1",
        channel=Channel.API,
        url="http://127.0.0.1/made",
        asked=Asked(start=FIRST, end=last, period="day", modality="text"),
        fetched_at=dt.datetime.combine(last + dt.timedelta(2), dt.time(), dt.UTC),
        as_of=None,
        sha256=hashlib.sha256(body).hexdigest(),
        bytes=len(body),
        citation="made",
    )
    return receipt, body


def main() -> None:
    """Print what each way takes, and their ratio; fail if it is more than promised."""
    receipt, body = two_years()
    ways: dict[str, Callable[[], object]] = {
        "msgspec, typed": lambda: typed(body),
        "tokentide": lambda: normalize(receipt, body),
    }
    assert_frame_equal(typed(body), normalize(receipt, body).rows)
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - started)
    for name, seconds in best.items():
        print(f"{name:16} {seconds * 1000:6.1f} ms for {DAYS * 51:,} rows")
    ratio = best["tokentide"] / best["msgspec, typed"]
    print(f"ratio            {ratio:6.2f} (promised: at most {MOST})")
    if ratio > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
