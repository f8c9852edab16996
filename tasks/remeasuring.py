"""Stored points brought up to date: only windows whose inputs changed are computed, and only changes are written."""

import hashlib
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from schemas.point_frames import Points
from schemas.receipts import Channel, SeriesKey
from schemas.settings import Settings
from storage.catalogue import newest_vintage
from storage.engine import writing
from storage.points import Vintage, measured_windows, read_points, record_points
from storage.series import view_of
from tasks.metrics.folded import FOLDED, FOLDED_FROM
from tasks.metrics.inputs import window_hashes
from tasks.metrics.points import METHOD, folded, plan, points_of
from tasks.metrics.sources import KEPT_KINDS, Sources, kinds_of
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

    What was recorded of the inputs of each window decides which are computed (`tasks.metrics.inputs`), so that a
    new day, a restatement, a reveal, a price or a disagreement of channels costs the windows that it touches and
    those that look back at them. The result is that of measuring everything from nothing.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        settings: where reviewed files are laid over the shipped ones.
        standpoint: rows, reviewed data and prices known then, nothing later.

    Raises:
        AsOfError: something would be written before what was said later.
        ReviewedDataError: a reviewed file cannot be read.
    """
    known = read(connection, settings, standpoint, with_prices=True, with_weights=True)
    given = sources_of(known)
    hashes = window_hashes(given, METHOD)
    todo = plan(hashes, measured_windows(connection))
    if todo.nothing:
        return 0
    points = points_of(given, todo.wanted)
    moved = kinds_of([*todo.wanted, *todo.gone])
    stored = read_points(connection, windows=todo.wanted | todo.gone, definitions=(*FOLDED_FROM, *FOLDED))
    is_folded = pl.col("definition").is_in(list(FOLDED))
    unmoved = stored.filter(~is_folded).join(moved, on=moved.columns, how="anti")
    run_on = folded(pl.concat([unmoved.select(points.columns), points]))
    return record_points(
        connection,
        _vintage(connection, known),
        Points.validate(pl.concat([points, run_on])),
        pl.concat(
            [stored.filter(is_folded), stored.filter(~is_folded).join(moved, on=moved.columns, how="semi")]
        ),
        {**{window: hashes[window] for window in todo.changed}, **dict.fromkeys(todo.gone)},
    )


def sources_of(known: Reading) -> Sources:
    """What the points of a reading are computed from; it needs the catalogue and the reviewed weights."""
    return Sources(
        usage=known.usage,
        windows=[window for kind in KEPT_KINDS for window in known.cover(kind).complete],
        history=known.price_history,
        catalogue=known.catalogue,
        labs=known.labs,
        attributions=known.attributions,
        open_weights=known.open_weights,
        attribute=known.attribute,
        as_of=known.as_of,
    )


def _vintage(connection: Connection, known: Reading) -> Vintage:
    newest = {
        channel: view_of(connection, SeriesKey(channel=channel), known.as_of).newest or None
        for channel in (Channel.EXPORTS, Channel.API)
    }
    return Vintage(
        known_at=known.as_of,
        method=METHOD,
        exports_snapshot_id=newest[Channel.EXPORTS],
        api_snapshot_id=newest[Channel.API],
        catalogue_snapshot_id=newest_vintage(connection, known.as_of) or None,
        reviewed_sha256=_reviewed(known),
    )


def _reviewed(known: Reading) -> str:
    """SHA-256 of the reviewed rows about labs and models that a standpoint knows."""
    is_known = pl.col("known_since") <= known.as_of.date()
    files = known.labs, known.attributions, known.open_weights
    return hashlib.sha256("".join(rows.filter(is_known).write_csv() for rows in files).encode()).hexdigest()
