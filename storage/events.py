"""The ledger of alert events: since when each rule may speak, and which facts were seen, told or retracted."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, func, select

from schemas.alerts import Direction, Disposition, FactStatus, NewFact, Recorded
from schemas.errors import AsOfError
from schemas.windows import Window, WindowKind
from storage.asof import TABLES

_RULE = TABLES["alert_rule"]
_EVENT = TABLES["alert_event"]
_CHANGE = TABLES["alert_change"]


_CHANGED = ("status", "disposition", "revision", "changed_at")
"""What of a fact can change."""


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """What a ledger is kept of: a rule in one of its meanings, and one of its subjects."""

    rule: str
    meaning: str
    subject: str


def refuse_going_back(connection: Connection, as_of: datetime) -> None:
    """Refuse to judge as of a moment before the newest one that rules were judged at.

    Raises:
        AsOfError: the ledger would hold facts from the future of this run.
    """
    newest = last_evaluated(connection)
    if newest is not None and as_of < newest:
        raise AsOfError(
            f"Rules were last judged as of {newest:%Y-%m-%dT%H:%M:%SZ}, which is after {as_of:%Y-%m-%dT%H:%M:%SZ}; "
            "check the clock or give a later --as-of."
        )


def last_evaluated(connection: Connection) -> datetime | None:
    """The newest as-of at which any rule was judged; `None` in a new database."""
    newest: datetime | None = connection.execute(
        select(func.max(_RULE.c.evaluated_at, type_=_RULE.c.evaluated_at.type))
    ).scalar()
    return newest


def evaluate(connection: Connection, rule: str, meaning: str, as_of: datetime) -> datetime:
    """Note that a rule is judged as of `as_of`; returns since when it may speak in this meaning."""
    key = (_RULE.c.rule == rule) & (_RULE.c.meaning == meaning)
    active_from: datetime | None = connection.execute(select(_RULE.c.active_from).where(key)).scalar()
    if active_from is None:
        row = {"rule": rule, "meaning": meaning, "active_from": as_of, "evaluated_at": as_of}
        connection.execute(_RULE.insert().values(row))
        return as_of
    connection.execute(_RULE.update().where(key).values(evaluated_at=as_of))
    return active_from


def read_ledger(connection: Connection, key: LedgerKey) -> list[Recorded]:
    """Every fact recorded under `key`, in the order in which they last changed."""
    rows = connection.execute(
        select(_EVENT)
        .where(_EVENT.c.rule == key.rule, _EVENT.c.meaning == key.meaning, _EVENT.c.subject == key.subject)
        .order_by(_EVENT.c.changed_at, _EVENT.c.revision, _EVENT.c.id)
    )
    return [_recorded(row) for row in rows.mappings()]


def read_subjects(connection: Connection, rule: str, meaning: str) -> list[str]:
    """The subjects of which facts are recorded for a rule in this meaning, in order of their names."""
    rows = connection.execute(
        select(_EVENT.c.subject)
        .where(_EVENT.c.rule == rule, _EVENT.c.meaning == meaning)
        .distinct()
        .order_by(_EVENT.c.subject)
    )
    return list(rows.scalars())


def newest_opening(connection: Connection, key: LedgerKey) -> int | None:
    """The event that opened the newest episode of a state; `None` if it never was open."""
    query = (
        select(_EVENT.c.id)
        .where(_EVENT.c.rule == key.rule, _EVENT.c.meaning == key.meaning, _EVENT.c.subject == key.subject)
        .where(_EVENT.c.direction == Direction.OPEN)
        .order_by(_EVENT.c.changed_at.desc(), _EVENT.c.id.desc())
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar()
    return found


def record(connection: Connection, key: LedgerKey, fact: NewFact, as_of: datetime) -> int:
    """Insert a fact that was never seen before; returns its id."""
    detail = {"headline": fact.headline, "opposite": _days(fact.opposite), **fact.detail}
    row = {
        "rule": key.rule,
        "meaning": key.meaning,
        "subject": key.subject,
        "window_kind": str(fact.window.kind),
        "window_start": fact.window.start.isoformat(),
        "window_end": fact.window.end.isoformat(),
        "direction": fact.direction,
        "status": FactStatus.ACTIVE,
        "disposition": fact.disposition,
        "revision": 1,
        "detail": json.dumps(detail, sort_keys=True),
        "first_known_at": as_of,
        "changed_at": as_of,
    }
    inserted: int = connection.execute(_EVENT.insert().values(row).returning(_EVENT.c.id)).scalar_one()
    change = {name: row[name] for name in _CHANGED} | {"event_id": inserted, "reason": "new"}
    connection.execute(_CHANGE.insert().values(change))
    return inserted


def revise(
    connection: Connection,
    fact: Recorded,
    status: FactStatus,
    disposition: Disposition,
    as_of: datetime,
    reason: str,
) -> int:
    """Write a new revision of a recorded fact: retracted, or active again; returns its number.

    What the fact was before stays in `alert_change`, so that an earlier standpoint sees it.
    """
    now = {
        "status": status,
        "disposition": disposition,
        "revision": fact.revision + 1,
        "changed_at": as_of,
    }
    connection.execute(_EVENT.update().where(_EVENT.c.id == fact.id).values(now))
    connection.execute(_CHANGE.insert().values({**now, "event_id": fact.id, "reason": reason}))
    return fact.revision + 1


def _recorded(row: RowMapping) -> Recorded:
    detail = json.loads(row["detail"])
    start, _, end = detail["opposite"].partition("..")
    window = window_of(row)
    return Recorded(
        id=row["id"],
        window=window,
        direction=Direction(row["direction"]),
        status=FactStatus(row["status"]),
        disposition=Disposition(row["disposition"]),
        revision=row["revision"],
        opposite=Window(window.kind, date.fromisoformat(start), date.fromisoformat(end)),
        headline=detail["headline"],
    )


def window_of(row: RowMapping) -> Window:
    """The window of a row of the ledger."""
    start, end = date.fromisoformat(row["window_start"]), date.fromisoformat(row["window_end"])
    return Window(WindowKind.parse(row["window_kind"]), start, end)


def _days(window: Window) -> str:
    return f"{window.start}..{window.end}"
