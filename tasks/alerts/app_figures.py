"""Figures of apps: what the ranking of a week says, and what may be said of an app that is not in it."""

from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any, Final

import dataframely as dy

from schemas.list_frames import AppRanks
from tasks.alerts.figures import BILLION, Figures, by_window
from tasks.alerts.held import PER_CENT, Ends
from tasks.alerts.place_figures import LAST_PLACE
from tasks.alerts.threshold import Interval
from tasks.metrics.apps import LONGEST

MILLION: Final = 1_000_000
_NOTHING: Final = Fraction(0)
_COLUMNS: Final = [
    "window_start", "window_end", "app_id", "rank", "tokens", "requests", "listed_tokens", "previous_tokens",
    "rank_change",
]  # fmt: skip


def app_figures(
    ranked: dy.DataFrame[AppRanks], metric: str, understood: Collection[Ends]
) -> dict[Ends, Figures]:
    """Tokens (billions), requests (millions), share (per cent of what is listed), places, and how these changed.

    By (window_start, window_end), of lists whose rows were all `understood`. An app that is not listed had at
    most the tokens of the last of a hundred, and nothing where the list was shorter; its requests nobody knows.
    Growth (per cent) and places gained are those of apps that were listed in the week before as well.
    """
    found = {}
    for ends, rows in by_window(ranked.sort("window_start", "rank").select(_COLUMNS).iter_rows()):
        if ends in understood:
            found[ends] = _figures(metric, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    return found


def _figures(metric: str, rows: list[dict[str, Any]]) -> Figures:
    listed = max(1, rows[0]["listed_tokens"])
    hidden = min(row["tokens"] for row in rows) if len(rows) >= LONGEST else 0
    after = Fraction(len(rows) + 1)
    match metric:
        case "app_rank":
            return _each(
                rows, lambda row: Fraction(row["rank"]), Interval(after, Fraction(LAST_PLACE), after)
            )
        case "app_rank_change":
            return _each(rows, lambda row: _or_none(row["rank_change"]))
        case "app_requests":
            return _each(rows, lambda row: Fraction(row["requests"], MILLION))
        case "app_growth":
            return _each(rows, _growth)
        case "app_share":
            whole = Fraction(PER_CENT, listed)
        case _:
            whole = Fraction(1, BILLION)
    return _each(rows, lambda row: row["tokens"] * whole, Interval(_NOTHING, hidden * whole))


def _each(
    rows: list[dict[str, Any]],
    value: Callable[[dict[str, Any]], Fraction | None],
    absent: Interval | None = None,
) -> Figures:
    values = {str(row["app_id"]): value(row) for row in rows}
    return Figures(
        {app: Interval(each, each) for app, each in values.items() if each is not None},
        absent,
        unknown=[app for app, each in values.items() if each is None],
    )


def _growth(row: dict[str, Any]) -> Fraction | None:
    before = row["previous_tokens"]
    return PER_CENT * (Fraction(row["tokens"], before) - 1) if before else None


def _or_none(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)
