"""Stored points, computed: all of them from nothing, or only those of weeks whose inputs changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage
from schemas.point_frames import Points
from schemas.windows import Window
from tasks.metrics.kept import KEPT_USAGE, SHARES_BY_ORIGIN
from tasks.metrics.kept_models import KEPT_MODELS
from tasks.metrics.kept_prices import KEPT_PRICES, PRICE_LINKS
from tasks.metrics.peaks import with_peaks
from tasks.metrics.price_index import chained
from tasks.metrics.sources import DISTANCES, Sources, spelled
from tasks.metrics.windowed import ratio

METHOD: Final = 2
"""Raise it when a formula or the list of figures changes: every week is then measured anew."""
FOLDED_FROM: Final = (SHARES_BY_ORIGIN, PRICE_LINKS)
"""The points of all weeks that the folds need."""
PEAKS: Final = spelled("peaks", by="origin", basis="all", variants="merged")
PRICE_INDEX: Final = spelled("price-index", basis="named", variants="apart")


@dataclass(frozen=True)
class Plan:
    """Which weeks a measurement is about, by their Mondays.

    Attributes:
        changed: complete weeks whose inputs are new or others.
        gone: weeks that had points and are no longer complete.
        wanted: complete weeks to compute: those changed, and those that look back at a week changed or gone.
    """

    changed: frozenset[date]
    gone: frozenset[date]
    wanted: frozenset[date]

    @property
    def nothing(self) -> bool:
        """Whether every week has the inputs that it was last measured with."""
        return not self.changed and not self.gone


def plan(weeks: Iterable[Window], hashes: Mapping[date, int], measured: Mapping[date, int]) -> Plan:
    """What to measure, from the hash of the inputs of each complete week, now and when it was last measured."""
    changed = {start for start, number in hashes.items() if measured.get(start) != number}
    gone = set(measured) - set(hashes)
    moved = changed | gone
    wanted = {week.start for week in weeks if week.start in changed or _looks_at(week, moved)}
    return Plan(frozenset(changed), frozenset(gone), frozenset(wanted))


def _looks_at(week: Window, moved: Collection[date]) -> bool:
    return any(before.start in moved for before in _looked_back_at(week))


def _looked_back_at(week: Window) -> list[Window]:
    found, before = [], week
    for distance in range(1, max(DISTANCES) + 1):
        before = before.previous()
        if distance in DISTANCES:
            found.append(before)
    return found


def points_of(given: Sources, wanted: Collection[date]) -> dy.DataFrame[Points]:
    """Every kept figure of the weeks that begin on the days `wanted`, but for the folded ones."""
    asked = [week for week in given.weeks if week.start in wanted]
    starts = {week.start for week in asked} | {
        before.start for week in asked for before in _looked_back_at(week)
    }
    weeks = [week for week in given.weeks if week.start in starts]
    days = pl.Series([day for week in weeks for day in week.days], dtype=pl.Date)
    usage = AttributedUsage.validate(given.usage.filter(pl.col("day").is_in(days.implode())))
    few = replace(given, usage=usage, weeks=weeks)
    found = [_shaped(kept.points(few), kept.definition) for kept in (*KEPT_USAGE, *KEPT_PRICES, *KEPT_MODELS)]
    return _together(found).filter(pl.col("window_start").is_in(wanted)).pipe(Points.validate)


def folded(points: pl.DataFrame) -> dy.DataFrame[Points]:
    """The running peaks and the chained index, from the points of all weeks under `FOLDED_FROM`."""
    end = pl.col("window_start").dt.offset_by("6d")
    shares = points.lazy().filter(pl.col("definition") == SHARES_BY_ORIGIN)
    peaks = (
        shares.select("window_start", "subject", window_end=end, share=ratio(pl.col("part"), "whole"))
        .pipe(with_peaks)
        .select(
            "window_start",
            "subject",
            figure="peak_share",
            word=pl.col("peak_window_start").dt.to_string("%G-W%V"),
        )
    )
    links = points.lazy().filter(pl.col("definition") == PRICE_LINKS)
    index = (
        links.select("window_start", window_end=end, fisher="figure")
        .pipe(chained)
        .select(
            "window_start",
            pl.lit("").alias("subject"),
            figure="index",
            word=pl.col("base_start").dt.to_string("%G-W%V"),
        )
    )
    return _together([_shaped(peaks, PEAKS), _shaped(index, PRICE_INDEX)]).pipe(Points.validate)


def _shaped(found: pl.LazyFrame, definition: str) -> pl.LazyFrame:
    """The columns of a point, null where the metric has none."""
    shape = Points.create_empty().schema
    has = set(found.collect_schema())
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in shape.items() if name not in has]
    return found.with_columns(*absent).with_columns(definition=pl.lit(definition)).select(shape.names())


def _together(found: Iterable[pl.LazyFrame]) -> pl.DataFrame:
    return pl.concat(pl.collect_all(found)).sort("window_start", "definition", "subject")
