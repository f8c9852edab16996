"""Lists that somebody publishes about a window, with their vintages."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    Text,
)
from sqlmodel import Column, Field, SQLModel

from schemas.tables.columns import big, moment, number, part_of, words


class Listing(SQLModel, table=True):
    """A vintage of a list that somebody publishes about a window: written only when the list changed."""

    __table_args__ = (Index("listing_of", "channel", "subject", "first_epoch_day", "last_epoch_day"),)

    id: int = number()
    channel: str = words()
    subject: str = words()
    first_epoch_day: int
    last_epoch_day: int
    known_at: datetime = moment()
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    entries: int
    set_apart: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))


class AppRanking(SQLModel, table=True):
    """An app in a ranking of apps over the days of the listing."""

    __tablename__: ClassVar[str] = "app_ranking"
    __table_args__ = (
        CheckConstraint("tokens >= 0 AND requests >= 0 AND rank >= 1", name="app_figures_possible"),
    )

    listing_id: int = part_of("listing.id")
    app_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    rank: int
    app_name: str = words()
    tokens: int = big()
    requests: int = big()


class TaskShare(SQLModel, table=True):
    """A model within a task tag over the days of the listing, beside what the tag is of everything classified."""

    __tablename__: ClassVar[str] = "task_share"
    __table_args__ = (
        CheckConstraint(
            "token_share BETWEEN 0 AND 1 AND usage_share BETWEEN 0 AND 1 "
            "AND model_token_share BETWEEN 0 AND 1 AND model_usage_share BETWEEN 0 AND 1",
            name="task_shares_possible",
        ),
    )

    listing_id: int = part_of("listing.id")
    tag: str = Field(sa_column=Column(Text, primary_key=True))
    model_id: str = Field(sa_column=Column(Text, primary_key=True))
    macro_category: str = words()
    token_share: float
    usage_share: float
    model_token_share: float | None = None
    model_usage_share: float | None = None


class DerivativeCount(SQLModel, table=True):
    """Direct children of a repository (the subject of the listing) on the Hugging Face Hub, by kind."""

    __tablename__: ClassVar[str] = "derivative_count"
    __table_args__ = (
        CheckConstraint(
            "finetune >= 0 AND adapter >= 0 AND merge >= 0 AND quantized >= 0",
            name="children_not_negative",
        ),
    )

    listing_id: int = part_of("listing.id")
    finetune: int | None = big(nullable=True)
    adapter: int | None = big(nullable=True)
    merge: int | None = big(nullable=True)
    quantized: int | None = big(nullable=True)


class GatewayShare(SQLModel, table=True):
    """Share of a lab on the Vercel AI Gateway on the day of the listing, as published."""

    __tablename__: ClassVar[str] = "gateway_share"
    __table_args__ = (
        CheckConstraint("share_percent >= 0 AND share_percent <= 100", name="percent_of_the_whole"),
    )

    listing_id: int = part_of("listing.id")
    metric: str = Field(sa_column=Column(Text, primary_key=True))
    lab: str = Field(sa_column=Column(Text, primary_key=True))
    share_percent: float = Field(sa_column=Column(Float, nullable=False))
