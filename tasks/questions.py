"""What can be asked of recorded rows, and which metric answers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import dataframely as dy
import polars as pl

from schemas.citation import BESIDE_NOTE, CENSORED_NOTE, INDEX_NOTE, LIST_PRICE_NOTE
from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.price_frames import PriceHistory, PriceVintages, WeightedPrices
from schemas.windows import Window, WindowKind
from tasks.metrics.cheapest import cheapest_at
from tasks.metrics.concentration import concentration, hhi
from tasks.metrics.contributions import contributions
from tasks.metrics.free import free_shares
from tasks.metrics.growth import growth, totals
from tasks.metrics.leads import crossings, leads
from tasks.metrics.peaks import peaks
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import priced
from tasks.metrics.ranks import exits, ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.weighted import price_ratios, weighted_prices


@dataclass(frozen=True)
class Question:
    """What `show` was asked.

    Attributes:
        metric: one of `METRICS`.
        window: the one window asked about, or the span of a series if `kind` is given.
        kind: cut the span of `window` into windows of this kind; None asks about one window.
        subject: only this origin, lab, author or model.
        pair: the two origins of a lead, or any two subjects of a price ratio.
        top: the N of a concentration.
        over: how many windows back growth compares.
        level: the benchmark index that the cheapest must reach.
    """

    metric: str
    window: Window
    kind: WindowKind | None = None
    definition: Definition = field(default_factory=Definition)
    subject: str | None = None
    pair: tuple[str, str] = ("CN", "US")
    top: int = 5
    over: int = 1
    level: float = 0


@dataclass(frozen=True)
class Given:
    """What a metric is computed from; without its need for them, catalogue and history of prices are empty."""

    usage: dy.DataFrame[AttributedUsage]
    history: dy.DataFrame[PriceHistory]
    catalogue: dy.DataFrame[PriceVintages]


@dataclass(frozen=True)
class Metric:
    """How a question is answered.

    Attributes:
        by_subject: rows are about subjects, and named as `by` says.
        whole_history: windows before those asked about are needed.
        with_prices: the history of list prices is needed.
        fixed: what the metric decides of its definition, whatever was asked.
        extra: what of the question belongs to the definition, too.
        ranked: the largest first; else rows stay in the order of the metric.
        notes: what a reader must see beside the figures.
    """

    compute: Callable[[Given, Sequence[Window], Question], pl.DataFrame]
    by_subject: bool = True
    whole_history: bool = False
    with_prices: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    ranked: bool = True
    notes: tuple[str, ...] = ()


def _leads(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    a, b = asked.pair
    return leads(given.usage, windows, a=a, b=b, basis=asked.definition.basis)


def _crossings(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    a, b = asked.pair
    return crossings(leads(given.usage, windows, a=a, b=b, basis=asked.definition.basis))


def _prices(given: Given, windows: Sequence[Window], asked: Question) -> dy.DataFrame[WeightedPrices]:
    definition = asked.definition
    usage = priced(given.usage, given.history)
    return weighted_prices(usage, windows, by=definition.by, variants=definition.variants)


def _price_ratios(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    a, b = asked.pair
    return price_ratios(_prices(given, windows, asked), a=a, b=b)


def _concentration(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    return concentration(given.usage, windows, n=asked.top, definition=asked.definition)


METRICS: Final[dict[str, Metric]] = {
    "shares": Metric(lambda given, windows, q: shares(given.usage, windows, definition=q.definition)),
    "buckets": Metric(lambda given, windows, _: buckets(given.usage, windows), by_subject=False),
    "leads": Metric(_leads, by_subject=False, extra=("pair",)),
    "crossings": Metric(_crossings, by_subject=False, whole_history=True, extra=("pair",)),
    "growth": Metric(
        lambda given, windows, q: growth(given.usage, windows, by=q.definition.by, over=q.over),
        whole_history=True,
        extra=("over",),
    ),
    "totals": Metric(
        lambda given, windows, q: totals(given.usage, windows, over=q.over),
        by_subject=False,
        whole_history=True,
        extra=("over",),
    ),
    "peaks": Metric(
        lambda given, windows, q: peaks(shares(given.usage, windows, definition=q.definition)),
        whole_history=True,
    ),
    "ranks": Metric(
        lambda given, windows, q: ranks(
            given.usage, windows, by=q.definition.by, variants=q.definition.variants
        ),
        whole_history=True,
    ),
    "exits": Metric(
        lambda given, windows, q: exits(
            given.usage, windows, by=q.definition.by, variants=q.definition.variants
        ),
        whole_history=True,
        ranked=False,
        notes=(CENSORED_NOTE,),
    ),
    "concentration": Metric(_concentration, by_subject=False, extra=("top",)),
    "hhi": Metric(
        lambda given, windows, q: hhi(given.usage, windows, definition=q.definition), by_subject=False
    ),
    "contributions": Metric(
        lambda given, windows, q: contributions(
            given.usage, given.history, windows, definition=q.definition
        ),
        whole_history=True,
        with_prices=True,
        ranked=False,
        notes=(LIST_PRICE_NOTE, BESIDE_NOTE),
    ),
    "free-share": Metric(
        lambda given, windows, q: free_shares(given.usage, windows, by=q.definition.by),
        fixed={"basis": "named"},
        ranked=False,
    ),
    "prices": Metric(
        _prices, with_prices=True, fixed={"basis": "named"}, ranked=False, notes=(LIST_PRICE_NOTE,)
    ),
    "price-ratio": Metric(
        _price_ratios,
        by_subject=False,
        with_prices=True,
        fixed={"basis": "named"},
        extra=("pair",),
        notes=(LIST_PRICE_NOTE,),
    ),
    "cheapest": Metric(
        lambda given, windows, q: cheapest_at(given.catalogue, given.history, windows, level=q.level),
        by_subject=False,
        with_prices=True,
        fixed={"by": "model", "variants": "apart"},
        extra=("level",),
        notes=(LIST_PRICE_NOTE, INDEX_NOTE),
    ),
    "price-index": Metric(
        lambda given, windows, _: price_index(given.usage, given.history, windows),
        by_subject=False,
        whole_history=True,
        with_prices=True,
        fixed={"basis": "named", "variants": "apart"},
        notes=(LIST_PRICE_NOTE,),
    ),
}  # fmt: skip
