"""Lists that are published whole about a window, and the first kind of them: derivatives on the Hub."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("first_epoch_day", sa.Integer(), nullable=False),
        sa.Column("last_epoch_day", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["archive_receipt.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("listing_of", "listing", ["channel", "subject", "first_epoch_day", "last_epoch_day"])
    op.create_table(
        "derivative_count",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("finetune", sa.BigInteger(), nullable=False),
        sa.Column("adapter", sa.BigInteger(), nullable=False),
        sa.Column("merge", sa.BigInteger(), nullable=False),
        sa.Column("quantized", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "finetune >= 0 AND adapter >= 0 AND merge >= 0 AND quantized >= 0",
            name="children_not_negative",
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.PrimaryKeyConstraint("listing_id"),
    )


def downgrade() -> None:
    """Drop them; the archive keeps the answers, and a replay by a newer version brings the lists back."""
    op.drop_table("derivative_count")
    op.drop_index("listing_of", table_name="listing")
    op.drop_table("listing")
