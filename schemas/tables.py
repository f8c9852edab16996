"""The SQL tables. Facts are never overwritten: a newer snapshot stands beside the older one.

Integer keys and a natural primary key (`WITHOUT ROWID` on SQLite) keep the facts 8-9 times smaller than a
text key with a surrogate id. Days are stored as days since 1970-01-01, which is also what Polars holds.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Column, Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on engines with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; SQLite stores the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment(*, nullable: bool = False, **options: Any) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable, **options))


def _big(*, nullable: bool = False, **options: Any) -> Any:
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable, **options))


def _number() -> Any:
    # Given out by us under the writer's lock, without gaps: a replay gives out the same ones again.
    return Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


def _part_of(parent: str) -> Any:
    return Field(sa_column=Column(Integer, ForeignKey(parent), primary_key=True, autoincrement=False))


def _text(*, nullable: bool = False, **options: Any) -> Any:
    return Field(default=None, sa_column=Column(Text, nullable=nullable, **options))


class Series(SQLModel, table=True):
    """A series: rows of two of them are never added up."""

    __table_args__ = (UniqueConstraint("source", "population", "grain", "channel"),)

    id: int = _number()
    source: str
    population: str
    grain: str
    channel: str


class Model(SQLModel, table=True):
    """A name that was ranked: `author/model[:variant]`, or `other`."""

    id: int = _number()
    permaslug: str = _text(unique=True)


class ArchiveReceipt(SQLModel, table=True):
    """One answer that was taken in: the SQL twin of its receipt in the archive.

    An answer that was refused has none: its facts are in no row, so no figure may cite its time.
    """

    __tablename__: ClassVar[str] = "archive_receipt"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    channel: str
    url: str = _text()
    asked: str = _text()
    slice: str | None = _text(nullable=True)
    fetched_at: datetime = _moment(index=True)
    as_of: datetime | None = _moment(nullable=True)
    sha256: str = _text(index=True)
    bytes: int = _big()
    citation: str = _text()


class Snapshot(SQLModel, table=True):
    """A vintage: written only when an answer changed what is known of a series."""

    id: int = _number()
    series_id: int = Field(foreign_key="series.id", index=True)
    known_at: datetime = _moment()
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
    tokens: int | None = _big(nullable=True)


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
    reason: str = _text()
    raw: str = _text()


class CatalogueSnapshot(SQLModel, table=True):
    """A vintage of one list of models: written only when an entry of it changed, came or went."""

    __tablename__: ClassVar[str] = "catalogue_snapshot"

    id: int = _number()
    channel: str = _text(server_default="models")
    known_at: datetime = _moment()
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    entries: int


class CatalogueEntry(SQLModel, table=True):
    """An entry of the catalogue as a snapshot knew it; prices are exact integers, pico-USD per token."""

    __tablename__: ClassVar[str] = "catalogue_entry"

    canonical_slug: str = Field(sa_column=Column(Text, primary_key=True))
    variant: str = Field(sa_column=Column(Text, primary_key=True))
    snapshot_id: int = Field(foreign_key="catalogue_snapshot.id", primary_key=True)
    listed: bool
    model_id: str = _text()
    name: str = _text()
    created_at: int | None = _big(nullable=True)
    prompt_pusd_per_token: int | None = _big(nullable=True)
    completion_pusd_per_token: int | None = _big(nullable=True)
    is_router: bool
    hugging_face_id: str | None = _text(nullable=True)
    conditions: str | None = _text(nullable=True)
    is_conditional: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    intelligence_index: float | None = None


class Listing(SQLModel, table=True):
    """A vintage of a list that somebody publishes about a window: written only when the list changed."""

    __table_args__ = (Index("listing_of", "channel", "subject", "first_epoch_day", "last_epoch_day"),)

    id: int = _number()
    channel: str = _text()
    subject: str = _text()
    first_epoch_day: int
    last_epoch_day: int
    known_at: datetime = _moment()
    receipt_id: str = Field(sa_column=Column(Text, ForeignKey("archive_receipt.id"), nullable=False))
    entries: int
    set_apart: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))


class AppRanking(SQLModel, table=True):
    """An app in a ranking of apps over the days of the listing."""

    __tablename__: ClassVar[str] = "app_ranking"
    __table_args__ = (
        CheckConstraint("tokens >= 0 AND requests >= 0 AND rank >= 1", name="app_figures_possible"),
    )

    listing_id: int = _part_of("listing.id")
    app_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    rank: int
    app_name: str = _text()
    tokens: int = _big()
    requests: int = _big()


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

    listing_id: int = _part_of("listing.id")
    tag: str = Field(sa_column=Column(Text, primary_key=True))
    model_id: str = Field(sa_column=Column(Text, primary_key=True))
    macro_category: str = _text()
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

    listing_id: int = _part_of("listing.id")
    finetune: int | None = _big(nullable=True)
    adapter: int | None = _big(nullable=True)
    merge: int | None = _big(nullable=True)
    quantized: int | None = _big(nullable=True)


class GatewayShare(SQLModel, table=True):
    """Share of a lab on the Vercel AI Gateway on the day of the listing, as published."""

    __tablename__: ClassVar[str] = "gateway_share"
    __table_args__ = (
        CheckConstraint("share_percent >= 0 AND share_percent <= 100", name="percent_of_the_whole"),
    )

    listing_id: int = _part_of("listing.id")
    metric: str = Field(sa_column=Column(Text, primary_key=True))
    lab: str = Field(sa_column=Column(Text, primary_key=True))
    share_percent: float = Field(sa_column=Column(Float, nullable=False))


class Retention(SQLModel, table=True):
    """One `vacuum` that dropped something. A standpoint before the newest `kept_from` is refused."""

    id: int = _number()
    kept_from: datetime = _moment()
    vacuumed_at: datetime = _moment()
    rows_dropped: int = _big()
    days_dropped: int = _big()


class MetricDefinition(SQLModel, table=True):
    """What a stored point counts: metric, by, basis, variants and what else decides it, as canonical JSON."""

    __tablename__: ClassVar[str] = "metric_definition"

    id: int = _number()
    definition: str = _text(unique=True)


class MetricWord(SQLModel, table=True):
    """A name that stored points use: a subject, or the word beside a figure."""

    __tablename__: ClassVar[str] = "metric_word"

    id: int = _number()
    word: str = _text(unique=True)


class Measurement(SQLModel, table=True):
    """A vintage of points, and the vintages of the inputs that it was computed from.

    The snapshots are named by number only: a replay gives the same numbers out again, and points outlive it.
    """

    id: int = _number()
    known_at: datetime = _moment()
    method: int
    exports_snapshot_id: int | None = None
    api_snapshot_id: int | None = None
    catalogue_snapshot_id: int | None = None
    reviewed_sha256: str = _text()
    points_written: int


class MeasuredWeek(SQLModel, table=True):
    """What the points of an ISO week were computed from, as a hash; null where the week no longer has points."""

    __tablename__: ClassVar[str] = "measured_week"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    epoch_day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    measurement_id: int = Field(foreign_key="measurement.id", primary_key=True)
    inputs_hash: int | None = _big(nullable=True)


class MetricPoint(SQLModel, table=True):
    """A figure of an ISO week under a definition, as a measurement had it; a newer one stands beside the older.

    A figure that is a ratio of counts is stored as these counts (`part` of `whole`, with `low` and `high` for
    `part`); `figure` holds what is no such ratio. docs/metrics.md says what stands where, for each metric.
    """

    __tablename__: ClassVar[str] = "metric_point"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    epoch_day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    definition_id: int = Field(foreign_key="metric_definition.id", primary_key=True)
    subject_id: int = Field(foreign_key="metric_word.id", primary_key=True)
    measurement_id: int = Field(foreign_key="measurement.id", primary_key=True)
    withdrawn: bool
    part: int | None = _big(nullable=True)
    whole: int | None = _big(nullable=True)
    low: int | None = _big(nullable=True)
    high: int | None = _big(nullable=True)
    figure: float | None = None
    figure_low: float | None = None
    figure_high: float | None = None
    word_id: int | None = Field(default=None, foreign_key="metric_word.id")


class Run(SQLModel, table=True):
    """One run of a flow: what it was asked, what it wrote, how it ended."""

    id: int | None = Field(default=None, primary_key=True)
    flow: str
    window_at: datetime = _moment()
    known_at: datetime = _moment(index=True)
    finished_at: datetime | None = _moment(nullable=True)
    focus_window: str | None = None
    outcome: str
    rows_added: int = 0
    rows_revised: int = 0
    rows_withdrawn: int = 0
    rows_quarantined: int = 0
    messages: str = _text(server_default="[]")


class ApiBudget(SQLModel, table=True):
    """Calls made under an account's daily budget, so that a restart does not forget them."""

    __tablename__: ClassVar[str] = "api_budget"

    account: str = Field(primary_key=True)
    utc_day: str = Field(primary_key=True)
    calls: int
    spent_until: datetime | None = _moment(nullable=True)


