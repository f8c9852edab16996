"""Figures and dates in the words of people."""

from datetime import date
from decimal import Decimal
from typing import Final

from schemas.windows import Window

_SCALES: Final = ((10**12, "T"), (10**9, "B"), (10**6, "M"))


def tokens_short(tokens: int) -> str:
    """`22.55 T`, `467.2 B`, `12.0 M`, or the number itself: four digits that a person can compare."""
    for scale, unit in _SCALES:
        if tokens >= scale:
            digits = 2 if tokens < 100 * scale else 1
            return f"{tokens / scale:.{digits}f} {unit}"
    return f"{tokens:,}"


def plain(value: object) -> object:
    """A value as data: exact money without the zeros that only fill up its scale, all else as it is."""
    return Decimal(f"{value:f}".rstrip("0").rstrip(".")) if isinstance(value, Decimal) else value


def usd(amount: float | Decimal) -> str:
    """`$1,234.57`, `$0.30`, `$0.0375`: cents at least, and four digits of what is below a dollar."""
    if amount >= 1 or not amount:
        return f"${amount:,.2f}"
    text = f"{amount:.4g}"
    return f"${float(text):.10f}".rstrip("0").ljust(5, "0")


def percent(share: float | None) -> str:
    """`50.5 %`, `–` where there is no number: null is never shown as zero."""
    return "–" if share is None else f"{100 * share:.1f} %"


def points(difference: float, *, signed: bool = False) -> str:
    """`3.1 points`, or with its sign `+3.1 points`: a difference of shares."""
    return f"{100 * difference:+.1f} points" if signed else f"{100 * difference:.1f} points"


def days_in_words(start: date, end: date) -> str:
    """`15–21 June 2026`, `29 June – 5 July 2026`, `29 December 2025 – 4 January 2026`."""
    if start == end:
        return f"{end.day} {end:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    first = f"{start.day} {start:%B}" if start.year == end.year else f"{start.day} {start:%B %Y}"
    return f"{first} – {end.day} {end:%B %Y}"


def window_in_words(window: Window) -> str:
    """`week 2026-W25 (15–21 June 2026)` and its like for other kinds."""
    name = {"week": "week", "month": "month", "quarter": "quarter"}.get(window.kind.unit, "window")
    return f"{name} {window} ({days_in_words(window.start, window.end)})"
