"""Evidence from a reading: everything that rules are judged on, as one standpoint knows it."""

from collections.abc import Collection, Iterable
from typing import Final

import polars as pl
from sqlalchemy import Connection

from schemas.frames import Restatements
from schemas.rule_models import CrossingRule, LeadRule
from schemas.rules import Entry
from schemas.windows import WindowKind
from storage.observations import read_restatements
from tasks.alerts.figures import restated_days
from tasks.alerts.series import Evidence
from tasks.reading import Reading

WEEK: Final = WindowKind("week")


def gather(
    connection: Connection, known: Reading, kinds: Collection[WindowKind], report_url: str | None
) -> Evidence:
    """The evidence of one standpoint, for rules that look at windows of these kinds.

    Args:
        connection: the view that `known` was read in, or a later one.
        known: the reading of the whole history.
        kinds: see `kinds_watched`.
        report_url: the configured address of a report.
    """
    channels = [str(key.channel) for key in known.headline.series]
    changes = read_restatements(connection, known.as_of).filter(pl.col("channel").is_in(channels))
    weeks = known.cover(WEEK)
    complete = [window for kind in {*kinds, WEEK} for window in known.cover(kind).complete]
    return Evidence(
        usage=known.usage,
        complete=complete,
        newest_day=known.newest_day,
        citation=known.citation,
        made=known.made,
        report_url=report_url,
        incomplete=weeks.incomplete,
        restated=restated_days(Restatements.validate(changes), known.usage),
    )


def kinds_watched(rules: Iterable[Entry]) -> set[WindowKind]:
    """The kinds of windows that rules on figures look at."""
    return {rule.measure.kind for rule in rules if isinstance(rule, CrossingRule | LeadRule)}
