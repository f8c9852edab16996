"""The ledger of alerts, and the messages about it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlmodel import Column, Field, SQLModel

from schemas.tables.columns import big, moment, words


class AlertRule(SQLModel, table=True):
    """A meaning of a rule that has been evaluated: its baseline, and since when it may speak."""

    __tablename__: ClassVar[str] = "alert_rule"

    rule: str = Field(primary_key=True)
    meaning: str = Field(primary_key=True)
    active_from: datetime = moment()
    evaluated_at: datetime = moment()


class AlertEvent(SQLModel, table=True):
    """The ledger: a fact about a window, told at most once."""

    __tablename__: ClassVar[str] = "alert_event"
    __table_args__ = (
        UniqueConstraint("rule", "meaning", "subject", "window_start", "window_end", "direction"),
        CheckConstraint("direction IN ('UP', 'DOWN', 'open', 'close')", name="direction_known"),
        CheckConstraint("status IN ('active', 'retracted')", name="status_known"),
    )

    id: int | None = Field(default=None, primary_key=True)
    rule: str
    meaning: str
    subject: str = words()
    window_kind: str
    window_start: str
    window_end: str
    direction: str
    status: str
    disposition: str
    revision: int = 1
    detail: str = words()
    first_known_at: datetime = moment()
    changed_at: datetime = moment()


class AlertChange(SQLModel, table=True):
    """What became of a fact of the ledger, one row for each revision: its newest is how the fact stands."""

    __tablename__: ClassVar[str] = "alert_change"
    __table_args__ = (CheckConstraint("status IN ('active', 'retracted')", name="change_status_known"),)

    event_id: int = Field(foreign_key="alert_event.id", primary_key=True)
    revision: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    changed_at: datetime = moment()
    status: str
    disposition: str
    reason: str = words()


class Silence(SQLModel, table=True):
    """Who asked not to hear of which rules, why, and until when."""

    id: int | None = Field(default=None, primary_key=True)
    rule: str = words()
    subject: str = words()
    author: str = words()
    reason: str = words()
    created_at: datetime = moment()
    expires_at: datetime = moment()


class OutboxMessage(SQLModel, table=True):
    """A message that is due, on its way, sent or dead; written in the transaction of its event."""

    __tablename__: ClassVar[str] = "outbox_message"
    __table_args__ = (
        Index("outbox_due", "state", "due_at"),
        CheckConstraint(
            "state IN ('due', 'leased', 'sent', 'dead', 'held', 'cancelled', 'silenced')", name="state_known"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = words(unique=True)
    event_id: int | None = Field(default=None, foreign_key="alert_event.id", index=True)
    kind: str
    destination: str
    text: str = words()
    blocks: str = words()
    state: str
    attempts: int = 0
    possible_duplicate: bool = False
    lease_token: int = big(server_default="0")
    leased_until: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    due_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    last_error: str | None = words(nullable=True)
    silence_id: int | None = Field(default=None, foreign_key="silence.id", index=True)
    follows_id: int | None = Field(default=None, foreign_key="outbox_message.id", index=True)
    channel: str | None = words(nullable=True)
    ts: str | None = words(nullable=True)
    picture: str | None = words(nullable=True)
