"""Judging: fold every rule over the present vintage, reconcile with the ledger, and make messages due.

Events and messages are written in the one transaction of the caller: there is no moment in which a fact is
recorded and its message is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.alerts import Direction
from schemas.rule_models import ConditionRule, CrossingRule, LeadRule, Rule
from schemas.windows import Window, WindowKind, last_settled
from storage.events import LedgerKey, evaluate, last_evaluated, read_ledger, refuse_going_back
from storage.outbox import enqueue
from tasks.alerts.detector import Folded, Point, State, condition, fold
from tasks.alerts.ledger import Standpoint, reconcile, reconcile_condition
from tasks.alerts.messages import Credits, change_in_series, condition_change, data_age_sentence, introduction
from tasks.alerts.posts import Post, make_due, write_change
from tasks.alerts.series import Evidence, age_hours, points
from tasks.alerts.threshold import Threshold
from tasks.alerts.wording import days_in_words, standing

A_RESTATEMENT: Final = "recorded days, or who is behind a model, were restated"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run found out about one rule.

    Attributes:
        state: where the rule stands: `unknown`, `clear` or `firing`.
        standing: the same in words, with the newest figure.
        posts: what happened to its facts; only those that are `told` make a message.
    """

    rule: Rule
    state: State
    standing: str
    posts: tuple[Post, ...]


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
    credits_ = Credits(evidence.citation, evidence.made)
    judged = []
    for rule in rules:
        if rule.enabled:
            active_from = evaluate(connection, rule.id, rule.meaning, as_of)
            judged.append(
                _judge(connection, rule, evidence, Standpoint(as_of, active_from, notify), credits_)
            )
    if is_first and notify:
        _introduce(connection, judged, credits_, as_of)
    make_due(connection, [post for each in judged for post in each.posts], cause, credits_, as_of)
    return judged


def _judge(
    connection: Connection, rule: Rule, evidence: Evidence, now: Standpoint, credits_: Credits
) -> Judged:
    if isinstance(rule, ConditionRule):
        return _judge_condition(connection, rule, evidence, now, credits_)
    if isinstance(rule, CrossingRule | LeadRule):
        return _judge_series(connection, rule, evidence, now, credits_)
    raise TypeError(f"rule '{rule.id}' is of no kind that can be judged")


def _judge_series(
    connection: Connection,
    rule: CrossingRule | LeadRule,
    evidence: Evidence,
    now: Standpoint,
    credits_: Credits,
) -> Judged:
    series = points(rule, evidence, as_of=now.as_of)
    looked_at = [
        (window, value.known() if value is not None and rule.judge == "known" else value)
        for window, value in series
    ]
    folded = fold(looked_at, Threshold.of(rule))
    key = LedgerKey(rule.id, rule.meaning, rule.subject_key)
    since = series[0][0] if series else None
    posts = [
        write_change(
            connection, rule, key, change, change_in_series(rule, change, folded, series, credits_), now.as_of
        )
        for change in reconcile(folded.events, read_ledger(connection, key), since=since, now=now)
    ]
    return Judged(rule, folded.state, _where_it_stands(rule, folded, series), tuple(posts))


def _judge_condition(
    connection: Connection, rule: ConditionRule, evidence: Evidence, now: Standpoint, credits_: Credits
) -> Judged:
    key = LedgerKey(rule.id, rule.meaning, rule.subject_key)
    ledger = read_ledger(connection, key)
    is_open = bool(ledger) and ledger[-1].direction is Direction.OPEN
    hours = age_hours(evidence.newest_day, as_of=now.as_of)
    if hours is None or evidence.newest_day is None:
        return Judged(rule, State.UNKNOWN, "no day was received yet", ())
    posts: list[Post] = []
    sentence = data_age_sentence(evidence.newest_day, hours)
    direction = condition(hours, Threshold.of(rule), is_open=is_open)
    if direction is not None:
        is_open = direction is Direction.OPEN
        day = Window(WindowKind("span"), evidence.newest_day, evidence.newest_day)
        change = reconcile_condition(direction, day, ledger, now=now)
        told = condition_change(rule, direction, sentence, credits_)
        posts.append(write_change(connection, rule, key, change, told, now.as_of))
    return Judged(
        rule,
        State.FIRING if is_open else State.CLEAR,
        f"{'yes' if is_open else 'no'}, {sentence}",
        tuple(posts),
    )


def _where_it_stands(rule: Rule, folded: Folded, series: list[Point]) -> str:
    known = [(window, value) for window, value in series if value is not None]
    if not known:
        return "no settled window was received whole yet"
    words = {State.FIRING: "yes", State.CLEAR: "no", State.UNKNOWN: "not decided"}
    window, value = known[-1]
    return f"{words[folded.state]}, {standing(rule, value)}, {days_in_words(window, year=True)}"


def _introduce(connection: Connection, judged: list[Judged], credits_: Credits, as_of: datetime) -> None:
    next_look = last_settled(WindowKind("week"), as_of).next().settles_at
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
