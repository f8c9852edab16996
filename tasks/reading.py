"""What is known from one standpoint: the headline series, attributed, with its provenance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.citation import citation
from schemas.frames import AttributedUsage
from schemas.settings import Settings
from schemas.windows import Window, WindowKind
from storage.observations import Headline, read_headline
from storage.reference import load_attributions, load_known_gaps, load_labs
from tasks.metrics.attribution import attribute
from tasks.metrics.coverage import Coverage, cover


@dataclass(frozen=True)
class Reading:
    """Everything that a figure needs, read in one consistent view of the database.

    Attributes:
        as_of: the standpoint (aware UTC): rows, labs and reveals known then, nothing later.
        usage: each token in exactly one bucket (see `AttributedUsage`).
        known_gaps: days that upstream does not have, for the channels in use.
        made: whether the figures are the bundled sample's.
    """

    as_of: datetime
    headline: Headline
    usage: dy.DataFrame[AttributedUsage]
    known_gaps: frozenset[date]
    made: bool

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
        """The newest UTC day that was received whole."""
        newest = self.headline.days.filter(pl.col("quarantined") == 0)["day"].max()
        return newest if isinstance(newest, date) else None

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
) -> Reading:
    """Read and attribute the headline series as of a standpoint.

    Args:
        connection: one consistent view of the database.
        settings: where reviewed files are laid over the shipped ones.
        as_of: the standpoint (aware UTC).
        start: first day whose usage is needed; all recorded days if not given.
        end: last day whose usage is needed.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    headline = read_headline(connection, as_of, start=start, end=end)
    gaps = load_known_gaps(settings.reference)
    channels = [str(key.channel) for key in headline.series]
    usage = attribute(
        headline.usage, load_labs(settings.reference), load_attributions(settings.reference), as_of=as_of
    )
    known = gaps.filter(pl.col("channel").cast(pl.String).is_in(channels))["day"]
    return Reading(as_of, headline, usage, frozenset(known.to_list()), settings.made_sample)
