"""What changed in days that were held already: every row's earlier word beside its later one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, Integer, cast, exists, or_, select

from schemas.periods import last_day
from schemas.published_frames import Restatements
from schemas.receipts import SeriesKey
from storage.asof import TABLES
from storage.bulk import read_frame
from storage.receipts import HEADLINE
from storage.retention import kept_from
from storage.series import View, models, view_of, within
from storage.splice import settled

_OBSERVATION: Final = TABLES["observation"]
_DAY_STATE: Final = TABLES["day_state"]
_SNAPSHOT: Final = TABLES["snapshot"]
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_MOMENT: Final = pl.Datetime("us", "UTC")
_NAMES: Final = {"epoch_day": pl.Int32, "model_id": pl.Int32, "snapshot_id": pl.Int32, "tokens": pl.Int64}


def read_restatements(
    connection: Connection,
    standpoint: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    series: Sequence[SeriesKey] = HEADLINE,
) -> dy.DataFrame[Restatements]:
    """Every restated row of the days `[start, end]` that `standpoint` (aware UTC) knows of, oldest day first.

    A row that only appeared in a day that was whole before is one as well. Each of `series` is compared with
    itself: a switch of channel is never a restatement. What was learned before a `vacuum` dropped the earlier
    word is not listed.

    Raises:
        AsOfError: `vacuum` dropped what was known then.
    """
    found = [restated_rows(connection, view_of(connection, key, standpoint), start, end) for key in series]
    return (
        pl.concat(found)
        .select(Restatements.column_names())
        .sort("day", "channel", "new_known_at", "permaslug", maintain_order=True)
        .pipe(Restatements.validate)
    )


def restated_rows(
    connection: Connection, view: View, start: date | None = None, end: date | None = None
) -> pl.DataFrame:
    """The restated rows of one series: the columns of `Restatements`, and `snapshot_id` of the later word."""
    key = ["epoch_day", "model_id"]
    known_at = _known_at(connection, view)
    versions = _versions(connection, view, start, end).sort(*key, "snapshot_id")
    return (
        versions.with_columns(
            pl.col("tokens").shift(1).over(key).alias("old_tokens"),
            pl.col("snapshot_id").shift(1).over(key).alias("old_snapshot_id"),
        )
        .filter(pl.col("old_snapshot_id").is_not_null() | pl.col("late"))
        .join(models(connection), on="model_id")
        .join(known_at.rename({"known_at": "new_known_at"}), on="snapshot_id")
        .join(
            known_at.rename({"snapshot_id": "old_snapshot_id", "known_at": "old_known_at"}),
            on="old_snapshot_id",
            how="left",
        )
        .with_columns(
            pl.col("epoch_day").cast(pl.Date).alias("day"),
            pl.lit(str(view.key.channel)).alias("channel"),
            (pl.col("tokens") - pl.col("old_tokens")).alias("change"),
        )
        .with_columns(
            settled(last_day(pl.col("day"), view.key.grain), pl.col("new_known_at")).alias("settled")
        )
        .rename({"tokens": "new_tokens"})
        # Of what was learned before a vacuum's horizon the earlier word is gone.
        .filter(pl.col("new_known_at") > (kept_from(connection) or _ALWAYS))
    )


def _versions(connection: Connection, view: View, start: date | None, end: date | None) -> pl.DataFrame:
    """Every version of the rows that have more than one, and the rows that came late (`late`, Boolean)."""
    other = _OBSERVATION.alias("other")
    state = _DAY_STATE.alias("state")
    row = _OBSERVATION.c
    several = exists().where(
        other.c.series_id == row.series_id,
        other.c.epoch_day == row.epoch_day,
        other.c.model_id == row.model_id,
        other.c.snapshot_id != row.snapshot_id,
        other.c.snapshot_id <= view.newest,
    )
    late = exists().where(
        state.c.series_id == row.series_id,
        state.c.epoch_day == row.epoch_day,
        state.c.snapshot_id < row.snapshot_id,
        state.c.quarantined == 0,
    )
    query = select(*(row[name] for name in _NAMES), cast(late, Integer)).where(
        *within(_OBSERVATION, view, start, end), row.snapshot_id <= view.newest, or_(several, late)
    )
    versions = read_frame(connection, query, {**_NAMES, "late": pl.Int8})
    return versions.with_columns(pl.col("late").cast(pl.Boolean))


def _known_at(connection: Connection, view: View) -> pl.DataFrame:
    rows = connection.execute(
        select(_SNAPSHOT.c.id, _SNAPSHOT.c.known_at).where(_SNAPSHOT.c.series_id == view.id)
    ).all()
    schema: dict[str, Any] = {"snapshot_id": pl.Int32, "known_at": _MOMENT}
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
