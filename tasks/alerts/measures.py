"""What each metric of a rule is computed from: the one place where rules and metrics meet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import dataframely as dy

from schemas.definitions import Basis
from schemas.frames import AttributedUsage
from schemas.price_frames import PriceHistory
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window
from tasks.alerts.figures import Ends, Figures, lead_figures, rank_figures, share_figures, top_figures
from tasks.alerts.market_figures import free_figures, growth_figures, hhi_figures
from tasks.alerts.price_figures import change_figures, index_figures, ratio_figures, weighted_figures
from tasks.metrics.concentration import concentration
from tasks.metrics.free import free_shares, without_free
from tasks.metrics.leads import leads
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import priced
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.weighted import weighted_prices


@dataclass(frozen=True, slots=True)
class Given:
    """What a figure is computed from: usage as the rule counts it, list prices, and the whole windows."""

    usage: dy.DataFrame[AttributedUsage]
    history: dy.DataFrame[PriceHistory]
    windows: list[Window]


def figures_of(
    rule: CrossingRule | LeadRule,
    usage: dy.DataFrame[AttributedUsage],
    history: dy.DataFrame[PriceHistory],
    windows: Sequence[Window],
) -> dict[Ends, Figures]:
    """The figures that `rule` looks at, by (window_start, window_end), in its unit.

    Args:
        usage: the whole headline series.
        history: what is known of list prices; empty where no rule asks for them.
        windows: those received as a whole, of the rule's kind.
    """
    given = Given(usage_of(rule, usage), history, list(windows))
    return _lead(rule, given) if isinstance(rule, LeadRule) else _FIGURES[rule.metric](rule, given)


def usage_of(
    rule: CrossingRule | LeadRule, usage: dy.DataFrame[AttributedUsage]
) -> dy.DataFrame[AttributedUsage]:
    """The usage that a rule counts: all of it, or without free variants."""
    return without_free(usage) if rule.measure.without_free else usage


def _lead(rule: LeadRule, given: Given) -> dict[Ends, Figures]:
    a, b = rule.pair
    basis = Basis.parse(rule.measure.basis)
    return lead_figures(leads(given.usage, given.windows, a=a, b=b, basis=basis), rule.subject)


def _share(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return share_figures(shares(given.usage, given.windows, definition=rule.measure.definition))


def _rank(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    measure = rule.measure
    return rank_figures(
        ranks(given.usage, given.windows, by=measure.by, variants=measure.variants), given.usage
    )


def _top(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    largest = concentration(given.usage, given.windows, n=rule.top, definition=rule.measure.definition)
    return top_figures(largest, buckets(given.usage, given.windows), rule.subject)


def _growth(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    of = shares(given.usage, given.windows, definition=rule.measure.definition)
    return growth_figures(of, given.windows)


def _hhi(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return hhi_figures(shares(given.usage, given.windows, definition=rule.measure.definition))


def _free(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return free_figures(free_shares(given.usage, given.windows, by=rule.measure.by))


def _weighted(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    usage = priced(given.usage, given.history)
    of = weighted_prices(usage, given.windows, by=rule.measure.by, variants=rule.measure.variants)
    return weighted_figures(of, rule.least_coverage)


def _ratio(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return ratio_figures(_weighted(rule, given), rule.subject, *rule.pair)


def _index(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return index_figures(price_index(given.usage, given.history, given.windows), rule.least_coverage)


def _price_change(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return change_figures(given.usage, given.history, given.windows, rule.measure.definition.basis)


_FIGURES: Final[Mapping[str, Callable[[CrossingRule, Given], dict[Ends, Figures]]]] = {
    "share": _share,
    "drawdown": _share,
    "rank": _rank,
    "top_share": _top,
    "growth": _growth,
    "hhi": _hhi,
    "free_share": _free,
    "weighted_price": _weighted,
    "price_ratio": _ratio,
    "price_index": _index,
    "price_change": _price_change,
}
