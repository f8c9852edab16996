"""Stored points of metrics, each with the vintage of what it was computed from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the next `tokentide measure` fills them."""
    for name, text in (("metric_definition", "definition"), ("metric_word", "word")):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column(text, sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("id"),
            sa.UniqueConstraint(text),
        )
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("exports_snapshot_id", sa.Integer(), nullable=True),
        sa.Column("api_snapshot_id", sa.Integer(), nullable=True),
        sa.Column("catalogue_snapshot_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_sha256", sa.Text(), nullable=False),
        sa.Column("points_written", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "measured_week",
        sa.Column("epoch_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("inputs_hash", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"]),
        sa.PrimaryKeyConstraint("epoch_day", "measurement_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_point",
        sa.Column("epoch_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("part", "whole", "low", "high")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("figure", "figure_low", "figure_high")),
        sa.Column("word_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["metric_definition.id"]),
        sa.ForeignKeyConstraint(["subject_id"], ["metric_word.id"]),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"]),
        sa.ForeignKeyConstraint(["word_id"], ["metric_word.id"]),
        sa.PrimaryKeyConstraint("epoch_day", "definition_id", "subject_id", "measurement_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them: what was said when is lost, and measured anew when it comes up again."""
    for name in ("metric_point", "measured_week", "measurement", "metric_word", "metric_definition"):
        op.drop_table(name)
