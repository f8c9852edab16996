"""What each metric of a rule is computed from: the one place where rules and metrics meet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import dataframely as dy

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.move_frames import Contributions
from schemas.price_frames import ALL, PriceHistory
from schemas.rule_models import CrossingRule, LeadRule
from tasks.alerts.beside_measures import BESIDE
from tasks.alerts.evidence import Evidence, Given
from tasks.alerts.figures import (
    Figures,
    bucket_figures,
    lead_figures,
    share_figures,
    token_figures,
    top_figures,
)
from tasks.alerts.held import Ends, Held, held, nobodys
from tasks.alerts.market_figures import (
    contribution_figures,
    free_figures,
    growth_figures,
    hhi_figures,
    like_for_like_figures,
)
from tasks.alerts.place_figures import rank_change_figures, rank_figures
from tasks.metrics.contributions import contributions
from tasks.metrics.free import free_shares, without_free
from tasks.metrics.leads import leads
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets


def figures_of(rule: CrossingRule | LeadRule, evidence: Evidence) -> dict[Ends, Figures]:
    """The figures that `rule` looks at, by (window_start, window_end), in its unit."""
    given = Given(usage_of(rule, evidence.usage), evidence.windows_of(rule), evidence)
    return _lead(rule, given) if isinstance(rule, LeadRule) else _FIGURES[rule.metric](rule, given)


def usage_of(
    rule: CrossingRule | LeadRule, usage: dy.DataFrame[AttributedUsage]
) -> dy.DataFrame[AttributedUsage]:
    """The usage that a rule counts: all of it, or without free variants."""
    return without_free(usage) if rule.measure.without_free else usage


def _held(rule: CrossingRule, given: Given) -> dict[Ends, Held]:
    return held(given.usage, given.windows, rule.measure.definition)


def _lead(rule: LeadRule, given: Given) -> dict[Ends, Figures]:
    a, b = rule.pair
    definition = rule.measure.definition
    frame = leads(given.usage, given.windows, a=a, b=b, basis=definition.basis, variants=definition.variants)
    return lead_figures(frame, rule.subject, nobodys(given.usage, given.windows))


def _rank(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    of = rule.measure.definition
    frame = ranks(given.usage, given.windows, by=of.by, variants=of.variants)
    return rank_figures(frame, given.usage, of.by, nobodys(given.usage, given.windows))


def _growth(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    measure = rule.measure
    if not measure.like_for_like:
        return growth_figures(_held(rule, given), given.windows, over=measure.over)
    # Whatever has a name is compared where everything is meant, also what is nobody's.
    of_all = replace(measure.definition, by="model")
    return like_for_like_figures(
        _contributions(rule, given, of_all if rule.subject == ALL else measure.definition)
    )


def _contributions(rule: CrossingRule, given: Given, definition: Definition) -> dy.DataFrame[Contributions]:
    no_prices = PriceHistory.validate(PriceHistory.create_empty())
    return contributions(given.usage, no_prices, given.windows, definition=definition, over=rule.measure.over)


def _contribution(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    definition, measure = rule.measure.definition, rule.measure
    return contribution_figures(
        _contributions(rule, given, definition),
        _held(rule, given),
        given.windows,
        measure.of or "",
        over=measure.over,
    )


def _share(rule: CrossingRule, given: Given) -> dict[Ends, Figures]:
    return share_figures(_held(rule, given))


_FIGURES: Final[Mapping[str, Callable[[CrossingRule, Given], dict[Ends, Figures]]]] = {
    "tokens": lambda rule, given: token_figures(_held(rule, given)),
    "share": _share,
    "bucket_share": lambda _, given: bucket_figures(buckets(given.usage, given.windows)),
    "drawdown": _share,
    "drawdown_relative": _share,
    "peak": _share,
    "rank": _rank,
    "rank_change": lambda rule, given: rank_change_figures(_rank(rule, given), given.windows),
    "top_share": lambda rule, given: top_figures(_held(rule, given), rule.top, rule.subject),
    "growth": _growth,
    "hhi": lambda rule, given: hhi_figures(_held(rule, given)),
    "contribution": _contribution,
    "free_share": lambda rule, given: free_figures(
        free_shares(given.usage, given.windows, by=rule.measure.definition.by)
    ),
    **BESIDE,
}
