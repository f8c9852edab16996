"""A catalogue for each list of models, rankings of apps, shares of tasks, and lists that are not whole."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them. Every catalogue that is recorded is one of `/models`, and every list is whole."""
    op.add_column(
        "catalogue_snapshot", sa.Column("channel", sa.Text(), server_default="models", nullable=False)
    )
    op.add_column("listing", sa.Column("set_apart", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "app_ranking",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("app_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("app_name", sa.Text(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tokens >= 0 AND requests >= 0 AND rank >= 1", name="app_figures_possible"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.PrimaryKeyConstraint("listing_id", "app_id"),
    )
    op.create_table(
        "task_share",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("macro_category", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Float(), nullable=name.startswith("model_"))
            for name in ("token_share", "usage_share", "model_token_share", "model_usage_share")
        ),
        sa.CheckConstraint(
            "token_share BETWEEN 0 AND 1 AND usage_share BETWEEN 0 AND 1 "
            "AND model_token_share BETWEEN 0 AND 1 AND model_usage_share BETWEEN 0 AND 1",
            name="task_shares_possible",
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.PrimaryKeyConstraint("listing_id", "tag", "model_id"),
    )


def downgrade() -> None:
    """Drop them, and the catalogues that the former version has no place for; a replay brings all back."""
    op.drop_table("task_share")
    op.drop_table("app_ranking")
    op.drop_column("listing", "set_apart")
    op.execute(
        "DELETE FROM catalogue_entry"
        " WHERE snapshot_id IN (SELECT id FROM catalogue_snapshot WHERE channel <> 'models')"
    )
    op.execute("DELETE FROM catalogue_snapshot WHERE channel <> 'models'")
    op.drop_column("catalogue_snapshot", "channel")
