"""What waits for a person, by tokens: authors nobody has reviewed, stealth models, and models' weights."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from schemas.answers import Answer
from schemas.frames import ORIGIN, UNDISCLOSED, UNREVIEWED
from schemas.windows import Window
from tasks.answers import Question, answer
from tasks.metrics.open_weights import weigh
from tasks.metrics.windowed import exact_sum
from tasks.reading import Reading

LABS_FILE: Final = "labs.csv"
ATTRIBUTIONS_FILE: Final = "attributions.csv"
WEIGHTS_FILE: Final = "open_weights.csv"


def waiting_for_review(reading: Reading, window: Window, repositories: Mapping[str, str]) -> Answer:
    """Everything of a window that a reviewed row would give to a country, then to open or closed models.

    A row has `bucket`, `author`, `model` (null for authors), `tokens`, `share` of all tokens of the window
    (what the country's share, or that of open or closed models, would gain), `hugging_face_id`, `file` and
    `row`: the line to add there, with its blanks in angle brackets.

    Args:
        reading: what is known, with the reviewed weights.
        window: the window whose tokens are looked at.
        repositories: the `hugging_face_id` that the catalogue states, by model: where to look, no verdict.
    """
    shares = answer(reading, Question("shares", window))
    in_window = reading.usage.filter(pl.col("day").is_between(window.start, window.end))
    total = shares.total_tokens or 0
    today = reading.as_of.date()
    waiting = [*_waiting(in_window), *_unweighed(reading, window)]
    rows = [
        _row(found, total, today) | {"hugging_face_id": repositories.get(found["model"] or "")}
        for found in waiting
        if total
    ]
    notes = [
        (
            f"Copy a row into {LABS_FILE}, {ATTRIBUTIONS_FILE} or {WEIGHTS_FILE} of your TOKENTIDE_REFERENCE folder, "
            "fill in what stands in angle brackets from something you have read, and name that as the evidence."
        ),
        "`share` is what the country, or open or closed models, would gain; low confidence never counts.",
        "A repository that the catalogue names may be empty yet: it is no evidence.",
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


def _unweighed(reading: Reading, window: Window) -> list[dict[str, Any]]:
    """Models of known labs whose weights nobody has reviewed."""
    weighed = weigh(reading.usage, reading.open_weights, as_of=reading.as_of)
    return (
        weighed.filter(
            pl.col("day").is_between(window.start, window.end),
            pl.col("bucket") == ORIGIN,
            pl.col("weights").is_null(),
        )
        .group_by("bucket", "author", "model")
        .agg(exact_sum("tokens"))
        .sort("tokens", "model", descending=[True, False])
        .to_dicts()
    )


def _row(found: dict[str, Any], total: int, today: date) -> dict[str, Any]:
    reviewed = ["<evidence: the page you read>", "<high or medium>", today, ""]
    if found["bucket"] == ORIGIN:
        file, cells = WEIGHTS_FILE, [found["model"], "<open or closed>", "2025-01-01", today, *reviewed]
    elif found["model"] is None:
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
