"""What else decides about a price: conditional prices, and the benchmark index that the catalogue states."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Entries that are recorded have none of them until the next reading, or a replay."""
    op.add_column("catalogue_entry", sa.Column("conditions", sa.Text(), nullable=True))
    op.add_column(
        "catalogue_entry",
        sa.Column("is_conditional", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("catalogue_entry", sa.Column("intelligence_index", sa.Float(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in ("intelligence_index", "is_conditional", "conditions"):
        op.drop_column("catalogue_entry", name)
