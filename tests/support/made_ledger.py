"""A ledger in memory: reconciles vintage after vintage as a database would, and keeps what people heard."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.alerts import FactStatus, Recorded
from tasks.alerts.detector import Point, fold
from tasks.alerts.ledger import Change, Kind, Standpoint, reconcile
from tasks.alerts.threshold import Threshold


@dataclass
class MadeLedger:
    """The rows of one rule and subject, and the changes of which people were told."""

    limit: Threshold
    active_from: datetime
    rows: dict[int, Recorded] = field(default_factory=dict)
    heard: list[Change] = field(default_factory=list)

    def look(self, series: Sequence[Point], as_of: datetime, *, notify: bool = True) -> list[Change]:
        """Reconcile one vintage of the series, seen at `as_of`."""
        changes = reconcile(
            fold(series, self.limit).events,
            list(self.rows.values()),
            since=series[0][0] if series else None,
            now=Standpoint(as_of, self.active_from, notify),
        )
        for change in changes:
            self._apply(change)
        self.heard += [change for change in changes if change.told]
        return changes

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The facts that people heard of for the first time: (window, direction)."""
        return [
            (str(change.window), str(change.direction)) for change in self.heard if change.kind is Kind.NEW
        ]

    @property
    def active(self) -> set[tuple[str, str]]:
        """What the ledger holds to be true."""
        return {
            (str(row.window), str(row.direction))
            for row in self.rows.values()
            if row.status is FactStatus.ACTIVE
        }

    def _apply(self, change: Change) -> None:
        if change.moved_from is not None:
            self.rows[change.moved_from.id] = replace(change.moved_from, status=FactStatus.RETRACTED)
        if change.recorded is None:
            assert change.event is not None
            number = len(self.rows) + 1
            self.rows[number] = Recorded(
                id=number,
                window=change.window,
                direction=change.direction,
                status=FactStatus.ACTIVE,
                disposition=change.disposition,
                revision=1,
                opposite=change.event.opposite,
                headline="as it was said",
            )
            return
        status = FactStatus.RETRACTED if change.kind is Kind.RETRACTED else FactStatus.ACTIVE
        self.rows[change.recorded.id] = replace(
            change.recorded,
            status=status,
            disposition=change.disposition,
            revision=change.recorded.revision + 1,
        )
