"""Restatements by week: what a vintage changed of history, in one row where a list would have thousands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, select

from schemas.periods import last_day
from schemas.published_frames import Rewrites
from schemas.receipts import Receipt, SeriesKey, series_of
from schemas.windows import Grain
from storage.asof import TABLES
from storage.bulk import read_frame
from storage.receipts import HEADLINE, of_series
from storage.restatements import restated_rows
from storage.series import View, view_of
from storage.splice import settled

_OBSERVATION: Final = TABLES["observation"]
_RECEIPT: Final = TABLES["archive_receipt"]
_BY_WEEK: Final[tuple[str, Grain, str]] = ("1w", "week", "%G-W%V")
_BY_MONTH: Final[tuple[str, Grain, str]] = ("1mo", "month", "%Y-%m")
_NAMES: Final = {"epoch_day": pl.Int32, "model_id": pl.Int32, "snapshot_id": pl.Int32, "tokens": pl.Int64}


def read_rewrites(
    connection: Connection, standpoint: datetime, series: Sequence[SeriesKey] = HEADLINE
) -> dy.DataFrame[Rewrites]:
    """Every week that a vintage known at `standpoint` (aware UTC) restated, newest knowledge last.

    Of a series by month it is every month.

    Raises:
        AsOfError: `vacuum` dropped what was known then.
    """
    views = [view_of(connection, key, standpoint) for key in series]
    found = [_by_week(connection, view, restated_rows(connection, view)) for view in views]
    return pl.concat(found).sort("known_at", "vintage", "window_start").pipe(Rewrites.validate)


def rewrites_by(connection: Connection, receipt: Receipt, snapshot: int) -> dy.DataFrame[Rewrites]:
    """The weeks that one answer restated, by the vintage that it has just written, oldest week first."""
    view = view_of(connection, series_of(receipt))
    restated = restated_rows(connection, view, receipt.asked.start, receipt.asked.end)
    of_answer = _by_week(connection, view, restated.filter(pl.col("snapshot_id") == snapshot))
    return of_answer.sort("window_start").pipe(Rewrites.validate)


def _by_week(connection: Connection, view: View, restated: pl.DataFrame) -> pl.DataFrame:
    """Restated rows of one series (see `restated_rows`) by week and vintage: the columns of `Rewrites`."""
    week = ["window_start", "snapshot_id"]
    every, length, label = _BY_MONTH if view.key.grain == "month" else _BY_WEEK
    stated = _last_stated(connection, view, restated.select("day", "new_known_at").unique())
    rows = restated.join(stated, on=["day", "new_known_at"], how="left").with_columns(
        # An unchanged row is not written again, so that it was confirmed is only in the receipts.
        final=settled(
            last_day(pl.col("day"), view.key.grain), pl.max_horizontal("old_known_at", "stated_at")
        ).fill_null(value=False),
        window_start=pl.col("day").dt.truncate(every),
        moved=pl.col("new_tokens").fill_null(0) - pl.col("old_tokens").fill_null(0),
    )
    most = (
        rows.group_by(*week, "permaslug")
        .agg(pl.col("moved").cast(pl.Int128).sum())
        .sort(pl.col("moved").abs(), "permaslug", descending=[True, False])
        .group_by(week, maintain_order=True)
        .first()
        .select(*week, model="permaslug", model_change=pl.col("moved").cast(pl.Int64))
    )
    days = rows.select(*week, "day").unique().join(_totals(connection, view, rows), on=["day", "snapshot_id"])
    tokens = days.group_by(week).agg(pl.len().alias("days"), pl.col("old_tokens", "new_tokens").sum())
    change = pl.col("new_tokens") - pl.col("old_tokens")
    return (
        rows.group_by(week)
        .agg(
            pl.len().alias("rows"),
            pl.col("channel").first(),
            pl.col("new_known_at").first().alias("known_at"),
            pl.col("settled").any(),
            pl.col("final").any(),
        )
        .join(tokens, on=week)
        .join(most, on=week)
        .with_columns(
            pl.col("days", "rows", "old_tokens", "new_tokens").cast(pl.Int64),
            window=pl.col("window_start").dt.strftime(label),
            window_end=last_day(pl.col("window_start"), length),
            vintage=pl.col("snapshot_id").cast(pl.Int64),
            change=change.cast(pl.Int64),
            relative=pl.when(pl.col("old_tokens") > 0).then(
                change.cast(pl.Float64) / pl.col("old_tokens").cast(pl.Float64)
            ),
        )
        .select(Rewrites.column_names())
    )


def _last_stated(connection: Connection, view: View, changes: pl.DataFrame) -> pl.DataFrame:
    """When each day of `changes` (`day`, `new_known_at`) was last stated before it changed: with `stated_at`.

    Changes before which no answer was asked for the day by its date are left out.
    """
    receipts = connection.execute(
        select(_RECEIPT.c.fetched_at, _RECEIPT.c.asked).where(of_series(view.key))
    ).all()
    moment = changes.schema["new_known_at"]
    answers = pl.DataFrame(
        [tuple(row) for row in receipts], {"stated_at": moment, "asked": pl.String}, orient="row"
    ).select(
        "stated_at",
        first=pl.col("asked").str.json_path_match("$.start").str.to_date(),
        last=pl.col("asked").str.json_path_match("$.end").str.to_date(),
    )
    return (
        changes.join_where(
            answers,
            pl.col("day") >= pl.col("first"),
            pl.col("day") <= pl.col("last"),
            pl.col("new_known_at") > pl.col("stated_at"),
        )
        .group_by("day", "new_known_at")
        .agg(pl.col("stated_at").max())
    )


def _totals(connection: Connection, view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Tokens of the days of `rows` before and after each vintage that touched them.

    Returns:
        `day` (Date), `snapshot_id` (Int32), `old_tokens`, `new_tokens` (Int128).
    """
    days = rows["day"].unique().cast(pl.Int32).to_list()
    query = select(*(_OBSERVATION.c[name] for name in _NAMES)).where(
        _OBSERVATION.c.series_id == view.id,
        _OBSERVATION.c.epoch_day.in_(days),
        _OBSERVATION.c.snapshot_id <= view.newest,
    )
    tokens = pl.col("tokens").fill_null(0)
    earlier = tokens.shift(1, fill_value=0).over("epoch_day", "model_id", order_by="snapshot_id")
    return (
        read_frame(connection, query, _NAMES)
        .with_columns(moved=(tokens - earlier).cast(pl.Int128))
        .group_by("epoch_day", "snapshot_id")
        .agg(pl.col("moved").sum())
        .with_columns(new_tokens=pl.col("moved").cum_sum().over("epoch_day", order_by="snapshot_id"))
        .select(
            "snapshot_id",
            "new_tokens",
            day=pl.col("epoch_day").cast(pl.Date),
            old_tokens=pl.col("new_tokens") - pl.col("moved"),
        )
    )
