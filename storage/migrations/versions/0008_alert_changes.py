"""What became of each alert event, and when: so that a standpoint sees the ledger as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UNKNOWN = "recorded before changes were kept"


def upgrade() -> None:
    """Create the table, and fill in what the events themselves say: how each began, and how it stands.

    Of an event that changed more than once the steps in between are not known.
    """
    op.create_table(
        "alert_change",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'retracted')", name="change_status_known"),
        sa.ForeignKeyConstraint(["event_id"], ["alert_event.id"]),
        sa.PrimaryKeyConstraint("event_id", "revision"),
    )
    columns = (
        "INSERT INTO alert_change (event_id, revision, changed_at, status, disposition, reason) SELECT id,"
    )
    op.execute(f"{columns} 1, first_known_at, 'active', disposition, 'new' FROM alert_event")
    op.execute(
        f"{columns} revision, changed_at, status, disposition, '{_UNKNOWN}' FROM alert_event WHERE revision > 1"
    )


def downgrade() -> None:
    """Drop it; each event keeps how it stands now."""
    op.drop_table("alert_change")
