"""What `show` can show: every metric by its name, and how it is computed."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.citation import BESIDE_NOTE, CENSORED_NOTE, INDEX_NOTE, LIST_PRICE_NOTE, WEIGHTS_NOTE
from schemas.frames import Leads
from schemas.model_frames import OpenWeightShares, Quality
from schemas.price_frames import WeightedPrices
from schemas.windows import Window
from tasks.metrics.cheapest import cheapest_at
from tasks.metrics.concentration import concentration, hhi
from tasks.metrics.contributions import contributions
from tasks.metrics.free import free_shares
from tasks.metrics.growth import growth, totals
from tasks.metrics.leads import crossings, leads
from tasks.metrics.open_weights import open_weight_shares, weigh
from tasks.metrics.peaks import peaks
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import priced
from tasks.metrics.quality import offered, quality
from tasks.metrics.ranks import exits, ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.weighted import price_ratios, weighted_prices
from tasks.questions import Given, Metric, Question


def _leads(given: Given, windows: Sequence[Window], asked: Question) -> dy.DataFrame[Leads]:
    (a, b), definition = asked.pair, asked.definition
    return leads(given.usage, windows, a=a, b=b, basis=definition.basis, variants=definition.variants)


def _growth(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    by, variants = asked.definition.by, asked.definition.variants
    return growth(given.usage, windows, by=by, variants=variants, over=asked.over)


def _prices(given: Given, windows: Sequence[Window], asked: Question) -> dy.DataFrame[WeightedPrices]:
    definition = asked.definition
    usage = priced(given.usage, given.history)
    return weighted_prices(usage, windows, by=definition.by, variants=definition.variants)


def _price_ratios(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    a, b = asked.pair
    return price_ratios(_prices(given, windows, asked), a=a, b=b)


def _concentration(given: Given, windows: Sequence[Window], asked: Question) -> pl.DataFrame:
    return concentration(given.usage, windows, n=asked.top, definition=asked.definition)


def _open_weights(given: Given, windows: Sequence[Window], asked: Question) -> dy.DataFrame[OpenWeightShares]:
    weighed = weigh(given.usage, given.open_weights, as_of=given.as_of)
    return open_weight_shares(weighed, windows, definition=asked.definition)


def _quality(given: Given, windows: Sequence[Window], asked: Question) -> dy.DataFrame[Quality]:
    offer = given.attribute(offered(given.catalogue, windows))
    by, variants = asked.definition.by, asked.definition.variants
    return quality(given.usage, offer, given.catalogue, windows, by=by, variants=variants)


METRICS: Final[dict[str, Metric]] = {
    "shares": Metric(lambda given, windows, q: shares(given.usage, windows, definition=q.definition)),
    "buckets": Metric(
        lambda given, windows, _: buckets(given.usage, windows),
        by_subject=False,
        fixed={"by": "bucket", "basis": "all", "variants": "merged"},
    ),
    "leads": Metric(_leads, by_subject=False, fixed={"by": "origin"}, extra=("pair",)),
    "crossings": Metric(
        lambda given, windows, q: crossings(_leads(given, windows, q)),
        by_subject=False,
        whole_history=True,
        fixed={"by": "origin"},
        extra=("pair",),
    ),
    "growth": Metric(_growth, whole_history=True, fixed={"basis": "all"}, extra=("over",)),
    "totals": Metric(
        lambda given, windows, q: totals(given.usage, windows, over=q.over),
        by_subject=False,
        whole_history=True,
        fixed={"by": "total", "basis": "all", "variants": "merged"},
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
        fixed={"basis": "all"},
    ),
    "exits": Metric(
        lambda given, windows, q: exits(
            given.usage, windows, by=q.definition.by, variants=q.definition.variants
        ),
        whole_history=True,
        fixed={"basis": "all"},
        ranked=False,
        notes=(CENSORED_NOTE,),
    ),
    "concentration": Metric(_concentration, by_subject=False, extra=("top",)),
    "hhi": Metric(
        lambda given, windows, q: hhi(given.usage, windows, definition=q.definition), by_subject=False
    ),
    "contributions": Metric(
        lambda given, windows, q: contributions(
            given.usage, given.history, windows, definition=q.definition, over=q.over
        ),
        whole_history=True,
        with_prices=True,
        extra=("over",),
        ranked=False,
        notes=(LIST_PRICE_NOTE, BESIDE_NOTE),
    ),
    "free-share": Metric(
        lambda given, windows, q: free_shares(given.usage, windows, by=q.definition.by),
        fixed={"basis": "named", "variants": "merged"},
        ranked=False,
    ),
    "open-weights": Metric(_open_weights, with_weights=True, ranked=False, notes=(WEIGHTS_NOTE,)),
    "quality": Metric(
        _quality,
        with_prices=True,
        with_index=True,
        of_slices=False,
        fixed={"basis": "named"},
        ranked=False,
        notes=(INDEX_NOTE,),
    ),
    "prices": Metric(
        _prices,
        with_prices=True,
        of_slices=False,
        fixed={"basis": "named"},
        ranked=False,
        notes=(LIST_PRICE_NOTE,),
    ),
    "price-ratio": Metric(
        _price_ratios,
        by_subject=False,
        with_prices=True,
        of_slices=False,
        fixed={"basis": "named"},
        extra=("pair",),
        notes=(LIST_PRICE_NOTE,),
    ),
    "cheapest": Metric(
        lambda given, windows, q: cheapest_at(given.catalogue, given.history, windows, level=q.level),
        by_subject=False,
        with_prices=True,
        with_index=True,
        of_slices=False,
        fixed={"by": "model", "basis": "listed entries", "variants": "apart"},
        extra=("level",),
        notes=(LIST_PRICE_NOTE, INDEX_NOTE),
    ),
    "price-index": Metric(
        lambda given, windows, _: price_index(given.usage, given.history, windows),
        by_subject=False,
        whole_history=True,
        with_prices=True,
        of_slices=False,
        fixed={"by": "model", "basis": "named", "variants": "apart"},
        notes=(LIST_PRICE_NOTE,),
    ),
}  # fmt: skip