class AlertRule(SQLModel, table=True):
    """A meaning of a rule that has been evaluated: its baseline, and since when it may speak."""

    __tablename__: ClassVar[str] = "alert_rule"

    rule: str = Field(primary_key=True)
    meaning: str = Field(primary_key=True)
    active_from: datetime = _moment()
    evaluated_at: datetime = _moment()


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
    subject: str = _text()
    window_kind: str
    window_start: str
    window_end: str
    direction: str
    status: str
    disposition: str
    revision: int = 1
    detail: str = _text()
    first_known_at: datetime = _moment()
    changed_at: datetime = _moment()


class AlertChange(SQLModel, table=True):
    """What became of a fact of the ledger, one row for each revision: its newest is how the fact stands."""

    __tablename__: ClassVar[str] = "alert_change"
    __table_args__ = (CheckConstraint("status IN ('active', 'retracted')", name="change_status_known"),)

    event_id: int = Field(foreign_key="alert_event.id", primary_key=True)
    revision: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    changed_at: datetime = _moment()
    status: str
    disposition: str
    reason: str = _text()


class Silence(SQLModel, table=True):
    """Who asked not to hear of which rules, why, and until when."""

    id: int | None = Field(default=None, primary_key=True)
    rule: str = _text()
    subject: str = _text()
    author: str = _text()
    reason: str = _text()
    created_at: datetime = _moment()
    expires_at: datetime = _moment()


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
    dedupe_key: str = _text(unique=True)
    event_id: int | None = Field(default=None, foreign_key="alert_event.id", index=True)
    kind: str
    destination: str
    text: str = _text()
    blocks: str = _text()
    state: str
    attempts: int = 0
    possible_duplicate: bool = False
    lease_token: int = _big(server_default="0")
    leased_until: datetime | None = _moment(nullable=True)
    created_at: datetime = _moment()
    due_at: datetime = _moment()
    sent_at: datetime | None = _moment(nullable=True)
    last_error: str | None = _text(nullable=True)
    silence_id: int | None = Field(default=None, foreign_key="silence.id", index=True)
    follows_id: int | None = Field(default=None, foreign_key="outbox_message.id", index=True)
    channel: str | None = _text(nullable=True)
    ts: str | None = _text(nullable=True)
    picture: str | None = _text(nullable=True)
