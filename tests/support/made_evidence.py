"""Made evidence for judging: China's share week by week from 2026-W20 on."""

from collections.abc import Sequence
from datetime import date, datetime

from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tests.support.made_usage import attributed, spread

W20 = Window.parse("2026-W20")
CITED = "Source: a test."


def evidence(shares: Sequence[int | None], newest_day: date | None = None) -> Evidence:
    """What is known when China carried these per cent from W20 on; the tail holds 10, the rest is US.

    `None` is a week that was not received whole.
    """
    rows, complete, window = [], [], W20
    for share in shares:
        if share is not None:
            rows += spread(window, {"kai/one": share, "ada/pro": 90 - share, "other": 10})
            complete.append(window)
        window = window.next()
    return Evidence(attributed(rows), complete, newest_day or window.previous().end, CITED)


def settled(weeks: int) -> datetime:
    """When the last of so many weeks from W20 on has settled."""
    window = W20
    for _ in range(weeks - 1):
        window = window.next()
    return window.settles_at
