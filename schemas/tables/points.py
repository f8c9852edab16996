"""Points of metrics with their vintages."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from schemas.tables.columns import big, moment, number, part_of, words


class MetricDefinition(SQLModel, table=True):
    """What a stored point counts: metric, by, basis, variants and what else decides it, as canonical JSON."""

    __tablename__: ClassVar[str] = "metric_definition"

    id: int = number()
    definition: str = words(unique=True)


class MetricWord(SQLModel, table=True):
    """A name that stored points use: a subject, or the word beside a figure."""

    __tablename__: ClassVar[str] = "metric_word"

    id: int = number()
    word: str = words(unique=True)


class Measurement(SQLModel, table=True):
    """A vintage of points, and the vintages of the inputs that it was computed from.

    The snapshots are named by number only: a replay gives the same numbers out again, and points outlive it.
    """

    id: int = number()
    known_at: datetime = moment()
    method: int
    exports_snapshot_id: int | None = None
    api_snapshot_id: int | None = None
    catalogue_snapshot_id: int | None = None
    reviewed_sha256: str = words()
    points_written: int


class MetricWindow(SQLModel, table=True):
    """A window that stored points are about. Before `settles_at` they are provisional, from then on settled."""

    __tablename__: ClassVar[str] = "metric_window"
    __table_args__: ClassVar[Any] = (UniqueConstraint("kind", "first_epoch_day"),)

    id: int = number()
    kind: str = words()
    first_epoch_day: int
    last_epoch_day: int
    settles_at: datetime = moment()


class MeasuredWindow(SQLModel, table=True):
    """What the points of a window were computed from, as a hash; null where the window no longer has points."""

    __tablename__: ClassVar[str] = "measured_window"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    window_id: int = part_of("metric_window.id")
    measurement_id: int = part_of("measurement.id")
    inputs_hash: int | None = big(nullable=True)


class MetricPoint(SQLModel, table=True):
    """A figure of a window under a definition, as a measurement had it; a newer one stands beside the older.

    A figure that is a ratio of counts is stored as these counts (`part` of `whole`, with `low` and `high` for
    `part`); `figure` holds what is no such ratio. docs/metrics.md says what stands where, for each metric.
    """

    __tablename__: ClassVar[str] = "metric_point"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    window_id: int = part_of("metric_window.id")
    definition_id: int = part_of("metric_definition.id")
    subject_id: int = part_of("metric_word.id")
    measurement_id: int = part_of("measurement.id")
    withdrawn: bool
    part: int | None = big(nullable=True)
    whole: int | None = big(nullable=True)
    low: int | None = big(nullable=True)
    high: int | None = big(nullable=True)
    figure: float | None = None
    figure_low: float | None = None
    figure_high: float | None = None
    coverage: float | None = None
    word_id: int | None = Field(default=None, foreign_key="metric_word.id")
