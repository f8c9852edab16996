"""Which windows may have a point: an incomplete window yields none, never a smaller total."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import dataframely as dy
import polars as pl

from schemas.published_frames import DayStates
from schemas.windows import Status, Window, WindowKind


class Silence(StrEnum):
    """Why a window has no point although nothing is wrong."""

    RUNNING = "still running"
    CUT = "cut by the start of recorded history"
    KNOWN_GAP = "lacks a day that upstream does not have"
    NOTHING = "nothing was recorded by then (`tokentide weekly` records the newest weeks)"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every window looked at, in exactly one of three places, oldest first."""

    complete: list[Window] = field(default_factory=list)
    incomplete: dict[Window, list[date]] = field(default_factory=dict)
    """Windows to warn about, with the days that are unexpectedly missing."""
    silent: dict[Window, str] = field(default_factory=dict)
    """Windows without a point and without a warning, with the reason."""


def cover(
    days: dy.DataFrame[DayStates],
    kind: WindowKind,
    *,
    as_of: datetime,
    known_gaps: frozenset[date] = frozenset(),
    windows: Sequence[Window] | None = None,
) -> Coverage:
    """Which windows of `kind` (or of `windows`) are complete, incomplete or silent, seen from `as_of`.

    Without `windows`, those from the first received day to the day of `as_of` are looked at; `trailing`
    windows are tiled backwards from the newest day that has ended. A day counts only if it is whole: it has
    rows, and none of them in quarantine. A window with an unexpectedly missing day is incomplete even if
    known gaps or the start of history would silence it too. Of a series by week or month the day of a row is
    its first, and no point is given to one that holds a known gap.
    """
    first = min(days["day"].to_list(), default=None)
    whole = set(days.filter(pl.col("rows") > 0, pl.col("quarantined") == 0)["day"])
    coverage = Coverage()
    for window in sorted(_asked(first, kind, as_of) if windows is None else windows, key=_by_days):
        missing = [day for day in window.row_days if day not in whole]
        unexpected = [day for day in missing if day not in known_gaps and not _before(day, first)]
        if window.status(as_of) is Status.RUNNING:
            coverage.silent[window] = Silence.RUNNING
        elif unexpected:
            coverage.incomplete[window] = unexpected
        elif first is None:
            coverage.silent[window] = Silence.NOTHING
        elif missing:
            coverage.silent[window] = Silence.CUT if _before(missing[0], first) else Silence.KNOWN_GAP
        elif _hides_one_of(known_gaps, window):
            coverage.silent[window] = Silence.KNOWN_GAP
        else:
            coverage.complete.append(window)
    return coverage


def _hides_one_of(known_gaps: frozenset[date], window: Window) -> bool:
    """Whether the row of a week or month lacks a day without showing it: what is smaller is no week."""
    return window.kind.grain != "day" and not known_gaps.isdisjoint(window.days)


def _asked(first: date | None, kind: WindowKind, as_of: datetime) -> list[Window]:
    last = as_of.astimezone(UTC).date()
    if kind.unit in {"trailing", "span"}:
        last -= timedelta(days=1)
    return [] if first is None or last < first else kind.covering(first, last)


def _by_days(window: Window) -> tuple[date, date]:
    return window.start, window.end


def _before(day: date, first: date | None) -> bool:
    """Whether `day` lies before recorded history; with nothing recorded, every day does."""
    return first is None or day < first
