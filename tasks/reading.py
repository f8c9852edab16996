"""What is known from one standpoint: the headline series, or a slice, attributed, with its provenance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.citation import citation
from schemas.errors import StorageError
from schemas.frames import AttributedUsage
from schemas.model_frames import OpenWeights
from schemas.price_frames import PriceHistory, PriceVintages
from schemas.published_frames import Usage
from schemas.reviewed_frames import Attributions, Labs
from schemas.settings import Settings
from schemas.slices import Slice, kind_of
from schemas.windows import Window, WindowKind
from storage.headline import Headline, Speakers, read_headline
from storage.prices import PriceRecord, read_prices
from storage.reference import load_attributions, load_known_gaps, load_labs, load_open_weights
from storage.slices import read_slice
from tasks.metrics.attribution import attribute
from tasks.metrics.coverage import Coverage, cover
from tasks.metrics.prices import price_history, price_sources
from tasks.metrics.quality import index_sources


def _none_reviewed() -> dy.DataFrame[OpenWeights]:
    return OpenWeights.validate(OpenWeights.create_empty())


@dataclass(frozen=True)
class Reading:
    """Everything that a figure needs, read in one consistent view of the database.

    Attributes:
        as_of: the standpoint (aware UTC): rows, labs and reveals known then, nothing later.
        headline: the series that is read: the headline, or in its place the slice `of`.
        usage: each token in exactly one bucket (see `AttributedUsage`).
        labs: the reviewed authors, whenever they were learned.
        attributions: the reviewed stealth models and routers, whenever they were learned.
        known_gaps: days that upstream does not have, for the channels in use.
        made: whether the figures are the bundled sample's.
        attribute: puts other tokens into buckets, as `usage` was.
        prices: the recorded catalogues; None where they were not asked for.
        open_weights: the reviewed weights of models, whenever they were learned; empty where not asked for.
        of: the slice that is read instead of the headline; its rows are dated by the first day of their period.
    """

    as_of: datetime
    headline: Headline
    usage: dy.DataFrame[AttributedUsage]
    labs: dy.DataFrame[Labs]
    attributions: dy.DataFrame[Attributions]
    known_gaps: frozenset[date]
    made: bool
    attribute: Callable[[dy.DataFrame[Usage]], dy.DataFrame[AttributedUsage]]
    prices: PriceRecord | None = None
    open_weights: dy.DataFrame[OpenWeights] = field(default_factory=_none_reviewed)
    of: Slice | None = None

    @property
    def catalogue(self) -> dy.DataFrame[PriceVintages]:
        """What each vintage of the catalogue changed; empty where they were not read."""
        if self.prices is None:
            return PriceVintages.validate(PriceVintages.create_empty())
        return self.prices.vintages

    @cached_property
    def price_history(self) -> dy.DataFrame[PriceHistory]:
        """What is known of list prices; empty where they were not read, or no catalogue is recorded."""
        if self.prices is None:
            return PriceHistory.validate(PriceHistory.create_empty())
        return price_history(self.prices.vintages)

    def price_inputs(self, first: date, last: date) -> list[dict[str, str]]:
        """`url` and `sha256` of the catalogues that priced the usage of the days `[first, last]`."""
        if self.prices is None:
            return []
        used = self.usage.filter(pl.col("day").is_between(first, last))
        return self.prices.inputs_of(price_sources(used, self.price_history))

    def index_inputs(self, windows: Sequence[Window]) -> list[dict[str, str]]:
        """`url` and `sha256` of the catalogues whose benchmark indices hold in one of the windows."""
        if self.prices is None:
            return []
        return self.prices.inputs_of(index_sources(self.prices.vintages, windows))

    @property
    def citation(self) -> str:
        """The sentence that travels with every figure of this reading."""
        return citation(self.headline.as_of, made=self.made)

    @property
    def series(self) -> str:
        """The series that were used, named."""
        return " + ".join(str(key) for key in self.headline.series) or "none"

    @property
    def newest_day(self) -> date | None:
        """The newest UTC day that was received whole, or the last of the newest week or month that was."""
        newest = self.headline.days.filter(pl.col("quarantined") == 0)["day"].max()
        if not isinstance(newest, date):
            return None
        return kind_of(self.of.period).containing(newest).end if self.of else newest

    def cover(self, kind: WindowKind, windows: Sequence[Window] | None = None) -> Coverage:
        """Which windows of `kind` have a point, and why the others have none."""
        return cover(self.headline.days, kind, as_of=self.as_of, known_gaps=self.known_gaps, windows=windows)


def read(
    connection: Connection,
    settings: Settings,
    as_of: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    with_prices: bool = False,
    with_weights: bool = False,
    of: Slice | None = None,
    who: Speakers | None = None,
) -> Reading:
    """Read and attribute the headline series, or a slice, as of a standpoint.

    A week or month of a slice is attributed as on its first day.

    Args:
        connection: one consistent view of the database.
        settings: where reviewed files are laid over the shipped ones.
        as_of: the standpoint (aware UTC).
        start: first day whose usage is needed; all recorded days if not given.
        end: last day whose usage is needed.
        with_prices: read the history of the catalogue, too.
        with_weights: read the reviewed weights of models, too.
        of: read this slice instead of the headline, all of its rows.
        who: who speaks from that standpoint, for whoever reads several spans of the headline from it.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
        StorageError: nothing is recorded of the slice.
    """
    headline = (
        _recorded_slice(connection, settings, of, as_of)
        if of
        else read_headline(connection, as_of, start=start, end=end, who=who)
    )
    gaps = load_known_gaps(settings.reference)
    channels = [str(key.channel) for key in headline.series]
    labs, attributions = load_labs(settings.reference), load_attributions(settings.reference)
    attributed = partial(attribute, labs=labs, attributions=attributions, as_of=as_of)
    known = gaps.filter(pl.col("channel").cast(pl.String).is_in(channels))["day"]
    prices = read_prices(connection, as_of) if with_prices else None
    weights = load_open_weights(settings.reference) if with_weights else _none_reviewed()
    gap_days = frozenset(known.to_list())
    return Reading(
        as_of,
        headline,
        attributed(headline.usage),
        labs,
        attributions,
        gap_days,
        settings.made_sample,
        attributed,
        prices,
        weights,
        of,
    )


def _recorded_slice(connection: Connection, settings: Settings, of: Slice, as_of: datetime) -> Headline:
    found = read_slice(connection, of, as_of)
    if found is None:
        flag = " --sample" if settings.made_sample else ""
        raise StorageError(
            f"Nothing was recorded of {of} by {as_of:%Y-%m-%dT%H:%MZ}; run "
            f"`tokentide backfill --slice {of} --start D --end D{flag}`."
        )
    return found
