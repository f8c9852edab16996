"""Points of metrics with their vintages: what a measurement changed, and nothing else, is written."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, func, select

from schemas.errors import AsOfError
from schemas.point_frames import KEY, VALUES, Points, StoredPoints
from storage.asof import TABLES, known
from storage.bulk import insert_rows, read_frame
from storage.series import day_of, epoch_day

_MEASUREMENT: Final = TABLES["measurement"]
_WEEK: Final = TABLES["measured_week"]
_POINT: Final = TABLES["metric_point"]
_DEFINITION: Final = TABLES["metric_definition"]
_WORD: Final = TABLES["metric_word"]
_NUMBERS: Final = ("part", "whole", "low", "high")
_FIGURES: Final = ("figure", "figure_low", "figure_high")
POINT_COLUMNS: Final[dict[str, Any]] = {
    "epoch_day": pl.Int32,
    "definition_id": pl.Int32,
    "subject_id": pl.Int32,
    "measurement_id": pl.Int64,
    **dict.fromkeys(_NUMBERS, pl.Int64),
    **dict.fromkeys(_FIGURES, pl.Float64),
    "word_id": pl.Int32,
}
_MONDAY: Final = pl.col("epoch_day").cast(pl.Date).alias("window_start")


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


def measured_weeks(connection: Connection) -> dict[date, int]:
    """The weeks that have points, by their Monday: the hash of the inputs that they were last computed from."""
    query = known(_WEEK, _newest(connection), _WEEK.c.inputs_hash.is_not(None))
    found = connection.execute(query.with_only_columns(_WEEK.c.epoch_day, _WEEK.c.inputs_hash))
    return {day_of(row.epoch_day): row.inputs_hash for row in found}


def read_points(
    connection: Connection,
    standpoint: datetime | None = None,
    *,
    weeks: Collection[date] | None = None,
    definitions: Collection[str] | None = None,
) -> dy.DataFrame[StoredPoints]:
    """The points as a standpoint (aware UTC; None: the newest measurement) knows them, oldest week first.

    Args:
        connection: one consistent view of the database.
        standpoint: what measurements up to then had found, and nothing later.
        weeks: only those that begin on these Mondays.
        definitions: only points under these definitions, as they are spelled.
    """
    names = _names(connection, _DEFINITION)
    wanted: list[ColumnElement[bool]] = [~_POINT.c.withdrawn]
    if weeks is not None:
        wanted.append(_POINT.c.epoch_day.in_(sorted(map(epoch_day, weeks))))
    if definitions is not None:
        numbers = names.filter(pl.col("definition").is_in(list(definitions)))["definition_id"]
        wanted.append(_POINT.c.definition_id.in_(numbers.to_list()))
    query = known(_POINT, _newest(connection, standpoint), *wanted)
    found = read_frame(
        connection, query.with_only_columns(*(_POINT.c[name] for name in POINT_COLUMNS)), POINT_COLUMNS
    )
    return named(connection, found).select(StoredPoints.column_names()).pipe(StoredPoints.validate)


def named(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table with their numbers as names, and the moment of their measurement; by week and key."""
    words = _names(connection, _WORD)
    moments = connection.execute(select(_MEASUREMENT.c.id, _MEASUREMENT.c.known_at)).all()
    measured = pl.DataFrame(
        [tuple(row) for row in moments],
        schema={"measurement_id": pl.Int64, "known_at": pl.Datetime("us", "UTC")},
        orient="row",
    )
    return (
        rows.join(_names(connection, _DEFINITION), on="definition_id")
        .join(words.rename({"word_id": "subject_id", "word": "subject"}), on="subject_id")
        .join(words, on="word_id", how="left")
        .join(measured, on="measurement_id")
        .with_columns(_MONDAY)
        .sort(*KEY, "measurement_id")
    )


def record_points(
    connection: Connection,
    vintage: Vintage,
    points: dy.DataFrame[Points],
    hashes: Mapping[date, int | None],
    *,
    weeks: Collection[date],
    folded: Collection[str],
) -> int:
    """Record what a measurement changes: new and changed points, and those that it no longer has.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        vintage: what it was computed from.
        points: all points of `weeks`, and all points under the definitions `folded`.
        hashes: the inputs of weeks that have others than when they were last measured; None: no points any more.
        weeks: the Mondays that were computed anew, or have no points any more.
        folded: definitions whose points run over all weeks.

    Returns:
        How many points were written; without any, and without new hashes, nothing is.

    Raises:
        AsOfError: a later measurement is recorded; nothing is written.
    """
    before = pl.concat(
        [
            read_points(connection, definitions=folded),
            read_points(connection, weeks=weeks).filter(~pl.col("definition").is_in(list(folded))),
        ]
    )
    changed = points.join(before, on=[*KEY, *VALUES], how="anti", nulls_equal=True)
    gone = before.join(points, on=list(KEY), how="anti").select(KEY)
    if changed.is_empty() and gone.is_empty() and not hashes:
        return 0
    _refuse_earlier(connection, vintage.known_at)
    values = {name: getattr(vintage, name) for name in Vintage.__dataclass_fields__}
    number = _newest(connection) + 1
    written = changed.height + gone.height
    connection.execute(_MEASUREMENT.insert().values(id=number, points_written=written, **values))
    rows = pl.concat(
        [changed.with_columns(withdrawn=False), gone.with_columns(withdrawn=True)], how="diagonal"
    )
    insert_rows(connection, _POINT, _numbered(connection, rows), measurement_id=number)
    measured = pl.DataFrame(
        sorted((epoch_day(start), inputs) for start, inputs in hashes.items()),
        schema={"epoch_day": pl.Int32, "inputs_hash": pl.Int64},
        orient="row",
    )
    insert_rows(connection, _WEEK, measured, measurement_id=number)
    return written


def _refuse_earlier(connection: Connection, known_at: datetime) -> None:
    last: datetime | None = connection.execute(
        select(func.max(_MEASUREMENT.c.known_at, type_=_MEASUREMENT.c.known_at.type))
    ).scalar()
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


def _names(connection: Connection, table: Table) -> pl.DataFrame:
    """Every name of a table of names: `definition_id`, `definition`, or `word_id`, `word`."""
    name = str(table.columns.keys()[1])
    query = select(table.c.id, table.c[name])
    return read_frame(connection, query, {f"{name}_id": pl.Int32, name: pl.String})


def _numbered(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    """Points as rows of the table, in the order of its key; names that are new are given numbers."""
    used = [*rows["subject"], *rows["word"].drop_nulls()]
    words = _enrolled(connection, _WORD, used)
    definitions = _enrolled(connection, _DEFINITION, rows["definition"])
    return (
        rows.join(definitions, on="definition")
        .join(words.rename({"word_id": "subject_id", "word": "subject"}), on="subject")
        .join(words, on="word", how="left")
        .with_columns(epoch_day=pl.col("window_start").cast(pl.Int32))
        .select("epoch_day", "definition_id", "subject_id", "withdrawn", *_NUMBERS, *_FIGURES, "word_id")
        .sort("epoch_day", "definition_id", "subject_id")
    )


def _enrolled(connection: Connection, table: Table, used: Iterable[str]) -> pl.DataFrame:
    """Every name of a table, after those of `used` that are new were added in the order of the alphabet."""
    before = _names(connection, table)
    number, name = before.columns
    new = sorted(set(used) - set(before[name]))
    if not new:
        return before
    first = max(before[number].to_list(), default=0) + 1
    added = pl.DataFrame({number: range(first, first + len(new)), name: new}, schema=before.schema)
    insert_rows(connection, table, added.rename({number: "id"}))
    return pl.concat([before, added])
