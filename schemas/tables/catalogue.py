"""The model catalogue with its vintages."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Text,
    false,
)
from sqlmodel import Column, Field, SQLModel

from schemas.tables.columns import big, moment, number, words


class CatalogueSnapshot(SQLModel, table=True):
    """A vintage of one list of models: written only when an entry of it changed, came or went."""

    __tablename__: ClassVar[str] = "catalogue_snapshot"

    id: int = number()
    channel: str = words(server_default="models")
    known_at: datetime = moment()
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    entries: int


class CatalogueEntry(SQLModel, table=True):
    """An entry of the catalogue as a snapshot knew it; prices are exact integers, pico-USD per token."""

    __tablename__: ClassVar[str] = "catalogue_entry"

    canonical_slug: str = Field(sa_column=Column(Text, primary_key=True))
    variant: str = Field(sa_column=Column(Text, primary_key=True))
    snapshot_id: int = Field(foreign_key="catalogue_snapshot.id", primary_key=True)
    listed: bool
    model_id: str = words()
    name: str = words()
    created_at: int | None = big(nullable=True)
    prompt_pusd_per_token: int | None = big(nullable=True)
    completion_pusd_per_token: int | None = big(nullable=True)
    is_router: bool
    hugging_face_id: str | None = words(nullable=True)
    conditions: str | None = words(nullable=True)
    is_conditional: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    intelligence_index: float | None = None
