"""Calls made under an account's daily budget: counted in the database, so that a restart does not forget."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, select

from schemas.errors import BudgetSpentError
from storage.asof import TABLES
from storage.engine import reading, writing

CALLS_A_DAY: Final = 500
"""Documented limit of the Data API for an account, all of its data sets together."""
_BUDGET: Final = TABLES["api_budget"]


def account_of(key: SecretStr) -> str:
    """Which account a key stands for, without telling the key: 12 hex digits of its SHA-256."""
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()[:12]


class DailyBudget:
    """The budget of the account behind a key; every call is counted before it is made.

    Counting commits by itself, outside of any other transaction: a call that fails is a call made.
    """

    def __init__(self, engine: Engine, key: SecretStr, calls_a_day: int = CALLS_A_DAY) -> None:
        self._engine = engine
        self._account = account_of(key)
        self._calls_a_day = calls_a_day

    def spend(self, now: datetime) -> int:
        """Count one call and return how many are left today.

        Raises:
            BudgetSpentError: none is left; `retry_at` is when the next one is.
        """
        with writing(self._engine) as connection:
            calls, spent_until = self._used(connection, now)
            if spent_until is not None and now < spent_until:
                raise _spent(spent_until)
            if calls >= self._calls_a_day:
                raise _spent(_next_midnight(now))
            self._store(connection, now, calls + 1, None)
        return self._calls_a_day - calls - 1

    def mark_spent(self, now: datetime, until: datetime | None = None) -> datetime:
        """Remember that the upstream itself said so; returns until when.

        That is the next UTC midnight, unless the upstream named a moment within the next day.
        """
        latest = now + timedelta(days=1)
        until = until if until is not None and now < until <= latest else _next_midnight(now)
        with writing(self._engine) as connection:
            calls, _ = self._used(connection, now)
            self._store(connection, now, calls, until)
        return until

    def left(self, now: datetime) -> int:
        """How many calls are left today."""
        with reading(self._engine) as connection:
            calls, spent_until = self._used(connection, now)
        closed = spent_until is not None and now < spent_until
        return 0 if closed else max(0, self._calls_a_day - calls)

    def _used(self, connection: Connection, now: datetime) -> tuple[int, datetime | None]:
        """Calls counted today, and until when the account is closed (also if yesterday's row says so)."""
        rows = connection.execute(
            select(_BUDGET.c.utc_day, _BUDGET.c.calls, _BUDGET.c.spent_until).where(
                _BUDGET.c.account == self._account
            )
        ).all()
        calls = next((row.calls for row in rows if row.utc_day == _utc_day(now)), 0)
        closed = [row.spent_until for row in rows if row.spent_until is not None]
        return calls, max(closed, default=None)

    def _store(self, connection: Connection, now: datetime, calls: int, until: datetime | None) -> None:
        key = (_BUDGET.c.account == self._account) & (_BUDGET.c.utc_day == _utc_day(now))
        values = {"calls": calls, "spent_until": until}
        if not connection.execute(_BUDGET.update().where(key).values(values)).rowcount:
            row = {"account": self._account, "utc_day": _utc_day(now), **values}
            connection.execute(_BUDGET.insert().values(row))


def _utc_day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _next_midnight(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def _spent(until: datetime) -> BudgetSpentError:
    return BudgetSpentError(
        f"The account's daily calls are used up until {until:%Y-%m-%dT%H:%MZ}; run again after that.", until
    )
