"""Judging: fold every rule over the present vintage, reconcile with the ledger, and make messages due.

Events and messages are written in the one transaction of the caller: there is no moment in which a fact is
recorded and its message is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.alerts import Direction, Disposition, Message
from schemas.rule_entries import DigestRule
from schemas.rule_models import ConditionRule, CrossingRule, LeadRule, Rule
from schemas.windows import WEEK, Window, last_settled
from storage.events import (
    LedgerKey,
    evaluate,
    last_evaluated,
    read_ledger,
    read_subjects,
    refuse_going_back,
)
from storage.outbox import enqueue
from storage.silences import Silence, active_silences, silence_of
from tasks.alerts.conditions import looks
from tasks.alerts.detector import State, condition
from tasks.alerts.digest import weekly_digest
from tasks.alerts.evidence import Evidence
from tasks.alerts.ledger import Change, Kind, Standpoint, reconcile, reconcile_condition
from tasks.alerts.messages import Credits, Told, change_in_series, condition_change, introduction
from tasks.alerts.posts import Post, make_due, write_change
from tasks.alerts.series import series_by_subject, turns_of
from tasks.alerts.standings import of_condition, of_series
from tasks.alerts.threshold import Threshold

A_RESTATEMENT: Final = "recorded days, or who is behind a model, were restated"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run found out about one rule.

    Attributes:
        state: where the rule stands: `unknown`, `clear` or `firing` (for any of its subjects).
        standing: the same in words, with the newest figure.
        posts: what happened to its facts; only those that are `told` make a message.
    """

    rule: Rule
    state: State
    standing: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What judging one rule needs besides the rule."""

    connection: Connection
    evidence: Evidence
    now: Standpoint
    credits: Credits
    silences: Sequence[Silence]


def judge(
    connection: Connection,
    rules: Iterable[Rule],
    evidence: Evidence,
    *,
    as_of: datetime,
    notify: bool = True,
    cause: str = A_RESTATEMENT,
) -> list[Judged]:
    """Judge every enabled rule, write what changed into the ledger, and make the messages about it due.

    The first evaluation in a database posts once what is watched and where it stands. Judging the same
    evidence again changes nothing.

    Args:
        connection: the transaction that holds events and messages together.
        rules: the reviewed rules; those that are not enabled are left alone.
        evidence: the present vintage of the whole series.
        as_of: the moment of judging (aware UTC); a window is looked at once it has settled by then.
        notify: `False` records facts without making messages.
        cause: what changed recorded history, for the one message that replaces many corrections.

    Raises:
        AsOfError: rules were already judged as of a later moment.
    """
    refuse_going_back(connection, as_of)
    is_first = last_evaluated(connection) is None
    credits_ = Credits(evidence.citation, evidence.made, evidence.report_url)
    silences = active_silences(connection, as_of)
    judged = []
    for rule in rules:
        if rule.enabled:
            active_from = evaluate(connection, rule.id, rule.meaning, as_of)
            now = Standpoint(as_of, active_from, notify)
            judged.append(_judge(rule, _Sitting(connection, evidence, now, credits_, silences)))
    if is_first and notify:
        _introduce(connection, judged, credits_, as_of)
    make_due(connection, [post for each in judged for post in each.posts], cause, credits_, as_of)
    return judged


def announce_week(
    connection: Connection, digest: DigestRule, evidence: Evidence, week: Window, *, as_of: datetime
) -> None:
    """Make the digest of a settled week due, once for each week; nothing while the week has no figures."""
    if not digest.enabled or week not in evidence.complete or week.settles_at > as_of:
        return
    credits_ = Credits(evidence.citation, evidence.made, evidence.report_url)
    enqueue(
        connection,
        dedupe_key=f"{digest.id}|{week}",
        kind="weekly",
        destination=digest.destination,
        message=weekly_digest(digest, evidence, week, credits_, as_of=as_of),
        event_id=None,
        now=as_of,
        silence_id=silence_of(active_silences(connection, as_of), digest.id, str(week)),
    )


def _judge(rule: Rule, sitting: _Sitting) -> Judged:
    if isinstance(rule, ConditionRule):
        return _judge_condition(rule, sitting)
    if isinstance(rule, CrossingRule | LeadRule):
        return _judge_series(rule, sitting)
    raise TypeError(f"rule '{rule.id}' is of no kind that can be judged")


def _judge_series(rule: CrossingRule | LeadRule, sitting: _Sitting) -> Judged:
    now, evidence = sitting.now, sitting.evidence
    recorded = read_subjects(sitting.connection, rule.id, rule.meaning)
    every: list[Told] = []
    posts: list[Post] = []
    credits_ = replace(sitting.credits, citation=evidence.citation_of(rule))
    for subject, series in series_by_subject(rule, evidence, recorded, as_of=now.as_of).items():
        one = evidence.about(rule, subject)
        told = Told(one, series, turns_of(rule, series), evidence)
        every.append(told)
        key = LedgerKey(rule.id, rule.meaning, subject)
        ledger = read_ledger(sitting.connection, key)
        since = series[0][0] if series else None
        posts += [
            _write(one, key, change, change_in_series(told, change, credits_), sitting)
            for change in reconcile(told.folded.events, ledger, since=since, now=now)
        ]
    state, words = of_series(rule, every)
    return Judged(rule, state, words, tuple(posts))


def _judge_condition(rule: ConditionRule, sitting: _Sitting) -> Judged:
    now = sitting.now
    ledgers = {
        subject: read_ledger(sitting.connection, LedgerKey(rule.id, rule.meaning, subject))
        for subject in read_subjects(sitting.connection, rule.id, rule.meaning)
    }
    is_open = {subject for subject, rows in ledgers.items() if rows[-1].direction is Direction.OPEN}
    seen = looks(rule, sitting.evidence, is_open, as_of=now.as_of)
    posts = []
    for look in seen:
        direction = condition(look.interval, Threshold.of(rule), is_open=look.subject in is_open)
        if direction is None:
            continue
        is_open ^= {look.subject}
        ledger = ledgers.get(look.subject, [])
        change = reconcile_condition(direction, look.window, ledger, now=now)
        told = condition_change(rule, direction, look, sitting.credits)
        posts.append(_write(rule, LedgerKey(rule.id, rule.meaning, look.subject), change, told, sitting))
    state, words = of_condition(rule, seen, is_open)
    return Judged(rule, state, words, tuple(posts))


def _write(rule: Rule, key: LedgerKey, change: Change, told: tuple[str, Message], sitting: _Sitting) -> Post:
    """Write a change; one that a silence covers is recorded as silenced, and so is its message."""
    silence = silence_of(sitting.silences, key.rule, key.subject) if change.told else None
    if silence is not None and change.kind is Kind.NEW:
        change = replace(change, disposition=Disposition.SILENCED)
    return write_change(sitting.connection, rule, key, change, told, sitting.now.as_of, silence)


def _introduce(connection: Connection, judged: list[Judged], credits_: Credits, as_of: datetime) -> None:
    next_look = last_settled(WEEK, as_of).next().settles_at
    standings = [(each.rule, each.standing) for each in judged]
    enqueue(
        connection,
        dedupe_key="introduction",
        kind="introduction",
        destination="news",
        message=introduction(standings, next_look, credits_),
        event_id=None,
        now=as_of,
    )
