"""Evidence from a reading: everything that rules are judged on, as one standpoint knows it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.price_frames import PriceHistory
from schemas.published_frames import Restatements
from schemas.rule_models import CrossingRule, DigestRule, LeadRule
from schemas.rules import Entry
from schemas.windows import WEEK, WindowKind
from storage.observations import read_restatements
from storage.prices import read_prices
from tasks.alerts.figures import restated_days
from tasks.alerts.series import Evidence, no_prices
from tasks.reading import Reading


def gather(
    connection: Connection, known: Reading, rules: Sequence[Entry], report_url: str | None
) -> Evidence:
    """The evidence of one standpoint, for these rules: the windows, and the prices, that they look at.

    Args:
        connection: the view that `known` was read in, or a later one.
        known: the reading of the whole history.
        rules: those that will be judged.
        report_url: the configured address of a report.
    """
    channels = [str(key.channel) for key in known.headline.series]
    changes = read_restatements(connection, known.as_of).filter(pl.col("channel").is_in(channels))
    weeks = known.cover(WEEK)
    complete = [window for kind in {*_kinds(rules), WEEK} for window in known.cover(kind).complete]
    return Evidence(
        usage=known.usage,
        complete=complete,
        newest_day=known.newest_day,
        citation=known.citation,
        made=known.made,
        report_url=report_url,
        incomplete=weeks.incomplete,
        restated=restated_days(Restatements.validate(changes), known.usage),
        prices=_prices(connection, known) if _on_prices(rules) else no_prices(),
    )


def _kinds(rules: Iterable[Entry]) -> set[WindowKind]:
    """The kinds of windows that rules on figures look at."""
    return {rule.measure.kind for rule in rules if isinstance(rule, CrossingRule | LeadRule)}


def _on_prices(rules: Iterable[Entry]) -> bool:
    """Whether one of them speaks of prices; the digest does."""
    return any(
        "prices" in rule.form.reads if isinstance(rule, CrossingRule) else isinstance(rule, DigestRule)
        for rule in rules
    )


def _prices(connection: Connection, known: Reading) -> dy.DataFrame[PriceHistory]:
    """The history of prices as known at the standpoint of the reading."""
    if known.prices is not None:
        return known.price_history
    return replace(known, prices=read_prices(connection, known.as_of)).price_history
