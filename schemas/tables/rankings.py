"""Answers that were taken in, and ranking rows with their vintages."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlmodel import Column, Field, SQLModel

from schemas.tables.columns import big, moment, number, words


class Series(SQLModel, table=True):
    """A series: rows of two of them are never added up."""

    __table_args__ = (UniqueConstraint("source", "population", "grain", "channel"),)

    id: int = number()
    source: str
    population: str
    grain: str
    channel: str


class Model(SQLModel, table=True):
    """A name that was ranked: `author/model[:variant]`, or `other`."""

    id: int = number()
    permaslug: str = words(unique=True)


class ArchiveReceipt(SQLModel, table=True):
    """One answer that was taken in: the SQL twin of its receipt in the archive.

    An answer that was refused has none: its facts are in no row, so no figure may cite its time.
    """

    __tablename__: ClassVar[str] = "archive_receipt"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    channel: str
    url: str = words()
    asked: str = words()
    slice: str | None = words(nullable=True)
    fetched_at: datetime = moment(index=True)
    as_of: datetime | None = moment(nullable=True)
    sha256: str = words(index=True)
    bytes: int = big()
    citation: str = words()


class Snapshot(SQLModel, table=True):
    """A vintage: written only when an answer changed what is known of a series."""

    id: int = number()
    series_id: int = Field(foreign_key="series.id", index=True)
    known_at: datetime = moment()
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    rows_added: int
    rows_revised: int
    rows_withdrawn: int


class Observation(SQLModel, table=True):
    """Tokens of a model on a UTC day as a snapshot knew them; null tokens = withdrawn by that snapshot.

    A series of weeks or months has a row for each, on its first day.
    """

    __table_args__ = (
        CheckConstraint("tokens >= 0", name="tokens_not_negative"),
        {"sqlite_with_rowid": False},
    )

    series_id: int = Field(foreign_key="series.id", primary_key=True)
    epoch_day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id", primary_key=True)
    tokens: int | None = big(nullable=True)


class DayState(SQLModel, table=True):
    """What a snapshot learned about a whole day: a day with quarantined rows is not whole."""

    __tablename__: ClassVar[str] = "day_state"
    __table_args__ = (
        CheckConstraint("row_count >= 0 AND quarantined >= 0", name="counts_not_negative"),
        {"sqlite_with_rowid": False},
    )

    series_id: int = Field(foreign_key="series.id", primary_key=True)
    epoch_day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    snapshot_id: int = Field(foreign_key="snapshot.id", primary_key=True)
    row_count: int
    quarantined: int


class QuarantinedRow(SQLModel, table=True):
    """A row that was not understood, once per payload, with the reason."""

    __tablename__: ClassVar[str] = "quarantined_row"

    payload_sha256: str = Field(sa_column=Column(Text, primary_key=True))
    row_number: int = Field(primary_key=True)
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    epoch_day: int | None = None
    reason: str = words()
    raw: str = words()


class Retention(SQLModel, table=True):
    """One `vacuum` that dropped something. A standpoint before the newest `kept_from` is refused."""

    id: int = number()
    kept_from: datetime = moment()
    vacuumed_at: datetime = moment()
    rows_dropped: int = big()
    days_dropped: int = big()
