"""The judge and deliver steps: what the rules say about a run's figures, and what becomes of the messages."""

import time
from random import SystemRandom

from schemas.rule_entries import DigestRule
from schemas.rule_models import Rule
from schemas.summary import Told
from storage.engine import reading, writing
from storage.rules import load_rules
from tasks.alerts.deliver import Delivered, deliver
from tasks.alerts.gathering import gather
from tasks.alerts.judge import announce_week, judge
from tasks.alerts.slack import senders
from tasks.measuring import Measured
from tasks.run import RunContext


def judge_rules(run: RunContext, measured: Measured, notify: bool) -> list[Told]:
    """Judge every enabled rule on what is known now; events and messages are written in one transaction.

    The digest of the week that the run is about becomes due in the same one, unless it was before.

    Returns:
        What happened to facts in this run, newest knowledge only; judging the same again gives nothing.

    Raises:
        ReviewedDataError: the rules cannot be read.
        AsOfError: rules were already judged as of a later moment.
    """
    entries = load_rules(run.settings.reference)
    rules = [entry for entry in entries if isinstance(entry, Rule)]
    with reading(run.engine) as connection:
        evidence = gather(
            connection,
            measured.reading,
            [entry for entry in entries if entry.enabled],
            run.settings,
        )
    with writing(run.engine) as connection:
        judged = judge(connection, rules, evidence, as_of=run.clock(), notify=notify)
        for entry in entries if notify else ():
            if isinstance(entry, DigestRule):
                announce_week(connection, entry, evidence, measured.focus, as_of=run.clock())
    return [
        Told(
            rule=each.rule.id,
            text=post.message.headline,
            fate="due" if post.change.told and post.silence_id is None else "recorded",
        )
        for each in judged
        for post in each.posts
    ]


def deliver_due(run: RunContext) -> Delivered:
    """Send what is due to the destinations that have an address; the rest stays due and is listed."""
    return deliver(
        run.engine,
        senders(run.settings, run.clock),
        clock=run.clock,
        sleep=time.sleep,
        random=SystemRandom(),
    )
