"""Shares of labs on a second router; and counts on the Hub may be left out, which is not zero."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KINDS: Final = ("finetune", "adapter", "merge", "quantized")
_CHECK: Final = "finetune >= 0 AND adapter >= 0 AND merge >= 0 AND quantized >= 0"


def upgrade() -> None:
    """Create the table, empty; let each kind of child be unknown."""
    op.create_table(
        "gateway_share",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("lab", sa.Text(), nullable=False),
        sa.Column("share_percent", sa.Float(), nullable=False),
        sa.CheckConstraint("share_percent >= 0 AND share_percent <= 100", name="percent_of_the_whole"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.PrimaryKeyConstraint("listing_id", "metric", "lab"),
    )
    _let_kinds_be_null(nullable=True)


def downgrade() -> None:
    """Drop them; the archive keeps the answers, and a replay by a newer version brings the rows back."""
    unknown = " OR ".join(f"{kind} IS NULL" for kind in _KINDS)
    op.execute(f"DELETE FROM derivative_count WHERE {unknown}")  # noqa: S608 - names of columns
    _let_kinds_be_null(nullable=False)
    op.drop_table("gateway_share")


def _let_kinds_be_null(*, nullable: bool) -> None:
    """SQLite copies a table to change it, without its CHECK, which Alembic does not read there."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("derivative_count") as counts:
        for kind in _KINDS:
            counts.alter_column(kind, existing_type=sa.BigInteger(), nullable=nullable)
        if on_sqlite:
            counts.create_check_constraint("children_not_negative", _CHECK)
