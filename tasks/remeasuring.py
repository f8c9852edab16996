"""Stored points brought up to date: only windows whose inputs changed are computed, and only changes are written."""

import hashlib
from dataclasses import replace
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from schemas.point_frames import Points
from schemas.receipts import Channel
from schemas.settings import Settings
from storage.catalogue import newest_vintage
from storage.engine import writing
from storage.headline import newest_vintages
from storage.points import Vintage, last_measured, measured_windows, read_points, record_points
from storage.prices import read_prices
from storage.reference import load_open_weights
from tasks.metrics.folded import FOLDED, FOLDED_FROM
from tasks.metrics.inputs import window_hashes
from tasks.metrics.points import METHOD, folded, plan, points_of
from tasks.metrics.sources import KEPT_KINDS, Sources, kinds_of
from tasks.reading import Reading, read
from tasks.run import RunContext


def keep_points(run: RunContext, known: Reading | None = None) -> int:
    """Bring the stored points up to what is known now; returns how many were new, changed or withdrawn.

    Args:
        run: the run that they are kept by.
        known: what the run has read and measured; it is used if nobody has recorded or said anything since.

    Raises:
        AsOfError: something would be written before what was said later.
        ReviewedDataError: a reviewed file cannot be read.
    """
    with writing(run.engine) as connection:  # nobody can record rows between the look and the word
        if known is not None and _is_newest(connection, known):
            return _remeasure(connection, _with_all(connection, run.settings, known))
        return remeasure(connection, run.settings, run.clock())


def _is_newest(connection: Connection, known: Reading) -> bool:
    """Whether no other process has recorded rows that its moment knows of, or said something after it."""
    said = last_measured(connection)
    is_last = said is None or said <= known.as_of
    return is_last and newest_vintages(connection, known.as_of) == known.headline.vintages


def _with_all(connection: Connection, settings: Settings, known: Reading) -> Reading:
    """A reading with what points need beside what a run measures."""
    prices, weights = read_prices(connection, known.as_of), load_open_weights(settings.reference)
    return replace(known, prices=prices, open_weights=weights)


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
    return _remeasure(connection, read(connection, settings, standpoint, with_prices=True, with_weights=True))


def _remeasure(connection: Connection, known: Reading) -> int:
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
    vintages = known.headline.vintages
    return Vintage(
        known_at=known.as_of,
        method=METHOD,
        exports_snapshot_id=vintages[Channel.EXPORTS] or None,
        api_snapshot_id=vintages[Channel.API] or None,
        catalogue_snapshot_id=newest_vintage(connection, known.as_of) or None,
        reviewed_sha256=_reviewed(known),
    )


def _reviewed(known: Reading) -> str:
    """SHA-256 of the reviewed rows about labs and models that a standpoint knows."""
    is_known = pl.col("known_since") <= known.as_of.date()
    files = known.labs, known.attributions, known.open_weights
    return hashlib.sha256("".join(rows.filter(is_known).write_csv() for rows in files).encode()).hexdigest()
