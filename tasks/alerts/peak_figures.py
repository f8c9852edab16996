"""Figures that look back at the highest share so far: how high it was, and how far below it a share is now."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final

from tasks.alerts.detector import Point
from tasks.alerts.held import PER_CENT
from tasks.alerts.threshold import Interval

_ZERO: Final = Fraction(0)
_NOTHING_YET: Final = Interval(_ZERO, _ZERO)


def peaks(shares: Iterable[Point]) -> list[Point]:
    """The highest share so far, window by window: between the highest that surely was and that may have been."""
    return _folded(shares, _higher)


def drawdown(shares: Iterable[Point]) -> list[Point]:
    """How far a share lies below the highest so far, in points, window by window.

    What is unknown of two windows is independent: at least the surest peak before less what the share can be
    now, at most the highest possible peak before less what is surely there now.
    """
    return _folded(shares, _points_below)


def drawdown_relative(shares: Iterable[Point]) -> list[Point]:
    """The same in per cent of that peak; nothing while no share was known."""
    return _folded(shares, _part_gone)


def _folded(shares: Iterable[Point], figure: Callable[[Interval, Interval], Interval | None]) -> list[Point]:
    """A figure of each window from the peak before it and its own share; nothing where that is not known."""
    found: list[Point] = []
    peak = _NOTHING_YET
    for window, value in shares:
        found.append((window, None if value is None else figure(peak, value)))
        peak = peak if value is None else _higher(peak, value)
    return found


def _higher(peak: Interval, value: Interval) -> Interval:
    return Interval(max(peak.lo, value.lo), max(peak.hi, value.hi), max(peak.point, value.point))


def _points_below(peak: Interval, value: Interval) -> Interval:
    least, most = max(_ZERO, peak.lo - value.hi), max(_ZERO, peak.hi - value.lo)
    return Interval(least, most, max(_ZERO, peak.point - value.point))


def _part_gone(peak: Interval, value: Interval) -> Interval | None:
    known = max(peak.point, value.point)
    if known <= 0:
        return None
    least = max(_ZERO, 1 - value.hi / peak.lo) if peak.lo > 0 else _ZERO
    most = max(_ZERO, 1 - value.lo / peak.hi) if peak.hi > 0 else _ZERO
    return Interval(PER_CENT * least, PER_CENT * most, PER_CENT * (1 - value.point / known))


OF_SHARES: Final[Mapping[str, Callable[[Iterable[Point]], list[Point]]]] = {
    "peak": peaks,
    "drawdown": drawdown,
    "drawdown_relative": drawdown_relative,
}
"""Metrics that are made of the series of a share."""
