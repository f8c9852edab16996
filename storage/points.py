"""Points of metrics with their vintages: what a measurement changed, and nothing else, is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from schemas.errors import AsOfError
from schemas.point_frames import COUNTS, FIGURES, KEY, VALUES, Points, StoredPoints
from schemas.windows import Window
from storage.asof import TABLES, known
from storage.bulk import insert_rows, read_frame
from storage.point_names import DEFINITION, WORD, enrolled, enrolled_windows, names_in, numbers_of, windows_in

_MEASUREMENT: Final = TABLES["measurement"]
_MEASURED: Final = TABLES["measured_window"]
_POINT: Final = TABLES["metric_point"]
POINT_COLUMNS: Final[dict[str, Any]] = {
    "window_id": pl.Int32,
    "definition_id": pl.Int32,
    "subject_id": pl.Int32,
    "measurement_id": pl.Int64,
    **dict.fromkeys(COUNTS, pl.Int64),
    **dict.fromkeys(FIGURES, pl.Float64),
    "word_id": pl.Int32,
}


@dataclass(frozen=True, slots=True)
class Vintage:
    """What a measurement was computed from.

    Attributes:
        known_at: its standpoint (aware UTC).
        method: number of the way of computing.
        exports_snapshot_id: the newest vintages of rows and catalogue that it knew; None where there was none.
        reviewed_sha256: of the reviewed rows that it knew.
    """

    known_at: datetime
    method: int
    exports_snapshot_id: int | None
    api_snapshot_id: int | None
    catalogue_snapshot_id: int | None
    reviewed_sha256: str


def measured_windows(connection: Connection) -> dict[Window, int]:
    """The windows that have points: the hash of the inputs that they were last computed from."""
    query = known(_MEASURED, _newest(connection), _MEASURED.c.inputs_hash.is_not(None))
    found = connection.execute(query.with_only_columns(_MEASURED.c.window_id, _MEASURED.c.inputs_hash))
    hashes = {row.window_id: row.inputs_hash for row in found}
    return {window: hashes[number] for window, number in numbers_of(connection).items() if number in hashes}


def read_points(
    connection: Connection,
    standpoint: datetime | None = None,
    *,
    windows: Collection[Window] | None = None,
    definitions: Collection[str] = (),
) -> dy.DataFrame[StoredPoints]:
    """The points as a standpoint (aware UTC; None: the newest measurement) knows them, oldest window first.

    Args:
        connection: one consistent view of the database.
        standpoint: what measurements up to then had found, and nothing later.
        windows: only points about these; None: about all.
        definitions: beside those, the points of every window under these definitions, as they are spelled.
    """
    wanted: list[ColumnElement[bool]] = [~_POINT.c.withdrawn]
    if windows is not None:
        wanted.append(_asked(connection, windows, definitions))
    query = known(_POINT, _newest(connection, standpoint), *wanted)
    found = read_frame(
        connection, query.with_only_columns(*(_POINT.c[name] for name in POINT_COLUMNS)), POINT_COLUMNS
    )
    return named(connection, found).select(StoredPoints.column_names()).pipe(StoredPoints.validate)


def _asked(
    connection: Connection, windows: Collection[Window], definitions: Collection[str]
) -> ColumnElement[bool]:
    """A condition that begins with windows, as the key does: both engines find the rows by it."""
    numbers = numbers_of(connection)
    of_windows = _POINT.c.window_id.in_(sorted(numbers[window] for window in windows if window in numbers))
    if not definitions:
        return of_windows
    spelled = names_in(connection, DEFINITION).filter(pl.col("definition").is_in(list(definitions)))
    of_definitions = _POINT.c.definition_id.in_(spelled["definition_id"].to_list())
    return or_(of_windows, and_(_POINT.c.window_id.in_(sorted(numbers.values())), of_definitions))


def named(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table with their numbers as names, and the moment of their measurement; by window and key."""
    words = names_in(connection, WORD)
    moments = connection.execute(select(_MEASUREMENT.c.id, _MEASUREMENT.c.known_at)).all()
    measured = pl.DataFrame(
        [tuple(row) for row in moments],
        schema={"measurement_id": pl.Int64, "known_at": pl.Datetime("us", "UTC")},
        orient="row",
    )
    return (
        rows.join(windows_in(connection), on="window_id")
        .join(names_in(connection, DEFINITION), on="definition_id")
        .join(words.rename({"word_id": "subject_id", "word": "subject"}), on="subject_id")
        .join(words, on="word_id", how="left")
        .join(measured, on="measurement_id")
        .sort(*KEY, "measurement_id")
    )


