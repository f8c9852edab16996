"""What the figures are computed from that need more than the rankings: catalogue, reviewed weights, other sources."""

from collections.abc import Callable, Mapping
from typing import Final

import dataframely as dy
import polars as pl

from schemas.gateway_frames import Crosscheck
from schemas.list_frames import AppRanks
from schemas.model_frames import OpenWeightShares, Quality
from schemas.price_frames import WeightedPrices
from schemas.rule_forms import APPS
from schemas.rule_models import CrossingRule
from schemas.windows import WEEK, Window
from tasks.alerts.app_figures import app_figures
from tasks.alerts.evidence import Given
from tasks.alerts.figures import Figures
from tasks.alerts.held import Ends, held
from tasks.alerts.model_figures import (
    best_index_figures,
    index_of_use_figures,
    open_part_figures,
    open_weight_figures,
)
from tasks.alerts.price_figures import (
    change_figures,
    cheapest_figures,
    dollar_figures,
    index_figures,
    list_price_figures,
    ratio_figures,
    weighted_figures,
)
from tasks.alerts.reading_figures import (
    derivative_figures,
    derivative_growth_figures,
    derivative_share_figures,
    difference_figures,
    gateway_figures,
    gateway_lead_figures,
    task_figures,
)
from tasks.metrics.apps import app_ranks
from tasks.metrics.cheapest import cheapest_at
from tasks.metrics.crosscheck import crosscheck
from tasks.metrics.derivatives import derivatives
from tasks.metrics.leads import leads
from tasks.metrics.open_weights import open_weight_shares, weigh
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import priced
from tasks.metrics.quality import offered, quality
from tasks.metrics.shares import shares
from tasks.metrics.task_shares import task_shares
from tasks.metrics.weighted import weighted_prices

_PAIR: Final = ("CN", "US")


def _weighted(rule: CrossingRule, given: Given) -> dy.DataFrame[WeightedPrices]:
    definition = rule.measure.definition
    usage = priced(given.usage, given.known.prices)
    return weighted_prices(usage, given.windows, by=definition.by, variants=definition.variants)


def _weighted_figures(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return weighted_figures(_weighted(rule, given), rule.least_coverage)


def _open_weights(rule: CrossingRule, given: Given) -> dy.DataFrame[OpenWeightShares]:
    beside = given.known.beside
    if beside.as_of is None:
        raise ValueError(f"rule '{rule.id}' looks at open weights, of which nothing was gathered")
    weighed = weigh(given.usage, beside.weights, as_of=beside.as_of)
    return open_weight_shares(weighed, given.windows, definition=rule.measure.definition)


def _quality(rule: CrossingRule, given: Given) -> dy.DataFrame[Quality]:
    catalogue, attribute = given.known.beside.catalogue, given.known.beside.attribute
    if attribute is None:
        raise ValueError(f"rule '{rule.id}' looks at benchmark indices, of which nothing was gathered")
    definition = rule.measure.definition
    return quality(
        given.usage,
        attribute(offered(catalogue, given.windows)),
        catalogue,
        given.windows,
        by=definition.by,
        variants=definition.variants,
    )


def _cheapest(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    level = float(rule.measure.level or 0)
    return cheapest_figures(
        cheapest_at(given.known.beside.catalogue, given.known.prices, given.windows, level=level)
    )


def _weeks_of(days: pl.Series) -> list[Window]:
    """The ISO weeks from the first of some days to the last one."""
    if days.is_empty():
        return []
    ordered = days.sort()
    return WEEK.covering(ordered[0], ordered[-1])


def _derivatives(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    beside = given.known.beside
    weeks = _weeks_of(beside.readings["read_on"])
    counted = derivatives(beside.repositories, beside.readings, weeks, by=rule.measure.by)
    if rule.metric == "derivative_growth":
        return derivative_growth_figures(counted)
    if rule.metric == "derivative_share":
        return derivative_share_figures(counted, derivatives(beside.repositories, beside.readings, weeks))
    return derivative_figures(counted, rule.measure.part or "derivatives")


def _apps(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    lists = given.known.beside.apps
    weeks = [week for week in _weeks_of(lists["window_start"]) if _has(lists, week)]
    ranked: dy.DataFrame[AppRanks] = app_ranks(lists, weeks)
    understood = lists.filter(set_apart=0).select("window_start", "window_end").unique().rows()
    return app_figures(ranked, rule.metric, understood)


def _has(lists: pl.DataFrame, week: Window) -> bool:
    return not lists.filter(window_start=week.start, window_end=week.end).is_empty()


def _tasks(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    """Of each ISO week the newest reading that ends in it: seven days that were published together."""
    measure = rule.measure
    found = task_figures(task_shares(given.known.beside.tagged, by=measure.definition.by), measure.tag or "")
    weeks = {}
    for (_, end), figures in sorted(found.items(), key=lambda reading: reading[0][1]):
        week = WEEK.containing(end)
        weeks[week.start, week.end] = figures
    return weeks


def _both_routers(rule: CrossingRule, given: Given) -> dy.DataFrame[Crosscheck]:
    a, b = pair = rule.pair if rule.form.about == "two" else _PAIR
    return crosscheck(
        shares(given.usage, given.windows),
        leads(given.usage, given.windows, a=a, b=b),
        given.known.beside.gateway,
        given.windows,
        pair=pair,
    )


BESIDE: Final[Mapping[str, Callable[[CrossingRule, Given], dict[Ends, Figures]]]] = {
    "open_weight_share": lambda rule, given: open_weight_figures(
        _open_weights(rule, given), held(given.usage, given.windows, rule.measure.definition)
    ),
    "open_weight_part": lambda rule, given: open_part_figures(
        _open_weights(rule, given), held(given.usage, given.windows, rule.measure.definition)
    ),
    "weighted_index": lambda rule, given: index_of_use_figures(_quality(rule, given), rule.least_coverage),
    "best_index": lambda rule, given: best_index_figures(_quality(rule, given)),
    "price": lambda rule, given: list_price_figures(
        given.known.prices, given.windows, rule.measure.part, rule.measure.variants
    ),
    "weighted_price": _weighted_figures,
    "dollar_share": lambda rule, given: dollar_figures(_weighted(rule, given), rule.least_coverage),
    "price_ratio": lambda rule, given: ratio_figures(
        _weighted_figures(rule, given), rule.subject, *rule.pair
    ),
    "price_index": lambda rule, given: index_figures(
        price_index(given.usage, given.known.prices, given.windows), rule.least_coverage
    ),
    "price_change": lambda rule, given: change_figures(
        given.usage, given.known.prices, given.windows, rule.measure.definition.basis
    ),
    "cheapest_at": _cheapest,
    **dict.fromkeys(("derivatives", "derivative_share", "derivative_growth"), _derivatives),
    **dict.fromkeys(APPS, _apps),
    "task_share": _tasks,
    "gateway_share": lambda rule, given: gateway_figures(_both_routers(rule, given), rule.measure.part),
    "gateway_lead": lambda rule, given: gateway_lead_figures(
        _both_routers(rule, given), rule.subject, *rule.pair
    ),
    "router_difference": lambda rule, given: difference_figures(_both_routers(rule, given)),
}
"""How each of these metrics is computed."""
