"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_CURRENT_ROWS = """
SELECT {day} AS day, model.permaslug AS permaslug, row.tokens AS tokens,
       snapshot.known_at AS known_at, series.channel AS channel
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
"""For people who open the database by hand: the rows that count now. Withdrawn ones do not, nor do those of
a day that never came whole (one that did stays whole)."""
_DAY = {
    "sqlite": "date(row.epoch_day * 86400, 'unixepoch')",
    "postgresql": "to_char(DATE '1970-01-01' + row.epoch_day, 'YYYY-MM-DD')",
}


def upgrade() -> None:
    """Create every table and the view."""
    op.create_table(
        "alert_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("window_kind", sa.String(), nullable=False),
        sa.Column("window_start", sa.String(), nullable=False),
        sa.Column("window_end", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("first_known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('UP', 'DOWN', 'open', 'close')", name="direction_known"),
        sa.CheckConstraint("status IN ('active', 'retracted')", name="status_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rule", "meaning", "subject", "window_start", "window_end", "direction"),
    )
    op.create_table(
        "alert_rule",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", "meaning"),
    )
    op.create_table(
        "api_budget",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("utc_day", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("spent_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account", "utc_day"),
    )
    op.create_table(
        "archive_receipt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_archive_receipt_fetched_at"), "archive_receipt", ["fetched_at"], unique=False)
    op.create_index(op.f("ix_archive_receipt_sha256"), "archive_receipt", ["sha256"], unique=False)
    op.create_table(
        "model",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("permaslug", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permaslug"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("focus_window", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("rows_revised", sa.Integer(), nullable=False),
        sa.Column("rows_withdrawn", sa.Integer(), nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_run_known_at"), "run", ["known_at"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("population", sa.String(), nullable=False),
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "population", "grain", "channel"),
    )
    op.create_table(
        "catalogue_snapshot",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["archive_receipt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("possible_duplicate", sa.Boolean(), nullable=False),
        sa.Column("lease_token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'leased', 'sent', 'dead', 'held', 'cancelled')", name="state_known"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["alert_event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    op.create_index(op.f("ix_outbox_message_event_id"), "outbox_message", ["event_id"], unique=False)
    op.create_index("outbox_due", "outbox_message", ["state", "due_at"], unique=False)
    op.create_table(
        "quarantined_row",
        sa.Column("payload_sha256", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("epoch_day", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["archive_receipt.id"],
        ),
        sa.PrimaryKeyConstraint("payload_sha256", "row_number"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("rows_revised", sa.Integer(), nullable=False),
        sa.Column("rows_withdrawn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["archive_receipt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_snapshot_series_id"), "snapshot", ["series_id"], unique=False)
    op.create_table(
        "catalogue_entry",
        sa.Column("canonical_slug", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("prompt_pusd_per_token", sa.BigInteger(), nullable=True),
        sa.Column("completion_pusd_per_token", sa.BigInteger(), nullable=True),
        sa.Column("is_router", sa.Boolean(), nullable=False),
        sa.Column("hugging_face_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["catalogue_snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("canonical_slug", "variant", "snapshot_id"),
    )
    op.create_table(
        "day_state",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("epoch_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.CheckConstraint("row_count >= 0 AND quarantined >= 0", name="counts_not_negative"),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("series_id", "epoch_day", "snapshot_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "observation",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("epoch_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("tokens >= 0", name="tokens_not_negative"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["model.id"],
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("series_id", "epoch_day", "model_id", "snapshot_id"),
        sqlite_with_rowid=False,
    )
    day = _DAY[op.get_bind().dialect.name]
    op.execute(f"CREATE VIEW ranking_current AS {_CURRENT_ROWS.format(day=day)}")


def downgrade() -> None:
    """Drop everything: an export is the only way back from here."""
    op.execute("DROP VIEW ranking_current")
    op.drop_table("observation")
    op.drop_table("day_state")
    op.drop_table("catalogue_entry")
    op.drop_index(op.f("ix_snapshot_series_id"), table_name="snapshot")
    op.drop_table("snapshot")
    op.drop_table("quarantined_row")
    op.drop_index("outbox_due", table_name="outbox_message")
    op.drop_index(op.f("ix_outbox_message_event_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("catalogue_snapshot")
    op.drop_table("series")
    op.drop_index(op.f("ix_run_known_at"), table_name="run")
    op.drop_table("run")
    op.drop_table("model")
    op.drop_index(op.f("ix_archive_receipt_sha256"), table_name="archive_receipt")
    op.drop_index(op.f("ix_archive_receipt_fetched_at"), table_name="archive_receipt")
    op.drop_table("archive_receipt")
    op.drop_table("api_budget")
    op.drop_table("alert_rule")
    op.drop_table("alert_event")
