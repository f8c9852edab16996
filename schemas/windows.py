"""Windows: what a figure is about. UTC days, first and last inclusive."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, Self

from schemas.errors import UsageError

Grain = Literal["day", "week", "month"]
"""What one row of a series is about."""
GRACE: Final = timedelta(hours=72)
"""Days are restated for up to three days after they end (63 captures measured), so a window settles then."""

_WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY: Final = timedelta(days=1)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999
_HOW: Final = (
    "2026-W25, week:SUN@2026-06-14, trailing:7@2026-06-21, 2026-06, 2026-Q2 or 2026-06-15..2026-06-21"
)


class Status(StrEnum):
    """Whether figures of a window can still move in the ordinary way."""

    RUNNING = "running"
    PROVISIONAL = "provisional"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class WindowKind:
    """A way of cutting days into windows: `week`, `week:SUN`, `trailing:7`, `month`, `quarter`, `span`.

    A `span` is an explicit pair of days: it has no grid and no predecessor of its own kind but the
    equally long span right before it. `grain` is that of the series whose rows fill the windows.
    """

    unit: str
    argument: int = 0
    grain: Grain = "day"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `week`, `week:SUN`, `trailing:7`, `month`, `quarter` or `span`.

        Raises:
            UsageError: the text names no kind of window.
        """
        unit, _, argument = text.partition(":")
        if unit == "week" and (not argument or argument.upper() in _WEEKDAYS):
            return cls("week", _WEEKDAYS.index(argument.upper()) if argument else 0)
        if unit == "trailing" and re.fullmatch(r"[1-9]\d{0,2}", argument) and int(argument) <= 366:
            return cls("trailing", int(argument))
        if unit in {"month", "quarter", "span"} and not argument:
            return cls(unit)
        raise UsageError(f"'{text}' is no kind of window; use week, week:SUN, trailing:7, month or quarter.")

    def of_series(self, grain: Grain) -> "WindowKind":
        """The same windows, of a series whose rows are days, ISO weeks or months.

        Raises:
            UsageError: no row of the series is one of these windows.
        """
        if grain != "day" and (self.unit, self.argument) != (grain, 0):
            only = "ISO weeks, as 2026-W25" if grain == "week" else "calendar months, as 2026-06"
            raise UsageError(f"A series by {grain} answers {only}; there is no {self} in it.")
        return replace(self, grain=grain)

    def __str__(self) -> str:
        if self.unit == "week" and self.argument:
            return f"week:{_WEEKDAYS[self.argument]}"
        return f"trailing:{self.argument}" if self.unit == "trailing" else self.unit

    def containing(self, day: date) -> "Window":
        """The window of this kind that holds `day`; for `trailing`, the one that ends on it."""
        match self.unit:
            case "week":
                start = day - timedelta(days=(day.weekday() - self.argument) % 7)
                return Window(self, start, start + timedelta(days=6))
            case "trailing":
                return Window(self, day - timedelta(days=self.argument - 1), day)
            case "month":
                start = day.replace(day=1)
                return Window(self, start, _month_end(start))
            case "quarter":
                start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
                return Window(self, start, _month_end(date(day.year, start.month + 2, 1)))
        raise UsageError("A span has no grid; name both of its days.")

    def covering(self, first: date, last: date) -> list["Window"]:
        """Every window of this kind that touches a day of `[first, last]`, oldest first.

        `trailing` windows tile backwards from `last`, so that points do not overlap.
        """
        if self.unit == "span":
            return [Window(self, first, last)]
        window = self.containing(last)
        found = []
        while window.end >= first:
            found.append(window)
            window = window.previous()
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Window:
    """A closed range of UTC days, with the kind that it is one of."""

    kind: WindowKind
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UsageError(f"The window ends ({self.end}) before it starts ({self.start}); swap the days.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a window as a person writes it.

        Raises:
            UsageError: the text names no window, or one whose days do not exist.
        """
        try:
            window = _within_reach(_parse(text.strip()))
        except (ValueError, OverflowError) as error:
            raise UsageError(f"'{text}' names no window ({error}); write {_HOW}.") from error
        return cls(window.kind, window.start, window.end)

    @property
    def days(self) -> list[date]:
        """Every day of the window."""
        return [self.start + timedelta(days=n) for n in range(self.length_days)]

    @property
    def length_days(self) -> int:
        """How many days the window has."""
        return (self.end - self.start).days + 1

    @property
    def row_days(self) -> list[date]:
        """The days by which the rows of the window are dated: a week's or month's own row by its first day."""
        return self.days if self.kind.grain == "day" else [self.start]

    @property
    def row_days_count(self) -> int:
        """How many `row_days` there are."""
        return self.length_days if self.kind.grain == "day" else 1

    @property
    def ended_at(self) -> datetime:
        """The first instant after the window (aware UTC)."""
        return datetime.combine(self.end + _DAY, datetime.min.time(), UTC)

    @property
    def settles_at(self) -> datetime:
        """When the window stops being provisional (aware UTC)."""
        return self.ended_at + GRACE

    def status(self, as_of: datetime) -> Status:
        """Running, provisional or settled, seen from `as_of` (aware UTC)."""
        if as_of < self.ended_at:
            return Status.RUNNING
        return Status.PROVISIONAL if as_of < self.settles_at else Status.SETTLED

    def previous(self) -> "Window":
        """The window of the same kind right before this one."""
        before = self.start - _DAY
        if self.kind.unit == "span":
            return Window(self.kind, self.start - timedelta(days=self.length_days), before)
        return self.kind.containing(before)

    def next(self) -> "Window":
        """The window of the same kind right after this one."""
        after = self.end + _DAY
        if self.kind.unit in {"span", "trailing"}:
            return Window(self.kind, after, self.end + timedelta(days=self.length_days))
        return self.kind.containing(after)

    def __str__(self) -> str:
        """The spelling that `parse` reads back."""
        match self.kind.unit:
            case "week" if not self.kind.argument:
                year, week, _ = self.start.isocalendar()
                return f"{year}-W{week:02d}"
            case "week":
                return f"{self.kind}@{self.start}"
            case "trailing":
                return f"{self.kind}@{self.end}"
            case "month":
                return f"{self.start:%Y-%m}"
            case "quarter":
                return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        return f"{self.start}..{self.end}"


def last_settled(kind: WindowKind, as_of: datetime) -> Window:
    """The newest window of `kind` that has settled by `as_of`: the one a headline is about."""
    return last_ended(kind, as_of - GRACE)


def last_ended(kind: WindowKind, as_of: datetime) -> Window:
    """The newest window of `kind` whose days have all ended by `as_of`."""
    yesterday = as_of.astimezone(UTC).date() - _DAY
    window = kind.containing(yesterday)
    return window if window.end <= yesterday else window.previous()


def _month_end(start: date) -> date:
    return start.replace(day=calendar.monthrange(start.year, start.month)[1])


def _within_reach(window: Window) -> Window:
    """The window itself, if days can be added to it; at the ends of the calendar they cannot."""
    if not _FIRST_YEAR <= window.start.year <= window.end.year <= _LAST_YEAR:
        raise ValueError(f"years go from {_FIRST_YEAR} to {_LAST_YEAR}")
    return window


def _parse(text: str) -> Window:
    if ".." in text:
        first, _, last = text.partition("..")
        return Window(WindowKind("span"), date.fromisoformat(first), date.fromisoformat(last))
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        return WindowKind("week").containing(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return WindowKind("month").containing(date(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return WindowKind("quarter").containing(date(int(found[1]), int(found[2]) * 3, 1))
    if "@" in text:
        kind, _, day = text.partition("@")
        return WindowKind.parse(kind).containing(date.fromisoformat(day))
    raise ValueError("unknown spelling")


WEEK: Final = WindowKind("week")
"""The ISO week: what is asked about unless somebody says otherwise."""


def window_over(start: date, end: date) -> Window:
    """The ISO week with these days, or else the trailing window: how a list of them is asked for."""
    week = WEEK.containing(start)
    if (week.start, week.end) == (start, end):
        return week
    return WindowKind("trailing", (end - start).days + 1).containing(end)
