"""Who waits for a person: authors nobody has reviewed and stealth models nobody has revealed, by tokens."""

import csv
import io
from datetime import date
from typing import Any, Final

import polars as pl

from schemas.answers import Answer
from schemas.frames import UNDISCLOSED, UNREVIEWED
from schemas.windows import Window
from tasks.answers import Question, answer
from tasks.reading import Reading

LABS_FILE: Final = "labs.csv"
ATTRIBUTIONS_FILE: Final = "attributions.csv"


def waiting_for_review(reading: Reading, window: Window) -> Answer:
    """Everything of a window that a reviewed row would give to a country.

    A row has `bucket`, `author`, `model` (stealth models; null for authors), `tokens`, `share` of all tokens
    of the window (what the country's share would gain), `file` and `row`: the line to add there, with its
    blanks in angle brackets.
    """
    shares = answer(reading, Question("shares", window))
    in_window = reading.usage.filter(pl.col("day").is_between(window.start, window.end))
    total = shares.total_tokens or 0
    today = reading.as_of.date()
    rows = [_row(found, total, today) for found in _waiting(in_window)] if total else []
    notes = [
        (
            f"Copy a row into {LABS_FILE} or {ATTRIBUTIONS_FILE} of your TOKENTIDE_REFERENCE folder, "
            "fill in what stands in angle brackets from something you have read, and name that as the evidence."
        ),
        "`share` is what the country's share of this window would gain; low confidence never counts.",
    ]
    return shares.model_copy(
        update={"definition": {**shares.definition, "metric": "review"}, "rows": rows, "notes": notes}
    )


def _waiting(usage: pl.DataFrame) -> list[dict[str, Any]]:
    authors = (
        usage.filter(pl.col("bucket") == UNREVIEWED)
        .group_by("bucket", "author")
        .agg(pl.col("tokens").sum())
        .with_columns(pl.lit(None, dtype=pl.String).alias("model"))
    )
    stealth = (
        usage.filter(pl.col("bucket") == UNDISCLOSED)
        .group_by("bucket", "author", "model")
        .agg(pl.col("tokens").sum())
    )
    both = pl.concat([authors, stealth.select(authors.columns)])
    return both.sort("tokens", "author", "model", descending=[True, False, False]).to_dicts()


def _row(found: dict[str, Any], total: int, today: date) -> dict[str, Any]:
    reviewed = ["<evidence: the page you read>", "<high or medium>", today, ""]
    if found["model"] is None:
        file, cells = LABS_FILE, [found["author"], "<lab>", "<country>", "2025-01-01", today, *reviewed]
    else:
        file = ATTRIBUTIONS_FILE
        cells = [
            found["model"],
            "revealed",
            "<lab>",
            "<country>",
            "<first day it ranked>",
            "<day of the reveal>",
        ]
        cells += reviewed
    return {
        "bucket": found["bucket"],
        "author": found["author"],
        "model": found["model"],
        "tokens": found["tokens"],
        "share": found["tokens"] / total,
        "file": file,
        "row": _line(cells),
    }


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
