"""Rankings answers in the three shapes in which they are published, and the receipts that go with them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from schemas.receipts import Asked, Channel, Receipt
from tasks.normalize import Normalized, normalize

Shape = Literal["csv", "json", "api"]
SHAPES: Final[tuple[Shape, ...]] = ("csv", "json", "api")
FIRST: Final = date(2026, 6, 30)
LAST: Final = date(2026, 7, 29)
Row = tuple[str, str, object]
"""date, model_permaslug, total_tokens; `None` is a value that is not there."""


def full_day(day: date = FIRST) -> list[Row]:
    """A day with all of its 51 rows: 51,000 down to 2,000 tokens, and 1,000 in the tail."""
    named: list[Row] = [(str(day), f"maker/model-{n}", 51_000 - 1000 * n) for n in range(50)]
    return [*named, (str(day), "other", 1000)]


def print_rows(shape: Shape, rows: Sequence[Row]) -> bytes:
    """The answer of one shape that publishes these rows."""
    if shape == "csv":
        header = "date,model_permaslug,rank,total_tokens,share_of_daily_tokens"
        lines = [
            f"{day},{slug},{'' if slug == 'other' else 1},{'' if tokens is None else tokens},0.5"
            for day, slug, tokens in rows
        ]
        return "".join(f"{line}\r\n" for line in [header, *lines]).encode()
    names = ("date", "model_permaslug", "total_tokens")
    if shape == "api":
        data = [dict(zip(names, (day, slug, _text(tokens)), strict=True)) for day, slug, tokens in rows]
        meta = {
            "as_of": "2026-07-30T02:00:00.000Z",
            "version": "v1",
            "start_date": str(FIRST),
            "end_date": str(LAST),
        }
        return json.dumps({"data": data, "meta": meta}).encode()
    published = [
        dict(zip(names, row, strict=True))
        | {"rank": None if row[1] == "other" else 1, "share_of_daily_tokens": 0.5}
        for row in rows
    ]
    envelope = {
        "dataset": "rankings-daily",
        "snapshot_date": str(LAST + timedelta(days=1)),
        "row_count": len(rows),
        "rows": published,
    }
    return json.dumps(envelope).encode()


def _text(tokens: object) -> object:
    return str(tokens) if isinstance(tokens, int) and not isinstance(tokens, bool) else tokens


def receipt_of(shape: Shape, body: bytes, *, fetched_at: datetime | None = None, **asked: Any) -> Receipt:
    """The receipt of an answer about those thirty days that came on the day after."""
    question: dict[str, Any] = {
        "start": FIRST,
        "end": LAST,
        "period": "day",
        "modality": "text",
        "format": "csv" if shape == "csv" else "json",
    }
    if "slice" in asked:
        del question["period"], question["modality"]
    return Receipt(
        id="00000001",
        channel=Channel.API if shape == "api" else Channel.EXPORTS,
        url="http://127.0.0.1/rankings",
        asked=Asked(**question | asked),
        fetched_at=fetched_at or datetime(2026, 7, 30, 12, tzinfo=UTC),
        as_of=None,
        sha256=hashlib.sha256(body).hexdigest(),
        bytes=len(body),
        citation="made",
    )


def list_receipt(channel: Channel, asked: Asked, fetched_at: datetime) -> Receipt:
    """The receipt of an answer with lists."""
    return Receipt(
        id="00000001",
        channel=channel,
        url="http://127.0.0.1/list",
        asked=asked,
        fetched_at=fetched_at,
        as_of=None,
        sha256="0" * 64,
        bytes=1,
        citation="made",
    )


def read(shape: Shape, published: Sequence[Row], **question: Any) -> Normalized:
    """What is understood of an answer that publishes these rows."""
    body = print_rows(shape, published)
    return normalize(receipt_of(shape, body, **question), body)
