"""What was asked of an upstream, and the receipt of what it answered."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from schemas.slices import Slice, SpelledSlice
from schemas.windows import Grain

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Channel(StrEnum):
    """The way an answer came: each has its own payload shape, and rankings of each its own series."""

    EXPORTS = "exports"
    API = "api"
    MANIFEST = "manifest"
    MODELS = "models"
    EMBEDDINGS = "embeddings"
    DERIVATIVES = "derivatives"
    GATEWAY = "gateway"
    APPS = "apps"
    TASKS = "tasks"

    @property
    def has_rankings(self) -> bool:
        """Whether answers of this channel hold ranking rows."""
        return self in {Channel.EXPORTS, Channel.API}

    @property
    def has_catalogue(self) -> bool:
        """Whether answers of this channel are lists of models with prices: each its own catalogue."""
        return self in {Channel.MODELS, Channel.EMBEDDINGS}

    @property
    def has_listings(self) -> bool:
        """Whether answers of this channel hold lists about a window (see `schemas.listed`)."""
        return self in {Channel.DERIVATIVES, Channel.GATEWAY, Channel.APPS, Channel.TASKS}

    @property
    def has_facts(self) -> bool:
        """Whether anything is recorded out of answers of this channel."""
        return self is not Channel.MANIFEST


class Asked(BaseModel):
    """The question: what an answer must be about to be accepted.

    `start` and `end` are the first and last UTC day that the answer may hold (rankings only).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date | None = None
    end: date | None = None
    period: Literal["day"] | None = None
    modality: Literal["text"] | None = None
    slice: SpelledSlice | None = None
    """What of the Data API instead of the headline; then `period` and `modality` are not given."""
    format: Literal["csv", "json"] = "json"
    subject: str | None = None
    """What a list was asked for: a repository, a way of sorting (channels with listings only)."""
    sha256: Sha256 | None = None
    """What the manifest promises about these bytes (exports only)."""
    bytes: int | None = None
    rows: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError("the span ends before it starts")
        return self


class Receipt(BaseModel):
    """Proof of one answer: stored beside the archived payload before anything is read out of it.

    Attributes:
        id: its number in the archive, eight digits: the order of arrival, and of a replay.
        fetched_at: the known-at of everything read from this answer (aware UTC).
        as_of: the publisher's own time of the answer; null where it says none that can be read.
        url: what was asked, without secrets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]+$")]
    channel: Channel
    url: str
    asked: Asked
    fetched_at: AwareDatetime
    as_of: AwareDatetime | None
    sha256: Sha256
    bytes: int
    citation: str

    @property
    def as_promised(self) -> bool:
        """Whether these are the bytes that a manifest promised (true where none did)."""
        return self.asked.sha256 in {None, self.sha256} and self.asked.bytes in {None, self.bytes}


class SeriesKey(BaseModel):
    """(source, population, grain) and the channel it came by: rows of two series are never added up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = "openrouter"
    population: str = "text"
    grain: Grain = "day"
    """What a row is about. It is dated by its first day: a week by its Monday, a month by its first."""
    channel: Channel = Channel.EXPORTS

    @property
    def slice(self) -> str | None:
        """Which slice it is, as `category=programming/week`; None for the headline's population and grain."""
        name = f"{self.population}/{self.grain}"
        return None if name == "text/day" else name

    def __str__(self) -> str:
        return f"{self.source} {self.population}/{self.grain} by {self.channel}"


def series_of(receipt: Receipt) -> SeriesKey:
    """The series that the ranking rows of an answer belong to."""
    asked = receipt.asked.slice
    return SeriesKey(channel=receipt.channel) if asked is None else series_of_slice(asked)


def series_of_slice(asked: Slice) -> SeriesKey:
    """The series of a slice: only the Data API has any."""
    return SeriesKey(population=asked.population, grain=asked.period, channel=Channel.API)


def slice_of(key: SeriesKey) -> Slice | None:
    """The slice whose series this is; None for the headline's population and grain."""
    if key.slice is None:
        return None
    filters = {"text": "modality=text", "all": ""}.get(key.population, key.population)
    return Slice.parse(",".join(filter(None, (filters, f"period={key.grain}"))))
