"""Shapes that the rooms of alerting hand to each other: ledger rows, messages, claimed deliveries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from schemas.charts import Chart
from schemas.windows import Window

EDIT: Final = "edit"
CHART: Final = "chart"
COMPANIONS: Final = (EDIT, CHART)
"""Kinds of outbox rows that go with a message that was sent: best effort, and nobody waits for them."""


class Direction(StrEnum):
    """Which way a fact went: crossings go up and down, conditions open and close."""

    UP = "UP"
    DOWN = "DOWN"
    OPEN = "open"
    CLOSE = "close"


class FactStatus(StrEnum):
    """Whether the present data still say so."""

    ACTIVE = "active"
    RETRACTED = "retracted"


class Disposition(StrEnum):
    """Whether people were told of a fact: decided once, when it is first seen.

    `notify`: a message of its own. `restated`: told as the correction of a told fact that moved by a window.
    `historical`: older than one window, or from before the rule was first evaluated. `muted`: `--no-notify`.
    `silenced`: somebody had asked not to hear of it; its message is kept.
    """

    NOTIFY = "notify"
    RESTATED = "restated"
    HISTORICAL = "historical"
    MUTED = "muted"
    SILENCED = "silenced"

    @property
    def told(self) -> bool:
        """Whether people know of the fact, so that they must hear of its correction."""
        return self in {Disposition.NOTIFY, Disposition.RESTATED}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact of the ledger, for one rule, meaning and subject.

    Attributes:
        opposite: the last window before it that was surely on the other side; for a condition its own window.
        headline: the sentence that people were told, or would have been.
    """

    id: int
    window: Window
    direction: Direction
    status: FactStatus
    disposition: Disposition
    revision: int
    opposite: Window
    headline: str


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded; `detail` holds what else is worth keeping of it (JSON values)."""

    window: Window
    direction: Direction
    disposition: Disposition
    opposite: Window
    headline: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `text` stands alone (notifications, screen readers), `blocks` is Slack's Block Kit.

    `chart` is drawn into the thread where the destination has threads.
    """

    text: str
    blocks: tuple[dict[str, Any], ...]
    chart: Chart | None = None

    @property
    def headline(self) -> str:
        """The first line: a whole sentence."""
        return self.text.split("\n", 1)[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: Slack's id of the channel, and the time that names the message in it."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of the outbox, as a worker that holds its lease sees it.

    Attributes:
        follows: number of the message in whose thread it belongs; None where it stands alone.
        thread: where that message stands; None where it was never sent, or by a webhook.
    """

    id: int
    kind: str
    destination: str
    message: Message
    attempts: int
    possible_duplicate: bool
    lease_token: int
    created_at: datetime
    follows: int | None = None
    thread: Place | None = None

    @property
    def is_companion(self) -> bool:
        """Whether it goes with another message, best effort: an edit or a chart."""
        return self.kind in COMPANIONS
