"""Stored points, computed: all of them from nothing, or only those of windows whose inputs changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

from schemas.point_frames import KEY, Points
from schemas.windows import Window
from tasks.metrics.folded import fold
from tasks.metrics.kept import KEPT_USAGE
from tasks.metrics.kept_models import KEPT_MODELS
from tasks.metrics.kept_moves import KEPT_MOVES
from tasks.metrics.kept_prices import KEPT_PRICES
from tasks.metrics.sources import Sources, kinds_of, looked_back_at
from tasks.metrics.windowed import WINDOW

METHOD: Final = 4
"""Raise it when a formula or the list of figures changes: every window is then measured anew."""
KEPT: Final = (*KEPT_USAGE, *KEPT_MOVES, *KEPT_PRICES, *KEPT_MODELS)
_NONE: Final = Points.create_empty()
_SHAPE: Final = _NONE.schema


@dataclass(frozen=True)
class Plan:
    """Which windows a measurement is about.

    Attributes:
        changed: complete windows whose inputs are new or others.
        gone: windows that had points and are no longer complete.
        wanted: complete windows to compute: those changed, and those that look back at one changed or gone.
    """

    changed: frozenset[Window]
    gone: frozenset[Window]
    wanted: frozenset[Window]

    @property
    def nothing(self) -> bool:
        """Whether every window has the inputs that it was last measured with."""
        return not self.changed and not self.gone


def plan(hashes: Mapping[Window, int], measured: Mapping[Window, int]) -> Plan:
    """What to measure, from the hash of the inputs of each complete window, now and when it was last measured."""
    changed = {window for window, number in hashes.items() if measured.get(window) != number}
    gone = set(measured) - set(hashes)
    moved = changed | gone
    looking = {window for window in hashes if moved and not moved.isdisjoint(looked_back_at(window))}
    return Plan(frozenset(changed), frozenset(gone), frozenset(changed | looking))


def points_of(given: Sources, wanted: Collection[Window]) -> dy.DataFrame[Points]:
    """Every kept figure of the windows `wanted`, but for those that are folded."""
    asked = set(wanted)
    seen = asked.union(*map(looked_back_at, asked))
    few = given.only([window for window in given.windows if window in seen])
    kinds = kinds_of([window for window in few.windows if window in asked]).lazy()
    found = [_shaped(kept.points(few), kept.definition) for kept in KEPT if few.comparable(kept.over)]
    return _in_order(pl.concat([_NONE.lazy(), *found]).drop("window_kind").join(kinds, on=WINDOW))


def folded(points: pl.DataFrame) -> dy.DataFrame[Points]:
    """The figures that run over all windows of a kind, from their points under `folded.FOLDED_FROM`."""
    return _in_order(pl.concat([_shaped(each, "") for each in fold(points)]))


def _shaped(found: pl.LazyFrame, definition: str) -> pl.LazyFrame:
    """The columns of a point, null where the metric has none, under its own definition or this one."""
    has = set(found.collect_schema())
    columns = [
        pl.col(name)
        if name in has
        else pl.lit(definition if name == "definition" else None, dtype).alias(name)
        for name, dtype in _SHAPE.items()
    ]
    return found.select(columns)


def _in_order(found: pl.LazyFrame) -> dy.DataFrame[Points]:
    return found.select(_SHAPE.names()).sort(KEY).collect().pipe(Points.validate)
