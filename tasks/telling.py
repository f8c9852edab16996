"""The judge and deliver steps: what the rules say about a run's figures, and what becomes of the messages."""

import time
from random import SystemRandom

from schemas.rule_models import CrossingRule, LeadRule
from schemas.summary import Told
from storage.engine import writing
from storage.rules import load_rules
from tasks.alerts.deliver import Delivered, deliver
from tasks.alerts.judge import judge
from tasks.alerts.series import Evidence
from tasks.alerts.slack import webhooks
from tasks.measuring import Measured
from tasks.run import RunContext


def judge_rules(run: RunContext, measured: Measured, notify: bool) -> list[Told]:
    """Judge every enabled rule on what is known now; events and messages are written in one transaction.

    Returns:
        What happened to facts in this run, newest knowledge only; judging the same again gives nothing.

    Raises:
        ReviewedDataError: the rules cannot be read.
        AsOfError: rules were already judged as of a later moment.
    """
    known = measured.reading
    rules = load_rules(run.settings.reference)
    kinds = {
        rule.measure.kind for rule in rules if rule.enabled and isinstance(rule, CrossingRule | LeadRule)
    }
    complete = [window for kind in kinds for window in known.cover(kind).complete]
    evidence = Evidence(known.usage, complete, known.newest_day, known.citation, known.made)
    with writing(run.engine) as connection:
        judged = judge(connection, rules, evidence, as_of=run.clock(), notify=notify)
    return [
        Told(
            rule=each.rule.id,
            text=post.message.headline,
            fate="due" if notify and post.change.told else "recorded",
        )
        for each in judged
        for post in each.posts
    ]


def deliver_due(run: RunContext) -> Delivered:
    """Send what is due to the destinations that have an address; the rest stays due and is listed."""
    return deliver(
        run.engine,
        webhooks(run.settings, run.clock),
        clock=run.clock,
        sleep=time.sleep,
        random=SystemRandom(),
    )
