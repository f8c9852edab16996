"""Which series are recorded, and how far each of them reaches."""

from datetime import datetime
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, func, select

from schemas.receipts import SeriesKey, slice_of
from schemas.series_frames import RecordedSeries
from schemas.slices import kind_of
from storage.asof import TABLES
from storage.series import View, known_days, view_of

_SERIES: Final = TABLES["series"]
_SNAPSHOT: Final = TABLES["snapshot"]


def read_recorded_series(connection: Connection, standpoint: datetime) -> dy.DataFrame[RecordedSeries]:
    """Every series of which `standpoint` (aware UTC) knows something, in the order in which they came.

    Raises:
        AsOfError: `vacuum` dropped what was known then.
    """
    names = ("source", "population", "grain", "channel")
    stored = connection.execute(select(*(_SERIES.c[name] for name in names)).order_by(_SERIES.c.id))
    views = [
        view_of(connection, SeriesKey.model_validate(dict(row)), standpoint) for row in stored.mappings()
    ]
    rows = [_row(connection, view) for view in views if view.newest]
    empty = RecordedSeries.create_empty()
    return RecordedSeries.validate(pl.DataFrame(rows, schema=empty.schema, orient="row"))


def _row(connection: Connection, view: View) -> dict[str, Any]:
    asked = slice_of(view.key)
    days = known_days(connection, view, None, None)
    vintages = select(func.count()).where(_SNAPSHOT.c.series_id == view.id, _SNAPSHOT.c.id <= view.newest)
    return {
        "series": str(view.key),
        "slice": None if asked is None else str(asked),
        "estimate": asked is not None and asked.sampled,
        "first_day": days["day"][0],
        "last_day": kind_of(view.key.grain).containing(days["day"][-1]).end,
        "periods": days.filter(pl.col("quarantined") == 0).height,
        "vintages": connection.execute(vintages).scalar_one(),
        "known_at": view.known_at,
    }
