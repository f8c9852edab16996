"""One series as a standpoint knows it: its newest vintage, its rows and the state of its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, select

from schemas.receipts import SeriesKey
from storage.asof import TABLES, newest_of, versions
from storage.bulk import read_frame, read_packed
from storage.retention import refuse_dropped

_SERIES: Final = TABLES["series"]
_SNAPSHOT: Final = TABLES["snapshot"]
_OBSERVATION: Final = TABLES["observation"]
_DAY_STATE: Final = TABLES["day_state"]
_MODEL: Final = TABLES["model"]
_EPOCH: Final = date(1970, 1, 1)
_DAY: Final = pl.col("epoch_day").cast(pl.Date).alias("day")


@dataclass(frozen=True, slots=True)
class View:
    """A series seen from one standpoint.

    Attributes:
        id: its row; 0 where nothing was ever recorded of it.
        newest: the newest snapshot that the standpoint knows; 0 where it knows none.
        known_at: when that snapshot was learned.
    """

    key: SeriesKey
    id: int = 0
    newest: int = 0
    known_at: datetime | None = None


def view_of(connection: Connection, key: SeriesKey, standpoint: datetime | None = None) -> View:
    """The series as known at `standpoint` (aware UTC), or as known at all.

    Raises:
        AsOfError: `vacuum` dropped what was known then.
    """
    if standpoint is not None:
        refuse_dropped(connection, standpoint)
    series = connection.execute(
        select(_SERIES.c.id).where(*(_SERIES.c[name] == value for name, value in columns_of(key).items()))
    ).scalar()
    if series is None:
        return View(key)
    of_series = [_SNAPSHOT.c.series_id == series]
    if standpoint is not None:
        of_series.append(_SNAPSHOT.c.known_at <= standpoint)
    newest = connection.execute(
        select(_SNAPSHOT.c.id, _SNAPSHOT.c.known_at)
        .where(*of_series)
        .order_by(_SNAPSHOT.c.id.desc())
        .limit(1)
    ).first()
    return View(key, series, newest.id, newest.known_at) if newest else View(key, series)


def columns_of(key: SeriesKey) -> dict[str, str]:
    """The key as it is stored."""
    return {name: str(value) for name, value in key}


def models(connection: Connection) -> pl.DataFrame:
    """Every name that was ranked: `model_id` (Int32), `permaslug` (String)."""
    return read_frame(
        connection,
        select(_MODEL.c.id, _MODEL.c.permaslug).order_by(_MODEL.c.id),
        {"model_id": pl.Int32, "permaslug": pl.String},
    )


def known_rows(connection: Connection, view: View, first: date | None, last: date | None) -> pl.DataFrame:
    """The newest known version of each row of the days `[first, last]`; an open end is no bound.

    Returns:
        `day` (Date), `permaslug` (String), `tokens` (Int64, null = withdrawn), `snapshot_id` (Int32).
    """
    names = {"epoch_day": pl.Int32, "model_id": pl.Int32, "tokens": pl.Int64, "snapshot_id": pl.Int32}
    found = read_packed(connection, _versions(_OBSERVATION, view, first, last, names), names)
    return (
        newest_of(found, _OBSERVATION)
        .join(models(connection), on="model_id", maintain_order="left")
        .select(_DAY, "permaslug", "tokens", "snapshot_id")
    )


def ranked_days(connection: Connection, view: View, permaslug: str, first: date, last: date) -> pl.DataFrame:
    """The days `[first, last]` on which a name is known to be ranked: `day` (Date)."""
    names = {"epoch_day": pl.Int32, "tokens": pl.Int64, "snapshot_id": pl.Int32}
    number = select(_MODEL.c.id).where(_MODEL.c.permaslug == permaslug).scalar_subquery()
    query = _versions(_OBSERVATION, view, first, last, names).where(_OBSERVATION.c.model_id == number)
    ranked = newest_of(read_frame(connection, query, names), _OBSERVATION)
    return ranked.filter(pl.col("tokens").is_not_null()).select(_DAY)


def known_days(connection: Connection, view: View, first: date | None, last: date | None) -> pl.DataFrame:
    """The newest known state of each of the days `[first, last]`; an open end is no bound.

    Returns:
        `day` (Date), `row_count`, `quarantined`, `snapshot_id` (Int32), oldest first.
    """
    names = {"epoch_day": pl.Int32, "row_count": pl.Int32, "quarantined": pl.Int32, "snapshot_id": pl.Int32}
    found = read_frame(connection, _versions(_DAY_STATE, view, first, last, names), names)
    return newest_of(found, _DAY_STATE).select(_DAY, "row_count", "quarantined", "snapshot_id").sort("day")


def epoch_day(day: date) -> int:
    """Days since 1970-01-01: how a day is stored, and how Polars holds it."""
    return (day - _EPOCH).days


def day_of(epoch_day: int) -> date:
    """The day that is so many days after 1970-01-01: `epoch_day` turned around."""
    return _EPOCH + timedelta(days=epoch_day)


def within(table: Table, view: View, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """The conditions that a row is of this series and of the days `[first, last]`."""
    conditions = [table.c.series_id == view.id]
    if first is not None:
        conditions.append(table.c.epoch_day >= epoch_day(first))
    if last is not None:
        conditions.append(table.c.epoch_day <= epoch_day(last))
    return conditions


def _versions(
    table: Table, view: View, first: date | None, last: date | None, names: Iterable[str]
) -> Select[Any]:
    query = versions(table, view.newest, *within(table, view, first, last))
    return query.with_only_columns(*(table.c[name] for name in names))
