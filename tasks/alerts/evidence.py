"""What rules are judged on, as known at one standpoint: usage, windows, and what is read from elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final

import dataframely as dy
import polars as pl

from schemas.family_frames import FamilyRepositories, RepositoryReadings
from schemas.frames import AttributedUsage
from schemas.gateway_frames import AttributedDays
from schemas.list_frames import TaggedShares
from schemas.listed import AppRows
from schemas.model_frames import OpenWeights
from schemas.price_frames import PriceHistory, PriceVintages
from schemas.published_frames import Usage
from schemas.rule_forms import Source
from schemas.rule_models import CrossingRule, LeadRule
from schemas.text import printable
from schemas.windows import Window

_NAME: Final = 80


def no_prices() -> dy.DataFrame[PriceHistory]:
    """A history of prices in which nothing is known."""
    return PriceHistory.validate(PriceHistory.create_empty())


def no_apps() -> pl.DataFrame:
    """Rankings of apps of which none is recorded."""
    before = {"window_start": pl.Date, "window_end": pl.Date, "set_apart": pl.Int32}
    return pl.DataFrame(schema={**before, **AppRows.create_empty().schema})


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read besides the rankings, where a rule asks for it; else empty.

    Attributes:
        as_of: the standpoint that reviewed rows are known at (aware UTC).
        catalogue: what each vintage of the catalogue changed.
        attribute: puts other tokens into buckets, as usage was.
        weights: the reviewed weights of models.
        repositories, readings: the listed families of open weights, and what was read of them.
        apps: the rankings of apps by tokens: `window_start`, `window_end`, `set_apart` and the columns of `AppRows`.
        tagged: models within kinds of tasks.
        gateway: shares on the second router, by day.
        citations: the sentence that travels with a figure of a source, where that is not OpenRouter's rankings.
    """

    as_of: datetime | None = None
    catalogue: dy.DataFrame[PriceVintages] = field(
        default_factory=lambda: PriceVintages.validate(PriceVintages.create_empty())
    )
    attribute: Callable[[dy.DataFrame[Usage]], dy.DataFrame[AttributedUsage]] | None = None
    weights: dy.DataFrame[OpenWeights] = field(
        default_factory=lambda: OpenWeights.validate(OpenWeights.create_empty())
    )
    repositories: dy.DataFrame[FamilyRepositories] = field(
        default_factory=lambda: FamilyRepositories.validate(FamilyRepositories.create_empty())
    )
    readings: dy.DataFrame[RepositoryReadings] = field(
        default_factory=lambda: RepositoryReadings.validate(RepositoryReadings.create_empty())
    )
    apps: pl.DataFrame = field(default_factory=no_apps)
    tagged: dy.DataFrame[TaggedShares] = field(
        default_factory=lambda: TaggedShares.validate(TaggedShares.create_empty())
    )
    gateway: dy.DataFrame[AttributedDays] = field(
        default_factory=lambda: AttributedDays.validate(AttributedDays.create_empty())
    )
    citations: Mapping[Source, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rules are judged on, as known at one standpoint.

    Attributes:
        usage: the whole headline series; a part of it would look as if facts had gone.
        complete: the windows received as a whole, of every kind that a rule looks at.
        newest_day: the newest UTC day received as a whole.
        citation: the sentence that travels with every figure.
        made: whether the figures are the bundled sample's.
        report_url: where a report is to be read, if anywhere.
        incomplete: ended weeks that lack days which upstream has, with those days.
        restated: of each day that changed after it had settled, the part of its tokens whose rows changed, in
            per cent of what the day has now, and when that was last learned.
        prices: what is known of list prices; empty where no rule asks for them.
        beside: what is read besides the rankings and prices.
    """

    usage: dy.DataFrame[AttributedUsage]
    complete: Sequence[Window]
    newest_day: date | None
    citation: str
    made: bool = False
    report_url: str | None = None
    incomplete: Mapping[Window, Sequence[date]] = field(default_factory=dict)
    restated: Mapping[date, tuple[Fraction, datetime]] = field(default_factory=dict)
    prices: dy.DataFrame[PriceHistory] = field(default_factory=no_prices)
    beside: Beside = field(default_factory=Beside)

    def windows_of(self, rule: CrossingRule | LeadRule) -> list[Window]:
        """The windows received as a whole, of the rule's kind."""
        return [window for window in self.complete if window.kind == rule.measure.kind]

    def about(self, rule: CrossingRule | LeadRule, subject: str) -> CrossingRule | LeadRule:
        """The rule about one subject, with the name that an app gives itself in the newest ranking that has it."""
        return rule if isinstance(rule, LeadRule) else rule.about(subject, self._called(rule, subject))

    def _called(self, rule: CrossingRule, subject: str) -> str | None:
        if rule.measure.by != "app" or not subject.isdecimal():
            return None
        names = self.beside.apps.filter(app_id=int(subject)).sort("window_end")["app_name"]
        return None if names.is_empty() else printable(names[-1], _NAME)

    def citation_of(self, rule: CrossingRule | LeadRule) -> str:
        """The sentence that travels with the rule's figures."""
        found = [self.beside.citations[source] for source in rule.reads if source in self.beside.citations]
        return " ".join(found) or self.citation


@dataclass(frozen=True, slots=True)
class Given:
    """What a figure is computed from: usage as the rule counts it, the whole windows, and all that is known."""

    usage: dy.DataFrame[AttributedUsage]
    windows: list[Window]
    known: Evidence
