"""Evidence from a reading: everything that rules are judged on, as one standpoint knows it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl
from sqlalchemy import Connection

from schemas.published_frames import Restatements
from schemas.rule_entries import DigestRule
from schemas.rule_forms import Source
from schemas.rule_models import CrossingRule, LeadRule, Rule
from schemas.rules import Entry
from schemas.settings import Settings
from schemas.windows import WEEK, WindowKind
from storage.observations import read_restatements
from storage.prices import read_prices
from tasks.alerts.evidence import Beside, Evidence
from tasks.alerts.figures import restated_days
from tasks.reading import Reading


def gather(connection: Connection, known: Reading, rules: Sequence[Entry], settings: Settings) -> Evidence:
    """The evidence of one standpoint, for these rules: the windows, and whatever else, that they look at.

    Args:
        connection: the view that `known` was read in, or a later one.
        known: the reading of the whole history.
        rules: those that will be judged.
        settings: where a report is to be read, and where reviewed files are laid over the shipped ones.

    Raises:
        ReviewedDataError: a reviewed file that a rule rests on cannot be read.
    """
    channels = [str(key.channel) for key in known.headline.series]
    changes = read_restatements(connection, known.as_of).filter(pl.col("channel").is_in(channels))
    weeks = known.cover(WEEK)
    complete = [window for kind in {*_kinds(rules), WEEK} for window in known.cover(kind).complete]
    asked = {source for rule in rules for source in _reads(rule)}
    if "prices" in asked and known.prices is None:
        known = replace(known, prices=read_prices(connection, known.as_of))
    return Evidence(
        usage=known.usage,
        complete=complete,
        newest_day=known.newest_day,
        citation=known.citation,
        made=known.made,
        report_url=settings.report_url,
        incomplete=weeks.incomplete,
        restated=restated_days(Restatements.validate(changes), known.usage),
        prices=known.price_history,
        beside=_beside(connection, known, settings, asked),
    )


def _kinds(rules: Iterable[Entry]) -> set[WindowKind]:
    """The kinds of windows that rules on figures look at."""
    return {rule.measure.kind for rule in rules if isinstance(rule, CrossingRule | LeadRule)}


def _reads(rule: Entry) -> tuple[Source, ...]:
    """What a rule is judged on besides the rankings; the digest speaks of prices."""
    if isinstance(rule, Rule):
        return rule.reads
    return ("prices",) if isinstance(rule, DigestRule) else ()


def _beside(connection: Connection, known: Reading, settings: Settings, asked: set[Source]) -> Beside:
    if not asked:
        return Beside()
    from tasks.alerts.gathering_beside import gather_beside

    return gather_beside(connection, known, settings, asked)
