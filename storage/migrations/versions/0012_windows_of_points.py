"""Points of windows of any kind, each with the moment at which it settles; and with the coverage of the figure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_EPOCH: Final = date(1970, 1, 1)
_WEEK_DAYS: Final = 7
_GRACE: Final = timedelta(hours=72)
_COUNTS: Final = ("part", "whole", "low", "high")
_FIGURES: Final = ("figure", "figure_low", "figure_high")
_KEPT: Final = ", ".join(
    ("definition_id", "subject_id", "measurement_id", "withdrawn", *_COUNTS, *_FIGURES, "word_id")
)


def upgrade() -> None:
    """Have every week be a window, under the number that it has among all weeks with points."""
    windows = op.create_table(
        "metric_window",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_epoch_day", sa.Integer(), nullable=False),
        sa.Column("last_epoch_day", sa.Integer(), nullable=False),
        sa.Column("settles_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "first_epoch_day"),
    )
    weeks = "SELECT epoch_day FROM measured_week UNION SELECT epoch_day FROM metric_point ORDER BY 1"
    found = op.get_bind().execute(sa.text(weeks)).scalars()
    op.bulk_insert(windows, [_window(number, first) for number, first in enumerate(found, 1)])
    _create_measured("measured_window", "window_id", "metric_window.id")
    _create_points("new_point", "window_id", "metric_window.id", coverage=True)
    joined = "JOIN metric_window ON metric_window.first_epoch_day = was.epoch_day"
    op.execute(
        "INSERT INTO measured_window (window_id, measurement_id, inputs_hash)"  # noqa: S608 - our own text
        f" SELECT id, measurement_id, inputs_hash FROM measured_week AS was {joined}"
    )
    op.execute(
        f"INSERT INTO new_point (window_id, {_KEPT})"  # noqa: S608 - names of columns
        f" SELECT metric_window.id, {_KEPT} FROM metric_point AS was {joined}"
    )
    op.drop_table("measured_week")
    op.drop_table("metric_point")
    op.rename_table("new_point", "metric_point")


def downgrade() -> None:
    """Keep the points of ISO weeks; those of other windows, and every coverage, are measured anew on the way up."""
    _create_measured("measured_week", "epoch_day", None)
    _create_points("old_point", "epoch_day", None, coverage=False)
    joined = "JOIN metric_window ON metric_window.id = was.window_id WHERE metric_window.kind = 'week'"
    op.execute(
        "INSERT INTO measured_week (epoch_day, measurement_id, inputs_hash)"  # noqa: S608 - our own text
        f" SELECT first_epoch_day, measurement_id, inputs_hash FROM measured_window AS was {joined}"
    )
    op.execute(
        f"INSERT INTO old_point (epoch_day, {_KEPT})"  # noqa: S608 - names of columns
        f" SELECT first_epoch_day, {_KEPT} FROM metric_point AS was {joined}"
    )
    op.drop_table("metric_point")
    op.drop_table("measured_window")
    op.drop_table("metric_window")
    op.rename_table("old_point", "metric_point")


def _window(number: int, first: int) -> dict[str, object]:
    ended_at = datetime.combine(_EPOCH + timedelta(days=first + _WEEK_DAYS), time(), UTC)
    return {
        "id": number,
        "kind": "week",
        "first_epoch_day": first,
        "last_epoch_day": first + _WEEK_DAYS - 1,
        "settles_at": ended_at + _GRACE,
    }


def _create_measured(table: str, key: str, parent: str | None) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measurement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("inputs_hash", sa.BigInteger(), nullable=True),
        *_parent(key, parent),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"]),
        sa.PrimaryKeyConstraint(key, "measurement_id"),
        sqlite_with_rowid=False,
    )


def _create_points(table: str, key: str, parent: str | None, *, coverage: bool) -> None:
    figures = (*_FIGURES, "coverage") if coverage else _FIGURES
    op.create_table(
        table,
        sa.Column(key, sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measurement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _COUNTS),
        *(sa.Column(name, sa.Float(), nullable=True) for name in figures),
        sa.Column("word_id", sa.Integer(), nullable=True),
        *_parent(key, parent),
        sa.ForeignKeyConstraint(["definition_id"], ["metric_definition.id"]),
        sa.ForeignKeyConstraint(["subject_id"], ["metric_word.id"]),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"]),
        sa.ForeignKeyConstraint(["word_id"], ["metric_word.id"]),
        sa.PrimaryKeyConstraint(key, "definition_id", "subject_id", "measurement_id"),
        sqlite_with_rowid=False,
    )


def _parent(key: str, parent: str | None) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([key], [parent])] if parent else []