def record_points(
    connection: Connection,
    vintage: Vintage,
    points: dy.DataFrame[Points],
    before: pl.DataFrame,
    hashes: Mapping[Window, int | None],
) -> int:
    """Record what a measurement changes: new and changed points, and those that it no longer has.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        vintage: what it was computed from.
        points: everything that was computed.
        before: the stored points, in the shape of `StoredPoints`, that `points` take the place of.
        hashes: the inputs of windows that have others than when they were last measured; None: no points any more.

    Returns:
        How many points were written; without any, and without new hashes, nothing is.

    Raises:
        AsOfError: a later measurement is recorded; nothing is written.
    """
    changed = points.join(before, on=[*KEY, *VALUES], how="anti", nulls_equal=True)
    gone = before.join(points, on=list(KEY), how="anti").select(*KEY, "window_end")
    if changed.is_empty() and gone.is_empty() and not hashes:
        return 0
    _refuse_earlier(connection, vintage.known_at)
    values = {name: getattr(vintage, name) for name in Vintage.__dataclass_fields__}
    number = _newest(connection) + 1
    written = changed.height + gone.height
    connection.execute(_MEASUREMENT.insert().values(id=number, points_written=written, **values))
    windows = enrolled_windows(connection, hashes)
    measured = pl.DataFrame(
        sorted((windows[window], inputs) for window, inputs in hashes.items()),
        schema={"window_id": pl.Int32, "inputs_hash": pl.Int64},
        orient="row",
    )
    insert_rows(connection, _MEASURED, measured, measurement_id=number)
    rows = pl.concat(
        [changed.with_columns(withdrawn=False), gone.with_columns(withdrawn=True)], how="diagonal"
    )
    insert_rows(connection, _POINT, _numbered(connection, rows), measurement_id=number)
    return written


def last_measured(connection: Connection) -> datetime | None:
    """The standpoint of the newest measurement (aware UTC); None where there is none."""
    known_at = _MEASUREMENT.c.known_at
    last: datetime | None = connection.execute(select(func.max(known_at, type_=known_at.type))).scalar()
    return last


def _refuse_earlier(connection: Connection, known_at: datetime) -> None:
    last = last_measured(connection)
    if last is not None and known_at < last:
        raise AsOfError(
            f"Measuring as of {known_at:%Y-%m-%dT%H:%MZ} would change what was said since "
            f"{last.astimezone(UTC):%Y-%m-%dT%H:%MZ}; give that or a later --as-of."
        )


def _newest(connection: Connection, standpoint: datetime | None = None) -> int:
    """The newest measurement that a standpoint knows; 0 where it knows none."""
    by_then = [] if standpoint is None else [_MEASUREMENT.c.known_at <= standpoint]
    newest = select(func.coalesce(func.max(_MEASUREMENT.c.id), 0)).where(*by_then)
    return int(connection.execute(newest).scalar_one())


def _numbered(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    """Points as rows of the table, in the order of its key; names that are new are given numbers."""
    used = [*rows["subject"].unique(), *rows["word"].drop_nulls().unique()]
    words = enrolled(connection, WORD, used)
    definitions = enrolled(connection, DEFINITION, rows["definition"].unique())
    return (
        rows.join(windows_in(connection), on=["window_kind", "window_start"])
        .join(definitions, on="definition")
        .join(words.rename({"word_id": "subject_id", "word": "subject"}), on="subject")
        .join(words, on="word", how="left")
        .select("window_id", "definition_id", "subject_id", "withdrawn", *COUNTS, *FIGURES, "word_id")
        .sort("window_id", "definition_id", "subject_id")
    )
