"""What the points of a week depend on, as one number a week: equal numbers, equal points."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from tasks.metrics.prices import beside
from tasks.metrics.quality import with_index
from tasks.metrics.sources import Sources
from tasks.metrics.windowed import window_days

_ITEM: Final = ("canonical_slug", "variant")
_STATED: Final = (
    "prompt_pusd_per_token",
    "completion_pusd_per_token",
    "listed",
    "is_router",
    "is_conditional",
    "intelligence_index",
)
"""What figures take from a vintage of the catalogue. When it was read again decides about `glitch` alone."""


def week_hashes(given: Sources, method: int) -> dict[date, int]:
    """Of each complete week a hash (64 bits, signed) of everything that its points are computed from.

    That is its attributed rows, with the state of their models' weights; of each model and variant in it, what
    is known of its prices up to the end of the week, and its first price where the week is earlier; what was on
    offer at its end, and whose that was; the benchmark index of all of these; and the catalogue up to the end of
    the week. A newer Polars may hash otherwise: then every week is measured anew, to the same points.
    """
    days = window_days(given.weeks).select("window_start", "window_end", "day").lazy()
    rows = given.weighed.lazy().join(days, on="day")
    items = rows.select("window_start", "window_end", "model", "variant").unique()
    known = _known_prices(given, method).lazy()
    parts = [
        rows.select("window_start", number=_hash_of(given.weighed.columns, method)),
        _of_items(items, known, method),
        _of_indices(items, given, method),
        _of_catalogue(given, known),
    ]
    found = pl.concat(parts).group_by("window_start").agg(pl.col("number").sum()).collect(engine="in-memory")
    return dict(zip(found["window_start"], found["number"].reinterpret(signed=True), strict=True))


def _hash_of(columns: Sequence[str], seed: int) -> pl.Expr:
    return pl.struct(columns).hash(seed)


def _known_prices(given: Sources, seed: int) -> pl.DataFrame:
    """Of each entry of the catalogue on each day on which it changed: the hash of all that was known of it by then."""
    marks = given.history.select(*_ITEM, "snapshot_id", "glitch")
    number = _hash_of([*_ITEM, *_STATED, "glitch"], seed)
    return (
        given.catalogue.join(marks, on=[*_ITEM, "snapshot_id"], how="left")
        .sort(*_ITEM, "snapshot_id")
        .select(*_ITEM, day=pl.col("known_at").dt.date(), number=number.cum_sum().over(_ITEM))
        .unique([*_ITEM, "day"], keep="last", maintain_order=True)
        .sort("day", maintain_order=True)
    )


def _of_items(items: pl.LazyFrame, known: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """What is known by the end of the week of everything in it; of what came later, its first word."""
    first = known.unique(_ITEM, keep="first", maintain_order=True).select(*_ITEM, "day", first="number")
    return (
        items.with_columns(day="window_end")
        .sort("day")
        .pipe(beside, known, "backward")
        .with_columns(day="window_start")
        .sort("day")
        .pipe(beside, first, "forward")
        .select("window_start", number=_hash_of(["model", "variant", "number", "first"], seed))
    )


def _of_indices(items: pl.LazyFrame, given: Sources, seed: int) -> pl.LazyFrame:
    """The benchmark index of everything in the week, and of everything that was on offer at its end."""
    ends = given.offer.lazy().join(items.select("window_start", day="window_end").unique(), on="day")
    offered = ends.select("window_start", "day", "model", "variant", "bucket", "lab", "origin")
    used = items.select("window_start", "model", "variant", day="window_end")
    return with_index(pl.concat([used, offered], how="diagonal"), given.catalogue).select(
        "window_start",
        number=_hash_of(["model", "variant", "bucket", "lab", "origin", "index", "carried"], seed),
    )


def _of_catalogue(given: Sources, known: pl.LazyFrame) -> pl.LazyFrame:
    ends = pl.LazyFrame(
        [(week.start, week.end) for week in given.weeks],
        schema={"window_start": pl.Date, "window_end": pl.Date},
        orient="row",
    )
    by_day = (
        known.group_by("day").agg(pl.col("number").sum()).sort("day").with_columns(pl.col("number").cum_sum())
    )
    return (
        ends.sort("window_end")
        .join_asof(by_day, left_on="window_end", right_on="day", strategy="backward")
        .select("window_start", pl.col("number").fill_null(0))
    )
