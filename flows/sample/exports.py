"""The made export of a day, in both encodings, and the manifest that promises them."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from flows.sample import made

MADE_LICENCE: Final = {"name": "made sample data, free of rights", "url": "https://example.invalid/made"}
COLUMNS: Final = ("date", "model_permaslug", "rank", "total_tokens", "share_of_daily_tokens")


def export_csv(snapshot: date) -> bytes:
    """The export of a snapshot as CSV with CRLF, ranks and shares as upstream writes them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_table(snapshot))
    return out.getvalue().encode()


def export_json(snapshot: date) -> bytes:
    """The same export as its JSON twin."""
    rows = [
        {
            "date": str(day),
            "model_permaslug": slug,
            "rank": rank,
            "total_tokens": tokens,
            "share_of_daily_tokens": part,
        }
        for day, slug, rank, tokens, part in _table(snapshot)
    ]
    envelope = {
        "dataset": "rankings-daily",
        "title": "MADE SAMPLE DATA",
        "snapshot_date": str(snapshot),
        "retrieved_at": _published_at(snapshot),
        "license": MADE_LICENCE,
        "columns": COLUMNS,
        "row_count": len(rows),
        "rows": rows,
    }
    return json.dumps(envelope).encode()


def manifest(snapshot: date, base_url: str) -> bytes:
    """The manifest of a snapshot with the true sizes and hashes of its files."""
    files = {}
    for extension, body, encoding in (
        ("csv", export_csv(snapshot), "text/csv"),
        ("json", export_json(snapshot), "application/json"),
    ):
        files[extension] = {
            "url": f"{base_url}/datasets/exports/rankings-daily/{snapshot}.{extension}",
            "encoding_format": encoding,
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    content = {
        "dataset": "rankings-daily",
        "schema_version": "v1",
        "snapshot_date": str(snapshot),
        "retrieved_at": _published_at(snapshot),
        "row_count": sum(1 for _ in made.published_rows(snapshot)),
        "license": MADE_LICENCE,
        "attribution": "MADE SAMPLE DATA, not OpenRouter's",
        "files": files,
    }
    return json.dumps(content).encode()


def _published_at(snapshot: date) -> str:
    return f"{snapshot}T01:46:00.000Z"


def _table(snapshot: date) -> Iterator[tuple[date, str, int | None, int, float]]:
    rows = list(made.published_rows(snapshot))
    totals: dict[date, int] = {}
    for day, _, tokens in rows:
        totals[day] = totals.get(day, 0) + tokens
    rank, previous = 0, None
    for day, slug, tokens in rows:
        rank = 1 if day != previous else rank + 1
        previous = day
        yield day, slug, None if slug == "other" else rank, tokens, tokens / totals[day]
