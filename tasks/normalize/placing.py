"""Rows that belong to no day, and the days that may be the ones that miss them."""

from typing import Final

import polars as pl

DOUBTFUL: Final = "a row without a readable day may belong to this one, which is not full"


def place(frame: pl.DataFrame, *, rows_of_a_full_day: int) -> pl.DataFrame:
    """Mark every day that may lack a row, so that none passes for whole with a smaller total.

    A row whose date is garbage was meant for some day, and that day now has a row too few. A day that has
    all of its rows cannot be it. The others are marked: by giving them the homeless rows, if there are
    enough to go round (nearly always it is one row and one day), else by setting all of their rows apart.

    Args:
        frame: columns day, reason (null = understood), homeless (Boolean).
        rows_of_a_full_day: how many rows a day has at most.

    Returns:
        `frame` with day and reason of the rows concerned replaced.
    """
    count = frame.filter("homeless").height
    short = (
        frame.filter(~pl.col("homeless"))
        .group_by("day")
        .len()
        .filter(pl.col("len") < rows_of_a_full_day)["day"]
        .sort()
    )
    if not count or short.is_empty():
        return frame
    if count < short.len():
        doubtful = pl.when(pl.col("day").is_in(short.implode()) & ~pl.col("homeless")).then(pl.lit(DOUBTFUL))
        return frame.with_columns(reason=pl.coalesce("reason", doubtful))
    turn = (pl.col("homeless").cum_sum() - 1) % short.len()
    given = pl.lit(short.implode()).list.get(turn.cast(pl.Int64))
    return frame.with_columns(day=pl.when("homeless").then(given).otherwise("day"))
