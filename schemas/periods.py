"""Where the days, weeks and months begin and end that the rows of a series are about, in columns."""

from datetime import timedelta
from typing import Final, TypeVar

import polars as pl

from schemas.windows import Grain

Days = TypeVar("Days", pl.Expr, pl.Series)
_MONDAY: Final = 1


def begins_period(day: Days, grain: Grain) -> Days:
    """Whether a day (Date) is the first of a `grain`, by which its row is dated (Boolean; null where there is none)."""
    match grain:
        case "week":
            return day.dt.weekday() == _MONDAY
        case "month":
            return day.dt.day() == 1
    return day == day


def last_day(day: pl.Expr, grain: Grain) -> pl.Expr:
    """The last day (Date) of the `grain` that begins with `day`."""
    match grain:
        case "week":
            return day + timedelta(days=6)
        case "month":
            return day.dt.month_end()
    return day
