"""Every vintage of stored points, and the measurements that they are from: what an export reads."""

from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, select

from schemas.point_frames import KEY
from storage.asof import TABLES
from storage.bulk import read_frame
from storage.point_names import windows_in
from storage.points import POINT_COLUMNS, named

_MEASUREMENT: Final = TABLES["measurement"]
_POINT: Final = TABLES["metric_point"]
_MEASUREMENTS: Final[dict[str, Any]] = {
    "id": pl.Int64,
    "known_at": pl.Datetime("us", "UTC"),
    "method": pl.Int64,
    "exports_snapshot_id": pl.Int64,
    "api_snapshot_id": pl.Int64,
    "catalogue_snapshot_id": pl.Int64,
    "reviewed_sha256": pl.String,
}


def read_point_versions(connection: Connection, standpoint: datetime, year: int) -> pl.DataFrame:
    """Every version of the points of windows that end in a year, up to `standpoint` (aware UTC).

    Returns:
        The columns of `StoredPoints`, `withdrawn` (Boolean: it had the point no longer) and `replaced_at` (Datetime
        UTC, null where no known measurement replaced it).
    """
    columns = {**POINT_COLUMNS, "withdrawn": pl.Int8}
    ended = windows_in(connection).filter(pl.col("window_end").dt.year() == year)
    query = (
        select(*(_POINT.c[name] for name in columns))
        .join(_MEASUREMENT, _MEASUREMENT.c.id == _POINT.c.measurement_id)
        .where(_MEASUREMENT.c.known_at <= standpoint, _POINT.c.window_id.in_(ended["window_id"].to_list()))
    )
    versions = named(connection, read_frame(connection, query, columns))
    is_same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in KEY)
    return versions.with_columns(
        pl.col("withdrawn").cast(pl.Boolean),
        replaced_at=pl.when(is_same).then(pl.col("known_at").shift(-1)),
    )


def read_measurements(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """The measurements up to `standpoint` (aware UTC): `measurement_id`, and the columns of the table."""
    query = select(*(_MEASUREMENT.c[name] for name in _MEASUREMENTS)).where(
        _MEASUREMENT.c.known_at <= standpoint
    )
    rows = [tuple(row) for row in connection.execute(query)]
    return pl.DataFrame(rows, schema=_MEASUREMENTS, orient="row").rename({"id": "measurement_id"})
