"""Rankings: checked in columns, so that two years take milliseconds and a bad value costs one row."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import polars as pl

from schemas.frames import QuarantinedRows, RankingRows
from schemas.receipts import Receipt
from schemas.slugs import PERMASLUG_PATTERN
from schemas.text import printable
from tasks.normalize.envelope import Published, not_understood, read_envelope
from tasks.normalize.placing import place

ROWS_A_DAY: Final = 51
"""The top 50 and `other`."""
_DAY_PATTERN: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_WHOLE_NUMBER: Final = "^(0|[1-9][0-9]*)$"

NO_DAY: Final = "date is not a UTC day written YYYY-MM-DD"
OUTSIDE: Final = "date is outside the days asked for"
NOT_OVER: Final = "date is a day that was not over when this was fetched"
NO_SLUG: Final = "model_permaslug has an unknown shape"
TOO_MANY_TOKENS: Final = "total_tokens is more than 64 bits hold"
NO_TOKENS: Final = "total_tokens is not a whole number from 0 on"
TWICE: Final = "model_permaslug is there twice on that day"
CROWDED: Final = f"the day has more than {ROWS_A_DAY} models"


@dataclass(frozen=True)
class Normalized:
    """A rankings answer, taken apart into what is understood and what is not.

    Attributes:
        rows: what was understood (see `RankingRows`), in the order of the answer.
        quarantined: the rest, row by row with its reason (see `QuarantinedRows`).
    """

    rows: dy.DataFrame[RankingRows]
    quarantined: dy.DataFrame[QuarantinedRows]


def normalize(receipt: Receipt, body: bytes) -> Normalized:
    """Read a rankings answer of either channel, CSV or JSON.

    A row is set apart if its day, slug or tokens cannot be read, if its day was not asked for or was not
    over when it was fetched, if its model is there twice on a day (then each of them is: none can be
    trusted), or if the day has more than 51 models (then all of its rows are).

    Args:
        receipt: what was asked, and when the answer came.
        body: the answer as it was archived.

    Raises:
        EnvelopeError: the answer as a whole is not the documented one; the message says where it is kept.
        PayloadMismatchError: these are not the bytes that its manifest promised.
        RefusedAnswerError: it has no rows at all.
    """
    published = read_envelope(receipt, body)
    frame = _parse(published.rows)
    unplaceable = _misdated(receipt)
    faults = {**unplaceable, **_misread(frame), **_misplaced(frame)}
    if not published.misshapen and not frame.select(pl.any_horizontal(faults.values()).any()).item():
        _refuse_other_grain(frame["day"], receipt)
        return Normalized(_ranking_rows(frame), QuarantinedRows.create_empty())
    misshapen = [published.misshapen.get(position) for position in range(frame.height)]
    frame = frame.with_columns(
        reason=pl.coalesce(
            pl.Series(misshapen, dtype=pl.String),
            *(pl.when(wrong).then(pl.lit(reason)) for reason, wrong in faults.items()),
        ),
        unplaceable=pl.any_horizontal(unplaceable.values()),
    ).with_row_index("row_number", offset=1)
    frame = place(frame, rows_of_a_full_day=ROWS_A_DAY)
    good = frame.filter(pl.col("reason").is_null())
    _refuse_other_grain(good["day"], receipt)
    return Normalized(_ranking_rows(good), _quarantine(frame, published))


def _parse(rows: pl.DataFrame) -> pl.DataFrame:
    """The published columns and, where they can be read, day (Date) and tokens (Int64)."""
    day = pl.col("date").str.to_date("%Y-%m-%d", strict=False)
    if (misspelled := _unlike(rows["date"], _DAY_PATTERN)) is not None:
        day = pl.when(~misspelled).then(day)  # the parser alone takes " 2026-6-05" for a day
    return rows.with_columns(day=day, tokens=pl.col("published_tokens").cast(pl.Int64, strict=False))


def _misdated(receipt: Receipt) -> dict[str, pl.Expr]:
    """Reason → whether a row belongs to no day that can be recorded."""
    day = pl.col("day")
    last_over = receipt.fetched_at.date() - timedelta(days=1)
    start, end = receipt.asked.start or date.min, receipt.asked.end or last_over
    return {
        NO_DAY: day.is_null(),
        OUTSIDE: (day < start) | (day > end),
        NOT_OVER: day > last_over,
    }


def _misread(frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """Reason → whether slug or tokens of a row cannot be read."""
    tokens, text = pl.col("tokens"), pl.col("published_tokens")
    unlike = _unlike(frame["permaslug"], PERMASLUG_PATTERN)
    return {
        NO_SLUG: pl.col("permaslug").is_null() if unlike is None else unlike | pl.col("permaslug").is_null(),
        TOO_MANY_TOKENS: tokens.is_null() & text.str.contains(_WHOLE_NUMBER),
        # Compared as text again, so that "+5", "007" and "-0" are not taken for what nobody published.
        NO_TOKENS: tokens.is_null() | (tokens < 0) | (tokens.cast(pl.String) != text),
    }


def _misplaced(frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """Reason → whether a row cannot stand beside the others of its day."""
    days = frame.group_by("day").agg(rows=pl.len(), models=pl.col("permaslug").n_unique())
    faults = {}
    if (days["rows"] != days["models"]).any():
        whole_key = pl.col("day").is_not_null() & pl.col("permaslug").is_not_null()
        faults[TWICE] = whole_key & pl.struct("day", "permaslug").is_duplicated()
    crowded = days.filter(pl.col("models") > ROWS_A_DAY)["day"].drop_nulls()
    if crowded.len():
        faults[CROWDED] = pl.col("day").is_in(crowded.implode())
    return faults


def _unlike(column: pl.Series, pattern: str) -> pl.Expr | None:
    """Whether a value does not match; None if all do. Only distinct values are looked at: there are few."""
    distinct = column.unique().drop_nulls()
    others = distinct.filter(~distinct.str.contains(pattern))
    return pl.col(column.name).is_in(others.implode()) if others.len() else None


def _refuse_other_grain(days: pl.Series, receipt: Receipt) -> None:
    """The period is not echoed: an answer by week or month would pass for days, each far too large.

    Raises:
        EnvelopeError: several weeks were asked for, and only Mondays, or only first days of months, came.
    """
    distinct = days.unique()
    asked_days = (
        (receipt.asked.end - receipt.asked.start).days + 1 if receipt.asked.start and receipt.asked.end else 0
    )
    if asked_days < 14 or distinct.is_empty():
        return
    if (distinct.dt.weekday() == 1).all() or (distinct.dt.day() == 1).all():
        raise not_understood(receipt, "holds weeks or months where days were asked for")


def _ranking_rows(frame: pl.DataFrame) -> dy.DataFrame[RankingRows]:
    # Every rule of the schema has been checked above; `validate` would take as long as all of that again.
    return RankingRows.cast(frame.select("day", "permaslug", "tokens"))


def _quarantine(frame: pl.DataFrame, published: Published) -> dy.DataFrame[QuarantinedRows]:
    bad = frame.filter(pl.col("reason").is_not_null()).select("row_number", "day", "reason")
    texts = published.texts((bad["row_number"] - 1).to_list())
    return bad.with_columns(raw=pl.Series([printable(text) for text in texts], dtype=pl.String)).pipe(
        QuarantinedRows.validate, cast=True
    )
