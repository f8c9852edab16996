"""The ledger as of a moment: each fact as it stood then, whatever became of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage.engine import reading, writing
from storage.event_history import read_alerts
from storage.leases import Fate, claim, finish
from tasks.alerts.judge import judge
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing

HOUR = timedelta(hours=1)


@pytest.fixture
def edited(engine: Engine) -> list[datetime]:
    """A crossing that is found, edited away, found again, and moved to the week before; when each was seen."""
    looks = [settled(2), *(settled(3) + n * HOUR for n in range(4))]
    vintages = [[45, 45], [45, 45, 51], [45, 45, 49], [45, 45, 51], [45, 51, 51]]
    for moment, shares in zip(looks, vintages, strict=True):
        with writing(engine) as connection:
            judge(connection, [crossing()], evidence(shares), as_of=moment)
    return looks


def standing(engine: Engine, standpoint: datetime) -> list[tuple[str, str, str]]:
    """Window, status and disposition of each fact that the standpoint knows."""
    with reading(engine) as connection:
        return read_alerts(connection, standpoint).select("window", "status", "disposition").rows()


def test_each_standpoint_sees_the_fact_as_it_stood(engine: Engine, edited: list[datetime]) -> None:
    """Not seen, active, retracted, active again, and retracted for the week before."""
    assert [standing(engine, moment) for moment in edited] == [
        [],
        [("2026-W22", "active", "notify")],
        [("2026-W22", "retracted", "notify")],
        [("2026-W22", "active", "notify")],
        [("2026-W22", "retracted", "notify"), ("2026-W21", "active", "restated")],
    ]


def test_between_two_changes_the_earlier_one_holds(engine: Engine, edited: list[datetime]) -> None:
    """A change counts from its own moment on, not a second before."""
    assert standing(engine, edited[2] - timedelta(seconds=1)) == [("2026-W22", "active", "notify")]


def test_a_message_counts_from_when_it_was_sent(engine: Engine, edited: list[datetime]) -> None:
    """`delivered` is what had been sent by then; today's deliveries are not in an earlier standpoint."""
    sent_at = edited[-1] + HOUR
    with writing(engine) as connection:
        while (delivery := claim(connection, ["news"], sent_at)) is not None:
            assert finish(connection, delivery, Fate.SENT, sent_at, due_at=sent_at)
    with reading(engine) as connection:
        before = read_alerts(connection, sent_at - timedelta(seconds=1))["delivered"].sum()
        after = read_alerts(connection, sent_at)["delivered"].sum()
    assert (before, after) == (0, 4)
