"""How far families of open weights are built upon: children on the Hugging Face Hub, by family and by origin."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import polars as pl

from schemas.family_frames import Derivatives, FamilyRepositories, RepositoryReadings
from schemas.windows import Window
from tasks.metrics.windowed import exact_sum, ratio

COUNTED_BY: Final = ("family", "origin")
STALE_AFTER: Final = timedelta(days=8)
"""Counts are read once a week; a day more is a run that started late."""
NOT_READ_SINCE: Final = "no repository of it was read both for this window and for the one before"
NOTHING_BEFORE: Final = "no derivatives were counted for the window before"
_BUILT_UPON: Final = ("finetune", "adapter", "merge")
_COUNTS: Final = (*_BUILT_UPON, "quantized")


def derivatives(
    repositories: dy.DataFrame[FamilyRepositories],
    readings: dy.DataFrame[RepositoryReadings],
    windows: Sequence[Window],
    *,
    by: str = "family",
) -> dy.DataFrame[Derivatives]:
    """Counts, share and growth of each family or origin; oldest window first, then largest first.

    `by` is one of `COUNTED_BY`. Each window takes of each repository the last reading on or before its last
    day. Growth is like for like: over the repositories that were read for the window before, and again since.
    A repository whose lab nobody reviewed belongs to no origin, and still counts in the denominator.
    """
    frames = [_of_window(repositories, readings, window, by) for window in windows]
    empty = Derivatives.create_empty()
    return Derivatives.cast(pl.concat([empty, *frames]))


def _of_window(repositories: pl.DataFrame, readings: pl.DataFrame, window: Window, by: str) -> pl.DataFrame:
    before = window.previous().end
    rows = (
        repositories.join(last_reading(readings, window.end), on="repository", how="left")
        .join(last_reading(readings, before), on="repository", how="left", suffix="_before")
        .with_columns(
            subject=pl.col(by),
            whole=pl.all_horizontal(pl.col(name).is_not_null() for name in _COUNTS),
            built=_stated(_BUILT_UPON),
            then=pl.sum_horizontal([f"{name}_before" for name in _BUILT_UPON], ignore_nulls=False),
            now=pl.sum_horizontal(_BUILT_UPON, ignore_nulls=False),
        )
        .with_columns(compared=(pl.col("read_on") > before) & (pl.col("now") + pl.col("then")).is_not_null())
    )
    listed = rows.select(_sum_or_null("built"))["built"].item()
    return (
        rows.drop_nulls("subject")
        .group_by("subject")
        .agg(
            _only("lab") if by == "family" else pl.lit(None, pl.String).alias("lab"),
            _only("origin"),
            *[_sum_or_null(name) for name in _COUNTS],
            repositories=pl.len().cast(pl.Int64),
            repositories_read=pl.col("whole").sum().cast(pl.Int64),
            read_on=pl.col("read_on").max(),
            oldest_read_on=pl.col("read_on").min(),
            derivatives=_sum_or_null("built"),
            complete=pl.col("whole").all(),
            compared_repositories=pl.col("compared").sum().cast(pl.Int64),
            compared_derivatives=_sum_or_null("now", where="compared"),
            previous_derivatives=_sum_or_null("then", where="compared"),
        )
        .with_columns(
            window_start=pl.lit(window.start),
            window_end=pl.lit(window.end),
            listed_derivatives=pl.lit(listed, pl.Int64),
            stale=(pl.col("oldest_read_on") < window.end - STALE_AFTER).fill_null(value=False),
        )
        .with_columns(
            share=ratio(pl.col("derivatives"), "listed_derivatives"),
            growth=ratio(pl.col("compared_derivatives"), "previous_derivatives") - 1,
            reason=_reason(),
        )
        .sort(pl.col("derivatives").fill_null(-1), "subject", descending=[True, False])
        .select(Derivatives.column_names())
    )


def last_reading(readings: pl.DataFrame, on: date) -> pl.DataFrame:
    """Of each repository the newest reading on or before a day."""
    return readings.filter(pl.col("read_on") <= on).sort("read_on").group_by("repository").last()


def _stated(names: Sequence[str]) -> pl.Expr:
    """The sum of the counts that were stated; null where none was."""
    none = pl.all_horizontal(pl.col(name).is_null() for name in names)
    return pl.when(~none).then(pl.sum_horizontal(names))


def _sum_or_null(column: str, *, where: str | None = None) -> pl.Expr:
    """The exact sum over the rows that have a number; null where none has."""
    numbers = pl.col(column).is_not_null() if where is None else pl.col(column).is_not_null() & pl.col(where)
    return pl.when(numbers.any()).then(exact_sum(column, where=numbers)).alias(column)


def _only(column: str) -> pl.Expr:
    """The one value of a group; null where it has none, or several."""
    value = pl.col(column)
    return pl.when(value.min() == value.max()).then(value.min()).alias(column)


def _reason() -> pl.Expr:
    """Why there is no growth; null where there is one."""
    return (
        pl.when(pl.col("compared_repositories") == 0)
        .then(pl.lit(NOT_READ_SINCE))
        .when(pl.col("previous_derivatives") == 0)
        .then(pl.lit(NOTHING_BEFORE))
    )
