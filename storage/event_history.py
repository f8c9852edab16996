"""The ledger of alert events as any standpoint saw it."""

import json
from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import Connection, func, select

from storage.asof import TABLES, newest_words
from storage.events import window_of

_EVENT: Final = TABLES["alert_event"]
_CHANGE: Final = TABLES["alert_change"]
_OUTBOX: Final = TABLES["outbox_message"]

ALERTS_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "rule": pl.String,
    "subject": pl.String,
    "window": pl.String,
    "direction": pl.String,
    "status": pl.String,
    "disposition": pl.String,
    "delivered": pl.Int64,
    "headline": pl.String,
    "first_known_at": pl.Datetime("us", "UTC"),
    "changed_at": pl.Datetime("us", "UTC"),
}


def read_alerts(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """The facts first seen by `standpoint`, newest window first, each as it stood then.

    Columns rule, subject, window (2026-W25), direction (UP, DOWN, open, close), status (active, retracted),
    disposition (notify, restated, historical, muted, silenced), headline (String); delivered (Int64, messages
    sent by then); first_known_at, changed_at (Datetime, UTC).
    """
    then = newest_words(_CHANGE, lambda row: row.c.changed_at <= standpoint).subquery()
    sent = (
        select(func.count())
        .where(_OUTBOX.c.event_id == _EVENT.c.id, _OUTBOX.c.state == "sent", _OUTBOX.c.sent_at <= standpoint)
        .scalar_subquery()
    )
    fixed = [column for column in _EVENT.c if column.name not in then.c]
    rows = connection.execute(
        select(*fixed, then.c.status, then.c.disposition, then.c.changed_at, sent.label("delivered"))
        .join(then, then.c.event_id == _EVENT.c.id)
        .order_by(_EVENT.c.window_end.desc(), _EVENT.c.rule, _EVENT.c.subject, _EVENT.c.id.desc())
    ).mappings()
    alerts = [
        {**row, "window": str(window_of(row)), "headline": json.loads(row["detail"])["headline"]}
        for row in rows
    ]
    return pl.DataFrame(
        [{name: alert[name] for name in ALERTS_SCHEMA} for alert in alerts], schema=ALERTS_SCHEMA
    )
