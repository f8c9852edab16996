"""Lists of what was recorded: series, restatements, rewrites, quarantine, alerts, runs, and the price list."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import citation
from schemas.errors import UsageError
from schemas.receipts import SeriesKey, series_of_slice
from schemas.settings import Settings
from schemas.slices import Slice
from storage.event_history import read_alerts
from storage.observations import read_restatements
from storage.quarantine import read_quarantine
from storage.receipts import HEADLINE, newest_as_of
from storage.recorded_series import read_recorded_series
from storage.retention import kept_from
from storage.rewrites import read_rewrites
from storage.runs import read_runs
from tasks import sliced
from tasks.price_list import read_price_list
from tasks.report.numbers import plain

Rows = list[dict[str, Any]]

_CHANGES: Final[dict[str, Callable[[Connection, datetime, Sequence[SeriesKey]], Rows]]] = {
    "restatements": lambda connection, standpoint, series: read_restatements(
        connection, standpoint, series=series
    ).to_dicts(),
    "rewrites": lambda connection, standpoint, series: read_rewrites(
        connection, standpoint, series
    ).to_dicts(),
}
"""What changed in a series: the headline's two, or that of a slice."""
_LISTS: Final[dict[str, Callable[[Connection, datetime], Rows]]] = {
    "series": lambda connection, standpoint: read_recorded_series(connection, standpoint).to_dicts(),
    "quarantine": lambda connection, standpoint: read_quarantine(connection, standpoint).to_dicts(),
    "alerts": lambda connection, standpoint: read_alerts(connection, standpoint).to_dicts(),
    "runs": read_runs,
    "price-history": read_price_list,
}
LISTINGS: Final = (*_CHANGES, *_LISTS)
_NAMES: Final = ("subject", "permaslug", "model", "canonical_slug")
"""Where a row says what it is about."""


def listing(
    what: str,
    connection: Connection,
    settings: Settings,
    standpoint: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    subject: str | None = None,
    of: Slice | None = None,
) -> Answer:
    """One of the lists as an answer: rows known at the standpoint, newest knowledge last.

    Of a list whose rows name their payload (`url`, `sha256`) these become the inputs.

    Raises:
        UsageError: `of` names a slice, and the list is not about one series.
    """
    if of is not None and what not in _CHANGES:
        raise UsageError(f"{what} is about all series; leave --series out.")
    series = HEADLINE if of is None else (series_of_slice(of),)
    found = (
        _CHANGES[what](connection, standpoint, series)
        if what in _CHANGES
        else _LISTS[what](connection, standpoint)
    )
    known = _between(found, start, end)
    rows = [row for row in known if subject is None or subject in {row.get(name) for name in _NAMES}]
    cited = [*series, *(series_of_slice(Slice.parse(row["slice"])) for row in rows if row.get("slice"))]
    return Answer(
        definition={"list": what, **sliced.defined(of)},
        window=None,
        as_of=standpoint,
        citation=citation(
            newest_as_of(connection, standpoint, cited),
            made=settings.made_sample,
        ),
        inputs=_inputs(rows),
        rows=[{name: plain(value) for name, value in row.items()} for row in rows],
        notes=sliced.notes(of) + (_dropped(connection) if what in _CHANGES else []),
    )


def _inputs(rows: Rows) -> list[dict[str, str]]:
    named = {(row["url"], row["sha256"]) for row in rows if "sha256" in row}
    return [{"url": url, "sha256": sha256} for url, sha256 in sorted(named)]


def _dropped(connection: Connection) -> list[str]:
    """What a reader of changes must know where `vacuum` dropped the earlier word of some."""
    horizon = kept_from(connection)
    return (
        [f"Changes learned by {horizon:%Y-%m-%dT%H:%MZ} were dropped by vacuum and are not listed."]
        if horizon
        else []
    )


def _between(rows: Rows, start: date | None, end: date | None) -> Rows:
    """The rows about days of `[start, end]`, and those about none that could be read."""
    first, last = start or date.min, end or date.max
    return [row for row in rows if _is_between(row, first, last)]


def _is_between(row: dict[str, Any], first: date, last: date) -> bool:
    begins, ends = row.get("day") or row.get("window_start"), row.get("day") or row.get("window_end")
    return begins is None or ends is None or (first <= ends and begins <= last)
