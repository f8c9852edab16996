"""A slice of the Data API as a standpoint knows it: one series, in the shape of the headline."""

from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from schemas.published_frames import DayStates, Usage
from schemas.receipts import series_of_slice
from schemas.slices import Slice
from storage.headline import Headline, provenance_of
from storage.receipts import newest_as_of
from storage.series import known_days, known_rows, view_of


def read_slice(connection: Connection, asked: Slice, standpoint: datetime) -> Headline | None:
    """The rows of a slice as known at `standpoint` (aware UTC), each dated by the first day of its period.

    None where nothing was recorded of it by then.

    Raises:
        AsOfError: `vacuum` dropped what was known then.
    """
    view = view_of(connection, series_of_slice(asked), standpoint)
    if not view.newest:
        return None
    days = known_days(connection, view, None, None)
    whole = days.filter(pl.col("quarantined") == 0)
    rows = known_rows(connection, view, None, None).join(whole, on="day", how="semi")
    return Headline(
        usage=rows.filter(pl.col("tokens").is_not_null())
        .select(Usage.column_names())
        .sort("day", maintain_order=True)
        .pipe(Usage.validate),
        days=DayStates.validate(days.drop("snapshot_id").rename({"row_count": "rows"}), cast=True),
        series=(view.key,),
        spliced=False,
        disagreement=None,
        as_of=newest_as_of(connection, standpoint, [view.key]),
        provenance=provenance_of(connection, rows.select("day", "snapshot_id").unique()),
    )
