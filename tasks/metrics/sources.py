"""What stored points are computed from, and what makes one of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.model_frames import WeighedUsage
from schemas.price_frames import PriceHistory, PriceVintages, WeightedPrices
from schemas.windows import Window
from tasks.metrics.free import without_free
from tasks.metrics.grouped import Grouped, group
from tasks.metrics.prices import priced
from tasks.metrics.weighted import weighted_prices

PAIR: Final = ("CN", "US")
DISTANCES: Final = (1, 52)
"""How many weeks back a figure of a week may look: the week before, and a year."""
WHOLE: Final = pl.lit("").alias("subject")
OF_PAIR: Final = pl.lit(",".join(PAIR)).alias("subject")


@dataclass(frozen=True)
class Sources:
    """What points are computed from, and the complete weeks to look at.

    Attributes:
        usage: the tokens, attributed.
        history: what is known of prices.
        catalogue: what the catalogue stated.
        weeks: complete ISO weeks.
        weighed: the same usage beside what is known of the weights of its models.
        offer: what the catalogue listed at the end of each week, attributed (see `tasks.metrics.quality`).
    """

    usage: dy.DataFrame[AttributedUsage]
    history: dy.DataFrame[PriceHistory]
    catalogue: dy.DataFrame[PriceVintages]
    weeks: Sequence[Window]
    weighed: dy.DataFrame[WeighedUsage]
    offer: dy.DataFrame[AttributedUsage]

    @cached_property
    def grouped(self) -> Grouped:
        """All usage by week."""
        return group(self.usage, self.weeks)

    @cached_property
    def paid(self) -> Grouped:
        """The same without the `:free` variants that are named."""
        return group(without_free(self.usage), self.weeks)

    @cached_property
    def prices(self) -> dy.DataFrame[WeightedPrices]:
        """Weighted prices by origin."""
        return weighted_prices(priced(self.usage, self.history), self.weeks)

    def of(self, definition: Definition) -> Grouped:
        """The usage that a definition counts."""
        return self.paid if definition.without_free else self.grouped


@dataclass(frozen=True)
class Kept:
    """One figure that is stored: the text of its definition, and how its points are made of the sources."""

    definition: str
    points: Callable[[Sources], pl.LazyFrame]


def spelled(metric: str, definition: Definition | None = None, **also: str | int | float) -> str:
    """The text of a definition: JSON with its keys in order."""
    parts = {"metric": metric, **(definition.as_dict() if definition else {}), **also}
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))
