"""The daily budget of calls outlives the process that counts."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from schemas.errors import BudgetSpentError
from schemas.settings import Settings
from storage.asof import TABLES
from storage.budget import DailyBudget, account_of
from storage.engine import open_database, reading

KEY = SecretStr("sk-or-v1-made")
EVENING = datetime(2026, 6, 1, 23, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 2, tzinfo=UTC)


def test_every_call_is_counted(engine: Engine) -> None:
    """Spending says how many calls are left."""
    budget = DailyBudget(engine, KEY, calls_a_day=3)
    assert [budget.spend(EVENING) for _ in range(2)] == [2, 1]
    assert budget.left(EVENING) == 1


def test_a_spent_budget_asks_nothing_until_midnight(engine: Engine) -> None:
    """The error says when there is one again, and the next UTC day has a whole one."""
    budget = DailyBudget(engine, KEY, calls_a_day=1)
    budget.spend(EVENING)
    with pytest.raises(BudgetSpentError, match="used up until 2026-06-02T00:00Z") as caught:
        budget.spend(EVENING)
    assert caught.value.retry_at == MIDNIGHT
    assert budget.spend(MIDNIGHT) == 0


def test_a_restart_does_not_forget(engine: Engine, settings: Settings) -> None:
    """Another process goes on counting where this one stopped."""
    DailyBudget(engine, KEY, calls_a_day=3).spend(EVENING)
    another = open_database(settings)
    assert DailyBudget(another, KEY, calls_a_day=3).left(EVENING) == 2
    another.dispose()


def test_what_the_upstream_says_counts_more(engine: Engine) -> None:
    """A budget that other programs of the account used up is closed, over midnight if it says so."""
    budget = DailyBudget(engine, KEY)
    until = MIDNIGHT + timedelta(hours=3)
    assert budget.mark_spent(EVENING, until) == until
    with pytest.raises(BudgetSpentError) as caught:
        budget.spend(MIDNIGHT)
    assert caught.value.retry_at == until
    assert budget.left(MIDNIGHT) == 0
    assert budget.spend(until) == 499


@pytest.mark.parametrize("hours", [-5, 0, 10_000, None])
def test_a_moment_that_cannot_be_meant_is_midnight(engine: Engine, hours: int | None) -> None:
    """A past or far moment, or none, closes the account until the next UTC day."""
    until = None if hours is None else EVENING + timedelta(hours=hours)
    assert DailyBudget(engine, KEY).mark_spent(EVENING, until) == MIDNIGHT


def test_accounts_do_not_share(engine: Engine) -> None:
    """Another key has a budget of its own."""
    DailyBudget(engine, KEY, calls_a_day=1).spend(EVENING)
    assert DailyBudget(engine, SecretStr("another"), calls_a_day=1).left(EVENING) == 1


def test_the_key_is_not_in_the_database(engine: Engine) -> None:
    """Only a fingerprint of it is."""
    DailyBudget(engine, KEY).spend(EVENING)
    with reading(engine) as connection:
        accounts = connection.execute(select(TABLES["api_budget"].c.account)).scalars().all()
    assert accounts == [account_of(KEY)]
    assert KEY.get_secret_value() not in accounts[0]
    assert len(accounts[0]) == 12
