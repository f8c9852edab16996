"""What one moment knows of prices: those that are listed, and what the tokens of an origin cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Final, Literal

import dataframely as dy
import polars as pl

from schemas.price_frames import PricedUsage, PriceVintages
from schemas.windows import Window, WindowKind
from tasks.metrics.cheapest import listed_at
from tasks.metrics.prices import price_history
from tasks.metrics.windowed import window_frame

PUSD_PER_TOKEN: Final = 10**6
"""Pico-USD per token in one USD per million tokens."""
KINDS: Final[Mapping[str, tuple[int, int]]] = {"blended 3:1": (3, 1), "prompt": (1, 0), "completion": (0, 1)}
"""Parts of the prompt and of the completion price in a price, the plain one first (docs/claims.md)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One listed model: its prices (pico-USD per token), and its benchmark index where one is stated."""

    prompt: Fraction
    completion: Fraction
    index: float | None = None

    def price(self, kind: str) -> Fraction:
        """Its price of a kind, in USD per million tokens."""
        parts = KINDS[kind]
        blended = (self.prompt * parts[0] + self.completion * parts[1]) / sum(parts)
        return blended / PUSD_PER_TOKEN


@dataclass(frozen=True, slots=True)
class Weighted:
    """What the tokens of an origin cost on average, and the part of its named tokens that has a price."""

    prices: Listed
    coverage: Fraction


@dataclass(frozen=True)
class PriceBook:
    """Prices as one moment knows them.

    Attributes:
        day: of that moment.
        listed: the plain models that the catalogue lists at a price, by canonical slug.
        origins: of these models, where somebody has reviewed it.
        week: the week whose tokens are weighted; None where none is recorded whole, or none is needed.
        weighted: the token-weighted prices of origins in that week.
    """

    day: date
    listed: Mapping[str, Listed]
    origins: Mapping[str, str] = field(default_factory=dict)
    week: Window | None = None
    weighted: Mapping[str, Weighted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a model, the median model of an origin, or an origin's tokens."""

    of: Literal["model", "median", "tokens"]
    name: str

    def price(self, book: PriceBook, kind: str) -> Fraction | None:
        """Its price of a kind (USD per million tokens); null where it is not known."""
        match self.of:
            case "model":
                return book.listed[self.name].price(kind) if self.name in book.listed else None
            case "median":
                prices = [
                    listed.price(kind)
                    for model, listed in book.listed.items()
                    if book.origins.get(model) == self.name
                ]
                return Fraction(median(prices)) if prices else None
            case "tokens":
                found = book.weighted.get(self.name)
                return found.prices.price(kind) if found else None

    def words(self, book: PriceBook) -> str:
        """How it is called in a definition; with the coverage of what has one."""
        match self.of:
            case "model":
                return self.name
            case "median":
                return f"the median listed model of {self.name}"
            case "tokens":
                found = book.weighted.get(self.name)
                coverage = f" ({float(found.coverage):.0%} of them priced)" if found else ""
                return f"the named tokens of {self.name}{coverage}"


def listed_prices(vintages: dy.DataFrame[PriceVintages], day: date) -> dict[str, Listed]:
    """The plain models that the catalogue lists on a day at both prices, by canonical slug.

    Prices are those in force on that day (`tasks.metrics.prices.in_force`): a glitch to 0/0 is none, nor is the
    price of an hour.
    """
    columns = ("model", "prompt_pusd_per_token", "completion_pusd_per_token", "intelligence_index")
    rows = _listed_on(vintages, day).drop_nulls(columns[1:3]).select(columns).collect()
    return {
        model: Listed(Fraction(prompt), Fraction(completion), index)
        for model, prompt, completion, index in rows.iter_rows()
    }


def catalogues_in_force(vintages: dy.DataFrame[PriceVintages], day: date) -> pl.Series:
    """The catalogue vintages (Int64) that the prices of `listed_prices` are from."""
    return _listed_on(vintages, day).select("price_snapshot_id").collect().to_series()


def _listed_on(vintages: dy.DataFrame[PriceVintages], day: date) -> pl.LazyFrame:
    on = window_frame([Window(WindowKind("span"), day, day)]).lazy()
    return listed_at(vintages, price_history(vintages), on).filter(pl.col("variant") == "")


def weighted_by_origin(usage: dy.DataFrame[PricedUsage], week: Window) -> dict[str, Weighted]:
    """What the tokens of each origin cost in a week, exactly, over its rows with a price above 0.

    The same as `tasks.metrics.weighted`, which divides once and gives floats.
    """
    rows = usage.filter(pl.col("day").is_between(week.start, week.end)).drop_nulls("origin")
    sums: dict[str, list[int]] = {}
    columns = ("origin", "tokens", "prompt_pusd_per_token", "completion_pusd_per_token")
    for origin, tokens, prompt, completion in rows.select(columns).iter_rows():
        named = sums.setdefault(origin, [0, 0, 0, 0])
        named[0] += tokens
        if prompt is not None and completion is not None and prompt + completion > 0:
            for place, amount in enumerate((1, prompt, completion), start=1):
                named[place] += tokens * amount
    return {
        origin: Weighted(
            Listed(Fraction(prompts, priced), Fraction(completions, priced)), Fraction(priced, named)
        )
        for origin, (named, priced, prompts, completions) in sums.items()
        if priced
    }
