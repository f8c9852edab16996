"""What changed between the facts that hold now and those in the ledger: people are told of each once.

A fact is (rule, subject, window, direction). The present vintage of a whole series is folded anew in every
run, and reconciled with what was recorded; nothing here depends on how often, or in which order, that is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.alerts import Direction, Disposition, FactStatus, Recorded
from schemas.windows import GRACE, Window
from tasks.alerts.detector import Event


class Kind(StrEnum):
    """What happened to a fact."""

    NEW = "new"
    RETRACTED = "retracted"
    REINSTATED = "reinstated"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to write into the ledger, and whether people hear of it.

    Attributes:
        event: the fact that holds now; `None` for a retraction.
        recorded: the row that this fact has already; `None` for one never seen before.
        moved_from: the row of the fact that this one replaces, a window away.
        told: whether this change makes a message.
    """

    kind: Kind
    window: Window
    direction: Direction
    event: Event | None
    recorded: Recorded | None
    moved_from: Recorded | None
    disposition: Disposition
    told: bool


@dataclass(frozen=True, slots=True)
class Standpoint:
    """When a reconciliation happens, and since when the rule may speak.

    Attributes:
        active_from: the as-of of the first evaluation of the rule in its present meaning.
        notify: `False` for a run that tells nobody (`--no-notify`).
    """

    as_of: datetime
    active_from: datetime
    notify: bool = True

    def disposition(self, window: Window) -> Disposition:
        """Whether a fact about `window`, first seen now, is told: decided once."""
        age = self.as_of - window.ended_at
        if window.ended_at < self.active_from or age > timedelta(days=window.length_days) + GRACE:
            return Disposition.HISTORICAL
        return Disposition.NOTIFY if self.notify else Disposition.MUTED


def reconcile(
    present: Sequence[Event], ledger: Sequence[Recorded], *, since: Window | None, now: Standpoint
) -> list[Change]:
    """What to change in the ledger of one rule, meaning and subject, oldest window first.

    A recorded fact is gone only if the series still reaches back to the window it rose from: that earlier
    history is not in view (a channel that is not spliced) refutes nothing.

    Args:
        present: the events of the present vintage.
        ledger: what is recorded, active and retracted.
        since: the first window of the series in view; `None` if it is empty.
        now: the standpoint.
    """
    rows = {(row.window, row.direction): row for row in ledger}
    holding = {(event.window, event.direction) for event in present}
    gone = [
        row
        for key, row in sorted(rows.items(), key=lambda item: item[0][0].start)
        if row.status is FactStatus.ACTIVE
        and key not in holding
        and since is not None
        and row.opposite.start >= since.start
    ]
    changes = []
    for event in present:
        row = rows.get((event.window, event.direction))
        if row is not None and row.status is FactStatus.ACTIVE:
            continue
        source = next((each for each in gone if _is_next_to(each, event)), None)
        if source is not None:
            gone.remove(source)
        changes.append(_came(event, row, source, now))
    changes += [_retracted(row, now) for row in gone]
    return sorted(changes, key=lambda change: (change.window.start, change.direction))


def _is_next_to(row: Recorded, event: Event) -> bool:
    """Whether a gone fact that people know and one that came are the same, moved by one window."""
    return (
        row.disposition.told
        and row.direction is event.direction
        and event.window in {row.window.previous(), row.window.next()}
    )


def _came(event: Event, row: Recorded | None, source: Recorded | None, now: Standpoint) -> Change:
    """A fact that holds now and did not before: moved, back again, or new."""
    if source is not None:
        # People know it under another window: they hear of a correction, never of a second crossing.
        disposition = row.disposition if row is not None and row.disposition.told else Disposition.RESTATED
        kind, told = Kind.MOVED, now.notify
    elif row is not None:
        disposition = row.disposition
        kind, told = Kind.REINSTATED, disposition.told and now.notify
    else:
        disposition = now.disposition(event.window)
        kind, told = Kind.NEW, disposition is Disposition.NOTIFY
    return Change(kind, event.window, event.direction, event, row, source, disposition, told)


def _retracted(row: Recorded, now: Standpoint) -> Change:
    told = row.disposition.told and now.notify
    return Change(Kind.RETRACTED, row.window, row.direction, None, row, None, row.disposition, told)


def reconcile_condition(
    direction: Direction, window: Window, ledger: Sequence[Recorded], *, now: Standpoint
) -> Change:
    """The change of a state that began (`open`) or ended (`close`) at `window`, the newest day received.

    The end of what nobody was told of is not told either.
    """
    heard = direction is Direction.OPEN or (bool(ledger) and ledger[-1].disposition.told)
    disposition = Disposition.NOTIFY if now.notify and heard else Disposition.MUTED
    row = next((each for each in ledger if (each.window, each.direction) == (window, direction)), None)
    return Change(Kind.NEW, window, direction, None, row, None, disposition, disposition.told)
