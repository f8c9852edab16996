"""Slices: which one an answer is about, and what a row of the view counts, so that nobody adds two series up."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CURRENT_ROWS = """
SELECT {day} AS day, model.permaslug AS permaslug, row.tokens AS tokens,
       snapshot.known_at AS known_at, series.channel AS channel{of_series}
FROM observation AS row
JOIN model ON model.id = row.model_id
JOIN snapshot ON snapshot.id = row.snapshot_id
JOIN series ON series.id = row.series_id
WHERE row.tokens IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM observation AS newer
                  WHERE newer.series_id = row.series_id AND newer.epoch_day = row.epoch_day
                    AND newer.model_id = row.model_id AND newer.snapshot_id > row.snapshot_id)
  AND EXISTS (SELECT 1 FROM day_state AS state
              WHERE state.series_id = row.series_id AND state.epoch_day = row.epoch_day
                AND state.quarantined = 0)
"""
_DAY = {
    "sqlite": "date(row.epoch_day * 86400, 'unixepoch')",
    "postgresql": "to_char(DATE '1970-01-01' + row.epoch_day, 'YYYY-MM-DD')",
}
_SLICES = "SELECT id FROM series WHERE population <> 'text' OR grain <> 'day'"
_OF_SERIES = ",\n       series.population AS population, series.grain AS grain"


def upgrade() -> None:
    """Add the column, which is null for every answer so far: none was about a slice. Name the series in the view."""
    op.add_column("archive_receipt", sa.Column("slice", sa.Text(), nullable=True))
    _replace_view(_OF_SERIES)


def downgrade() -> None:
    """Take them away from where the former version would take them for the headline, or not understand them.

    The archive keeps the answers, and a replay by a newer version brings their rows back.
    """
    for table in ("observation", "day_state"):
        op.execute(f"DELETE FROM {table} WHERE series_id IN ({_SLICES})")  # noqa: S608 - our own names
    op.execute("UPDATE archive_receipt SET asked = '{}' WHERE slice IS NOT NULL")
    _replace_view("")
    op.drop_column("archive_receipt", "slice")


def _replace_view(of_series: str) -> None:
    """Neither engine can change a view's columns in place."""
    op.execute("DROP VIEW ranking_current")
    day = _DAY[op.get_bind().dialect.name]
    op.execute(f"CREATE VIEW ranking_current AS {_CURRENT_ROWS.format(day=day, of_series=of_series)}")
