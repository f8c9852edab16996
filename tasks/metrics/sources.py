"""What stored points are computed from, of which windows they are, and what makes one of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage, Concentration
from schemas.model_frames import OpenWeights, WeighedUsage
from schemas.price_frames import PriceHistory, PriceVintages, WeightedPrices
from schemas.published_frames import Usage
from schemas.reviewed_frames import Attributions, Labs
from schemas.windows import Window, WindowKind
from tasks.metrics.concentration import concentration
from tasks.metrics.free import FREE, without_free
from tasks.metrics.grouped import Grouped, group
from tasks.metrics.open_weights import weigh
from tasks.metrics.prices import priced
from tasks.metrics.quality import offered
from tasks.metrics.weighted import weighted_prices
from tasks.metrics.windowed import WINDOW

KEPT_WINDOWS: Final = {"week": 52, "week:SUN": 52, "month": 12, "quarter": 4}
"""The kinds of windows of which points are stored, each with how many of them are a year.

ISO weeks are what is asked about, published charts begin weeks on Sunday, and articles quote months and quarters.
Windows of other kinds begin on any day, so that there would be one a day of each: they are answered from rows.
"""
KEPT_KINDS: Final = tuple(map(WindowKind.parse, KEPT_WINDOWS))
YEARS: Final = tuple(dict.fromkeys(KEPT_WINDOWS.values()))
_WEEKS_OF_A_YEAR: Final = timedelta(weeks=KEPT_WINDOWS["week"])
PAIR: Final = ("CN", "US")
TOPS: Final = (1, 5, 10)
WHOLE: Final = pl.lit("").alias("subject")
OF_PAIR: Final = pl.lit(",".join(PAIR)).alias("subject")


@dataclass(frozen=True)
class Sources:
    """What points are computed from, and the complete windows to look at.

    Attributes:
        usage: the tokens, attributed.
        windows: complete windows of `KEPT_KINDS`.
        history: what is known of prices.
        catalogue: what the catalogue stated.
        labs: reviewed authors, whenever they were learned.
        attributions: reviewed stealth models and routers, whenever they were learned.
        open_weights: the reviewed weights of models, whenever they were learned.
        attribute: puts other tokens into buckets, as `usage` was.
        as_of: the standpoint (aware UTC).
    """

    usage: dy.DataFrame[AttributedUsage]
    windows: Sequence[Window]
    history: dy.DataFrame[PriceHistory]
    catalogue: dy.DataFrame[PriceVintages]
    labs: dy.DataFrame[Labs]
    attributions: dy.DataFrame[Attributions]
    open_weights: dy.DataFrame[OpenWeights]
    attribute: Callable[[dy.DataFrame[Usage]], dy.DataFrame[AttributedUsage]]
    as_of: datetime

    @cached_property
    def grouped(self) -> Grouped:
        """All usage by window."""
        return group(self.usage, self.windows)

    @cached_property
    def paid(self) -> Grouped:
        """The same without the `:free` variants that are named."""
        return group(without_free(self.usage), self.windows)

    @cached_property
    def prices(self) -> dy.DataFrame[WeightedPrices]:
        """Weighted prices by origin."""
        return weighted_prices(priced(self.usage, self.history), self.windows)

    @cached_property
    def tops(self) -> dict[int, dy.DataFrame[Concentration]]:
        """What the N largest models carry, for each N of `TOPS`."""
        return {n: concentration(self.grouped, self.windows, n=n) for n in TOPS}

    @cached_property
    def weighed(self) -> dy.DataFrame[WeighedUsage]:
        """The usage beside what is known of the weights of its models."""
        return weigh(self.usage, self.open_weights, as_of=self.as_of)

    @cached_property
    def offer(self) -> dy.DataFrame[AttributedUsage]:
        """What the catalogue listed at the end of each window, attributed (see `tasks.metrics.quality`)."""
        return self.attribute(offered(self.catalogue, self.windows))

    def of(self, definition: Definition) -> Grouped:
        """The usage that a definition counts."""
        return self.paid if definition.without_free else self.grouped

    def weighed_of(self, definition: Definition) -> dy.DataFrame[WeighedUsage]:
        """The usage that a definition counts, beside the weights of its models."""
        if not definition.without_free:
            return self.weighed
        return WeighedUsage.cast(self.weighed.filter(pl.col("variant") != FREE))

    def comparable(self, over: int) -> list[Window]:
        """The windows of which a comparison with the one so many of their kind before is kept."""
        return [window for window in self.windows if over in {1, KEPT_WINDOWS[str(window.kind)]}]

    def only(self, windows: Sequence[Window]) -> "Sources":
        """The same of some windows, with the usage of their days."""
        days = {day for window in windows for day in window.days}
        usage = self.usage.filter(pl.col("day").is_in(pl.Series(sorted(days), dtype=pl.Date).implode()))
        return replace(self, usage=AttributedUsage.cast(usage), windows=windows)


@dataclass(frozen=True)
class Kept:
    """One figure that is stored.

    Attributes:
        definition: the text of its definition.
        points: how its points are made of the sources; a definition of their own comes with the points.
        over: how many windows of their kind it looks back: 1, or those of a year.
    """

    definition: str
    points: Callable[[Sources], pl.LazyFrame]
    over: int = 1


def looked_back_at(window: Window) -> tuple[Window, Window]:
    """The windows that a figure of `window` may look back at: the one before it, and the one a year before."""
    if window.kind.unit == "week":
        return window.previous(), window.kind.containing(window.start - _WEEKS_OF_A_YEAR)
    # A month or quarter begins on the first day of a month, which every year has.
    return window.previous(), window.kind.containing(window.start.replace(year=window.start.year - 1))


def kinds_of(windows: Sequence[Window]) -> pl.DataFrame:
    """The kind of each window: window_start, window_end (Date), window_kind (String). No two share both days."""
    rows = [(window.start, window.end, str(window.kind)) for window in windows]
    schema = {**dict.fromkeys(WINDOW, pl.Date), "window_kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def spelled(metric: str, definition: Definition | None = None, **also: str | int | float) -> str:
    """The text of a definition: JSON with its keys in order."""
    parts = {"metric": metric, **(definition.as_dict() if definition else {}), **also}
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))
