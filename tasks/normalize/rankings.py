"""Rankings: checked in columns, so that two years take milliseconds and a bad value costs one row."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import polars as pl

from schemas.periods import begins_period, last_day
from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Receipt, series_of
from schemas.slugs import PERMASLUG_PATTERN
from schemas.text import printable
from tasks.normalize.envelope import Published, not_understood, read_envelope
from tasks.normalize.placing import place

ROWS_A_DAY: Final = 51
"""The top 50 and `other`."""
_NOTHING: Final = QuarantinedRows.create_empty()
_WEEKS_ENOUGH_DAYS: Final = 14
_DAY_PATTERN: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

NO_DAY: Final = "date is not a UTC day written YYYY-MM-DD"
NO_PERIOD: Final = "date is not the first day of a week (Monday) or month, as asked for"
OUTSIDE: Final = "date is outside the days asked for"
NOT_OVER: Final = "date is a day, week or month that was not over when this was fetched"
NO_SLUG: Final = "model_permaslug has an unknown shape"
NO_TOKENS: Final = "total_tokens is not a whole number from 0 to 9223372036854775807"
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
    rows = published.rows
    days = rows.group_by("date").agg(rows=pl.len(), models=pl.col("permaslug").n_unique())
    odd_dates = _unlike(_DAY_PATTERN, days["date"])
    days = days.with_columns(day=_day(odd_dates))
    _refuse_other_grain(days["day"].drop_nulls(), receipt)
    frame = rows.with_columns(
        day=_day(odd_dates),
        tokens=pl.col("published_tokens").cast(pl.Int64, strict=False),
    )
    misdated = _misdated(receipt)
    faults = {**misdated, **_misread(rows["permaslug"]), **_misplaced(days)}
    if not published.misshapen and not frame.select(pl.any_horizontal(faults.values()).any()).item():
        return Normalized(_ranking_rows(frame), _NOTHING)
    misshapen = [published.misshapen.get(position) for position in range(frame.height)]
    frame = frame.with_columns(
        reason=pl.coalesce(
            pl.Series(misshapen, dtype=pl.String),
            *(pl.when(wrong).then(pl.lit(reason)) for reason, wrong in faults.items()),
        ),
        homeless=pl.any_horizontal(misdated.values()),
    ).with_row_index("row_number", offset=1)
    frame = place(frame, rows_of_a_full_day=ROWS_A_DAY)
    good = frame.filter(pl.col("reason").is_null())
    return Normalized(_ranking_rows(good), _quarantine(frame, published))


def _day(odd_dates: pl.Series) -> pl.Expr:
    """The day that `date` spells; null where that is odd (the parser alone takes " 2026-6-05" for a day)."""
    day = pl.col("date").str.to_date("%Y-%m-%d", strict=False)
    return pl.when(~pl.col("date").is_in(odd_dates.implode())).then(day) if odd_dates.len() else day


def _misdated(receipt: Receipt) -> dict[str, pl.Expr]:
    """Reason → whether a row belongs to no day that can be recorded."""
    day, grain = pl.col("day"), series_of(receipt).grain
    last_over = receipt.fetched_at.date() - timedelta(days=1)
    start, end = receipt.asked.start or date.min, receipt.asked.end or last_over
    odd = {} if grain == "day" else {NO_PERIOD: ~begins_period(day, grain)}
    return {
        NO_DAY: day.is_null(),
        **odd,
        OUTSIDE: (day < start) | (day > end),
        NOT_OVER: last_day(day, grain) > last_over,
    }


def _misread(slugs: pl.Series) -> dict[str, pl.Expr]:
    """Reason → whether slug or tokens of a row cannot be read."""
    odd_slugs = _unlike(PERMASLUG_PATTERN, slugs.unique())
    tokens, text = pl.col("tokens"), pl.col("published_tokens")
    return {
        NO_SLUG: pl.col("permaslug").is_null() | pl.col("permaslug").is_in(odd_slugs.implode()),
        # The cast takes "+5", "-0" and "007" too; as texts, a sign and a leading zero come before "1".
        NO_TOKENS: tokens.is_null() | ((text < "1") & (text != "0")),
    }


def _misplaced(days: pl.DataFrame) -> dict[str, pl.Expr]:
    """Reason → whether a row cannot stand beside the others of its day."""
    faults = {}
    if (days["rows"] != days["models"]).any():
        whole_key = pl.col("day").is_not_null() & pl.col("permaslug").is_not_null()
        faults[TWICE] = whole_key & pl.struct("day", "permaslug").is_duplicated()
    crowded = days.filter(pl.col("models") > ROWS_A_DAY)["day"].drop_nulls()
    if crowded.len():
        faults[CROWDED] = pl.col("day").is_in(crowded.implode())
    return faults


def _unlike(pattern: str, distinct: pl.Series) -> pl.Series:
    """The values that do not match. There are few distinct ones, so looking at each of them costs nothing."""
    return distinct.filter(~distinct.str.contains(pattern))


def _refuse_other_grain(days: pl.Series, receipt: Receipt) -> None:
    """The period is not echoed: an answer by week would pass for days each far too large, one by day for weeks.

    Raises:
        EnvelopeError: several weeks of days were asked for, and only Mondays, or only first days of months, came;
            or most days that came are not the first of a week or month, as was asked for.
    """
    start, end = receipt.asked.start, receipt.asked.end
    if start is None or end is None or days.is_empty():
        return
    grain = series_of(receipt).grain
    firsts = {each: days.filter(begins_period(days, each)).len() for each in ("week", "month")}
    several = (end - start).days >= _WEEKS_ENOUGH_DAYS
    if grain == "day" and several and days.len() in firsts.values():
        raise not_understood(receipt, "holds weeks or months where days were asked for")
    only_months = grain == "week" and several and days.len() == firsts["month"]
    if grain != "day" and (only_months or 2 * firsts[grain] <= days.len()):
        raise not_understood(receipt, f"holds other periods where {grain}s were asked for")


def _ranking_rows(frame: pl.DataFrame) -> dy.DataFrame[RankingRows]:
    # Every rule of the schema has been checked above; `validate` would take as long as all of that again.
    return RankingRows.cast(frame.select("day", "permaslug", "tokens"))


def _quarantine(frame: pl.DataFrame, published: Published) -> dy.DataFrame[QuarantinedRows]:
    bad = frame.filter(pl.col("reason").is_not_null()).select("row_number", "day", "reason")
    texts = published.texts((bad["row_number"] - 1).to_list())
    return bad.with_columns(raw=pl.Series([printable(text) for text in texts], dtype=pl.String)).pipe(
        QuarantinedRows.validate, cast=True
    )
