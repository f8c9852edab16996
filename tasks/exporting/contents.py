"""The tables of an export, a year at a time, so that no more than a year of rows is held at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl
from sqlalchemy import Connection

from schemas.citation import INDEX_NOTE, LIST_PRICE_NOTE, TOKENIZER_NOTE
from schemas.definitions import Definition
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import WEEK, Window, WindowKind
from storage.event_history import read_alerts
from storage.exports import (
    last_learned,
    read_versions,
    read_vintages,
    recorded_years,
)
from storage.headline import Speakers, read_speakers
from storage.point_versions import read_measurements, read_point_versions
from storage.reference import load_attributions, load_labs, load_open_weights
from storage.retention import kept_from
from tasks.exporting.beside import listed_part, price_versions
from tasks.exporting.part import Part, part_of
from tasks.metrics.leads import leads
from tasks.metrics.shares import buckets, shares
from tasks.reading import Reading, read

PAIR: Final = ("CN", "US")
_ALL_BUT_ONE_DAY: Final = timedelta(days=6)
"""The days of a week that may lie in the year before the one in which it ends."""


def newest_knowledge(connection: Connection, settings: Settings, now: datetime) -> datetime:
    """The newest moment, not after `now`, at which anything that an export holds was learned (aware UTC).

    An export that stands there holds what one that stands at `now` does, and the same bytes tomorrow: answers,
    verdicts of rules and reviewed rows are all that can change it.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    reviewed = [
        *load_labs(settings.reference)["known_since"],
        *load_attributions(settings.reference)["known_since"],
        *load_open_weights(settings.reference)["known_since"],
    ]
    learned = [datetime.combine(day, time(), UTC) for day in reviewed if day <= now.date()]
    recorded = last_learned(connection, now)
    return max([*learned, recorded] if recorded else learned)


def parts(connection: Connection, settings: Settings, standpoint: datetime) -> Iterator[Part]:
    """Every part of an export as known at `standpoint` (aware UTC); each is read when it is asked for.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    who = read_speakers(connection, standpoint)
    for year in recorded_years(connection, standpoint):
        yield from _of_year(connection, settings, standpoint, year, who)
    yield part_of("measurements", read_measurements(connection, standpoint))
    yield part_of("vintages", read_vintages(connection, standpoint))
    known = pl.col("known_since") <= standpoint.astimezone(UTC).date()
    yield part_of("labs", load_labs(settings.reference).filter(known))
    yield part_of("attributions", load_attributions(settings.reference).filter(known))
    yield part_of("open_weights", load_open_weights(settings.reference).filter(known))
    yield part_of("prices", price_versions(connection, standpoint), notes=(LIST_PRICE_NOTE, INDEX_NOTE))
    yield listed_part(connection, settings, standpoint, Channel.APPS)
    yield listed_part(connection, settings, standpoint, Channel.TASKS)
    yield part_of("events", _with_days(read_alerts(connection, standpoint)))


def _of_year(
    connection: Connection, settings: Settings, standpoint: datetime, year: int, who: Speakers
) -> Iterator[Part]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    versions = read_versions(connection, standpoint, first, last)
    yield part_of("observations", versions, notes=(TOKENIZER_NOTE, *_dropped(connection)), year=year)
    known = read(connection, settings, standpoint, start=first - _ALL_BUT_ONE_DAY, end=last, who=who)
    differ = known.headline.disagreement
    notes = (TOKENIZER_NOTE, differ) if differ else (TOKENIZER_NOTE,)
    for table, frame, definition in _figures(known, year):
        yield part_of(table, frame, {**definition, "series": known.series}, notes, year)
    yield part_of(
        "points", _points(connection, standpoint, year), notes=(TOKENIZER_NOTE, LIST_PRICE_NOTE), year=year
    )


def _dropped(connection: Connection) -> tuple[str, ...]:
    horizon = kept_from(connection)
    if horizon is None:
        return ()
    return (f"A vacuum dropped the versions that were replaced by {horizon:%Y-%m-%dT%H:%MZ}.",)


def _figures(known: Reading, year: int) -> Iterator[tuple[str, pl.DataFrame, dict[str, str]]]:
    """The headline of a year, and the figures of its weeks: those that ended in it."""
    separator = pl.when(pl.col("variant") == "").then(pl.lit("")).otherwise(pl.lit(":"))
    of_year = known.usage.filter(pl.col("day").dt.year() == year)
    yield "headline", of_year.with_columns(permaslug=pl.col("model") + separator + pl.col("variant")), {}
    touched = WEEK.covering(date(year, 1, 1), date(year, 12, 31))
    weeks = known.cover(WEEK, [week for week in touched if week.end.year == year]).complete
    labels = _labels(weeks, known.as_of)
    plain = Definition().as_dict()
    by_origin = shares(known.usage, weeks).drop("origin").rename({"subject": "origin"})
    yield "shares", by_origin.join(labels, on="window_start"), {"metric": "shares", **plain}
    ahead = leads(known.usage, weeks, a=PAIR[0], b=PAIR[1])
    yield "leads", ahead.join(labels, on="window_start"), {"metric": "leads", "pair": ",".join(PAIR), **plain}
    yield "buckets", buckets(known.usage, weeks).join(labels, on="window_start"), {"metric": "buckets"}


def _points(connection: Connection, standpoint: datetime, year: int) -> pl.DataFrame:
    """Every version of the stored points of the windows that ended in a year."""
    found = read_point_versions(connection, standpoint, year)
    windows = found.select("window_kind", "window_start", "window_end").unique()
    spelled = [str(Window(WindowKind.parse(kind), start, end)) for kind, start, end in windows.iter_rows()]
    status = (
        pl.when(standpoint < pl.col("settles_at")).then(pl.lit("provisional")).otherwise(pl.lit("settled"))
    )
    return found.join(
        windows.with_columns(window=pl.Series(spelled, dtype=pl.String)), on=windows.columns
    ).with_columns(status=status)


def _labels(weeks: list[Window], as_of: datetime) -> pl.DataFrame:
    """How each week is spelled and whether it has settled: `window_start`, `window`, `status`."""
    rows = [(week.start, str(week), str(week.status(as_of))) for week in weeks]
    schema = {"window_start": pl.Date, "window": pl.String, "status": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_days(alerts: pl.DataFrame) -> pl.DataFrame:
    windows = [Window.parse(window) for window in alerts["window"]]
    return alerts.with_columns(
        pl.Series("window_start", [window.start for window in windows], pl.Date),
        pl.Series("window_end", [window.end for window in windows], pl.Date),
    )
