"""Stored points brought up to date: only weeks whose inputs changed are computed, and only changes are written."""

import hashlib
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from schemas.point_frames import Points
from schemas.receipts import Channel, SeriesKey
from schemas.settings import Settings
from schemas.windows import WEEK
from storage.catalogue import newest_vintage
from storage.engine import writing
from storage.points import Vintage, measured_weeks, read_points, record_points
from storage.reference import load_attributions, load_labs, load_open_weights
from storage.series import view_of
from tasks.metrics.inputs import week_hashes
from tasks.metrics.open_weights import weigh
from tasks.metrics.points import FOLDED_FROM, METHOD, PEAKS, PRICE_INDEX, folded, plan, points_of
from tasks.metrics.quality import offered
from tasks.metrics.sources import Sources
from tasks.reading import Reading, read
from tasks.run import RunContext


def keep_points(run: RunContext) -> int:
    """Bring the stored points up to what is known now; returns how many were new, changed or withdrawn.

    Raises:
        AsOfError: something would be written before what was said later.
        ReviewedDataError: a reviewed file cannot be read.
    """
    with writing(run.engine) as connection:  # nobody can record rows between the look and the word
        return remeasure(connection, run.settings, run.clock())


def remeasure(connection: Connection, settings: Settings, standpoint: datetime) -> int:
    """Bring the stored points up to what `standpoint` (aware UTC) knows; returns how many were written.

    What was recorded of the inputs of each week decides which weeks are computed (`tasks.metrics.inputs`), so
    that a new day, a restatement, a reveal, a price or a disagreement of channels costs the weeks that it
    touches and those that look back at them. The result is that of measuring everything from nothing.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        settings: where reviewed files are laid over the shipped ones.
        standpoint: rows, reviewed data and prices known then, nothing later.

    Raises:
        AsOfError: something would be written before what was said later.
        ReviewedDataError: a reviewed file cannot be read.
    """
    given = sources_of(read(connection, settings, standpoint, with_prices=True, with_weights=True))
    hashes = week_hashes(given, METHOD)
    todo = plan(given.weeks, hashes, measured_weeks(connection))
    if todo.nothing:
        return 0
    points = points_of(given, todo.wanted)
    moved = todo.wanted | todo.gone
    stored = read_points(connection, definitions=FOLDED_FROM).filter(~pl.col("window_start").is_in(moved))
    run_on = folded(pl.concat([stored.select(points.columns), points]))
    return record_points(
        connection,
        _vintage(connection, settings, standpoint),
        Points.validate(pl.concat([points, run_on])),
        {**{start: hashes[start] for start in todo.changed}, **dict.fromkeys(todo.gone)},
        weeks=moved,
        folded=(PEAKS, PRICE_INDEX),
    )


def sources_of(known: Reading) -> Sources:
    """What the points of a reading are computed from; it needs the catalogue and the reviewed weights."""
    weeks = known.cover(WEEK).complete
    return Sources(
        usage=known.usage,
        history=known.price_history,
        catalogue=known.catalogue,
        weeks=weeks,
        weighed=weigh(known.usage, known.open_weights, as_of=known.as_of),
        offer=known.attribute(offered(known.catalogue, weeks)),
    )


def _vintage(connection: Connection, settings: Settings, standpoint: datetime) -> Vintage:
    newest = {
        channel: view_of(connection, SeriesKey(channel=channel), standpoint).newest or None
        for channel in (Channel.EXPORTS, Channel.API)
    }
    return Vintage(
        known_at=standpoint,
        method=METHOD,
        exports_snapshot_id=newest[Channel.EXPORTS],
        api_snapshot_id=newest[Channel.API],
        catalogue_snapshot_id=newest_vintage(connection, standpoint) or None,
        reviewed_sha256=_reviewed(settings, standpoint),
    )


def _reviewed(settings: Settings, standpoint: datetime) -> str:
    """SHA-256 of the reviewed rows about labs and models that a standpoint knows."""
    known = pl.col("known_since") <= standpoint.date()
    folder = settings.reference
    files = load_labs(folder), load_attributions(folder), load_open_weights(folder)
    return hashlib.sha256("".join(rows.filter(known).write_csv() for rows in files).encode()).hexdigest()
