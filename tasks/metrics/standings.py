"""Which of several dated, reviewed claims decides, and for which days."""

from datetime import UTC, date, datetime
from typing import Final

import polars as pl

ALWAYS: Final = date.min
"""The `valid_from` and `known_since` of what holds while nobody claims anything."""
NEVER: Final = date.max


def usable(reviewed: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Reviewed rows that may be used: known on the UTC day of the standpoint, and not of low confidence."""
    return reviewed.filter(
        pl.col("known_since") <= as_of.astimezone(UTC).date(), pl.col("confidence") != "low"
    )


def newest(reviewed: pl.DataFrame, key: str, as_of: datetime) -> pl.DataFrame:
    """Of each `key` the row that counts at the standpoint: usable and valid on its UTC day, the newest of several.

    A key whose newest row is withdrawn has none.
    """
    dates = [name for name in ("valid_from", "known_since") if name in reviewed.columns]
    today = as_of.astimezone(UTC).date()
    return (
        usable(reviewed, as_of)
        .filter(pl.all_horizontal(pl.col(name) <= today for name in dates))
        .sort(dates)
        .group_by(key, maintain_order=True)
        .last()
        .filter(pl.col("confidence") != "withdrawn")
    )


def standings(claims: pl.DataFrame, key: str, *, says: list[str]) -> pl.DataFrame:
    """What each `key` is from `since` on, to the day before `until` (Date), without overlap: the columns `says`.

    Of the claims that hold on a day (`valid_from`) the one of the highest `precedence` decides, of those the
    one with the newest `valid_from`, of those the one learned last (`known_since`). One that says nothing (a
    withdrawn row) leaves the word to those of the next precedence. Gapless where each key has a claim since
    `ALWAYS`.
    """
    starts = claims.select(key, since="valid_from").unique()
    return (
        starts.join(claims, on=key)
        .filter(pl.col("valid_from") <= pl.col("since"))
        .sort(key, "since", "precedence", "valid_from", "known_since")
        .group_by(key, "since", "precedence", maintain_order=True)
        .last()
        .group_by(key, "since", maintain_order=True)
        .agg(pl.col(says).drop_nulls().last())
        .with_columns(until=pl.col("since").shift(-1, fill_value=NEVER).over(key))
    )


def on_their_day(usage: pl.LazyFrame, standing: pl.DataFrame, key: str) -> pl.LazyFrame:
    """Each row of usage beside what stood on its day; no row is lost or doubled if standings are gapless."""
    return usage.join(standing.lazy(), on=key).filter(
        pl.col("day").is_between("since", "until", closed="left")
    )
