"""Keyed calls of all workers share one rate."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

from flows.backfill import backfill
from flows.pacing import ACCOUNT_LIMIT
from flows.sample import made
from flows.sample.server import SampleUpstream
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary

Taken = Callable[[], int]


@pytest.fixture
def taken(prefect_server: None) -> Iterator[Taken]:
    """The limit of the account, of which a slot comes back after an hour; gives how many are taken."""
    limit = GlobalConcurrencyLimitCreate(name=ACCOUNT_LIMIT, limit=30, slot_decay_per_second=1 / 3600)
    with get_client(sync_client=True) as client:
        client.create_global_concurrency_limit(limit)
        yield lambda: client.read_global_concurrency_limit_by_name(ACCOUNT_LIMIT).active_slots
        client.delete_global_concurrency_limit_by_name(ACCOUNT_LIMIT)


def _backfill(settings: SampleSettings) -> RunSummary:
    with using(settings):
        state = backfill(date(2026, 6, 1), date(2026, 6, 7), return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


def test_a_keyed_call_takes_a_slot_of_the_account(
    taken: Taken, settings: SampleSettings, upstream: SampleUpstream
) -> None:
    """A backfill through the Data API waits its turn once for each span."""
    upstream.today = made.VINTAGES[-1]
    assert _backfill(settings).rows.added > 0
    assert taken() == 1


def test_the_limit_is_made_as_the_page_says() -> None:
    """The command that makes the limit names the one that is asked for, at the upstream's rate."""
    page = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert f"prefect gcl create {ACCOUNT_LIMIT} --limit 30 --slot-decay-per-second 0.5\n" in page


def test_keyless_exports_take_none(taken: Taken, settings: SampleSettings, upstream: SampleUpstream) -> None:
    """What costs the account nothing does not wait for it."""
    upstream.today = made.VINTAGES[-1]
    _backfill(settings.model_copy(update={"openrouter_api_key": None}))
    assert taken() == 0
