"""Where a message stands at Slack, which message it belongs to, and the picture that goes with it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATES = "state IN ('due', 'leased', 'sent', 'dead', 'held', 'cancelled', 'silenced')"
_KEY = "outbox_message_follows_id_fkey"
_INDEX = "ix_outbox_message_follows_id"


def upgrade() -> None:
    """Add the columns. What was sent before has no place: what follows it names it instead."""
    _drop_check()
    with op.batch_alter_table("outbox_message") as outbox:
        outbox.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        outbox.create_foreign_key(_KEY, "outbox_message", ["follows_id"], ["id"])
        for name in ("channel", "ts", "picture"):
            outbox.add_column(sa.Column(name, sa.Text(), nullable=True))
        outbox.create_check_constraint("state_known", _STATES)
    op.create_index(_INDEX, "outbox_message", ["follows_id"])


def downgrade() -> None:
    """Drop them; edits and charts, which nothing older can send, go with them."""
    op.execute("DELETE FROM outbox_message WHERE kind IN ('edit', 'chart')")
    op.drop_index(_INDEX, "outbox_message")
    _drop_check()
    with op.batch_alter_table("outbox_message") as outbox:
        outbox.drop_constraint(_KEY, type_="foreignkey")
        for name in ("picture", "ts", "channel", "follows_id"):
            outbox.drop_column(name)
        outbox.create_check_constraint("state_known", _STATES)


def _drop_check() -> None:
    """SQLite copies a table to change it, without its CHECK, which Alembic does not read there."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("state_known", "outbox_message", type_="check")
