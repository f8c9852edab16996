"""Silences, and messages that one of them keeps back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATES_BEFORE = "state IN ('due', 'leased', 'sent', 'dead', 'held', 'cancelled')"
_STATES = "state IN ('due', 'leased', 'sent', 'dead', 'held', 'cancelled', 'silenced')"
_KEY = "outbox_message_silence_id_fkey"


def upgrade() -> None:
    """Create the table, and let messages say which silence they are under."""
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _change_outbox(_STATES, with_silences=True)


def downgrade() -> None:
    """Drop it; what a silence kept back is kept as cancelled."""
    op.execute(
        "UPDATE outbox_message SET state = 'cancelled', last_error = 'silenced' WHERE state = 'silenced'"
    )
    _change_outbox(_STATES_BEFORE, with_silences=False)
    op.drop_table("silence")


def _change_outbox(states: str, *, with_silences: bool) -> None:
    """Exchange the CHECK and add, or drop, the column.

    SQLite cannot change a table in place: it is copied, without its CHECK, which Alembic does not read there.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("state_known", "outbox_message", type_="check")
    if not with_silences:
        op.drop_index("ix_outbox_message_silence_id", "outbox_message")
    with op.batch_alter_table("outbox_message") as outbox:
        if with_silences:
            outbox.add_column(sa.Column("silence_id", sa.Integer(), nullable=True))
            outbox.create_foreign_key(_KEY, "silence", ["silence_id"], ["id"])
        else:
            outbox.drop_constraint(_KEY, type_="foreignkey")
            outbox.drop_column("silence_id")
        outbox.create_check_constraint("state_known", states)
    if with_silences:
        op.create_index("ix_outbox_message_silence_id", "outbox_message", ["silence_id"])
