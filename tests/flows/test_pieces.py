"""Slices and spans as runs of their own: submitted once, made up for, and gone on with on the next day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.objects import FlowRun, State

from flows.backfill import backfill
from flows.pacing import ACCOUNT_LIMIT
from flows.pieces import BUDGET_SPENT
from flows.sample import made
from flows.sample.server import SampleUpstream
from flows.weekly_slices import weekly_slices
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary
from storage.budget import DailyBudget
from storage.engine import open_database

NOW = made.looked_at(made.VINTAGES[-1])
SLICES = ["category=programming", "category=marketing/seo"]
Runs = Callable[[], list[FlowRun]]


@pytest.fixture
def deployed(prefect_server: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """A server with the deployment of pieces and the limit of the account; gives what was submitted, oldest first."""
    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(client.create_flow(backfill), name="piece")
        of_pieces = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
        limit = GlobalConcurrencyLimitCreate(name=ACCOUNT_LIMIT, limit=30, slot_decay_per_second=10)
        client.create_global_concurrency_limit(limit)

        def submitted() -> list[FlowRun]:
            runs = client.read_flow_runs(flow_run_filter=of_pieces)
            return sorted(runs, key=lambda run: run.created or NOW)

        yield submitted
        client.delete_global_concurrency_limit_by_name(ACCOUNT_LIMIT)
        client.delete_deployment(deployment)


@pytest.fixture
def call(settings: SampleSettings, upstream: SampleUpstream) -> Callable[..., State[RunSummary]]:
    """Run a flow at the end of the sample's time; gives its final state."""
    upstream.today = made.VINTAGES[-1]

    def run(flow: Callable[..., Any], *, keyed: bool = True, **asked: Any) -> State[RunSummary]:
        used = settings if keyed else settings.model_copy(update={"openrouter_api_key": None})
        with using(used):
            state: State[RunSummary] = flow(**{"as_of": NOW, **asked}, return_state=True)
        return state

    return run


def summary_of(state: State[RunSummary]) -> RunSummary:
    """What a run found out."""
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


def test_each_slice_is_a_run_of_its_own(
    deployed: Runs, call: Callable[..., State[RunSummary]], upstream: SampleUpstream
) -> None:
    """The newest settled weeks of each are submitted; the run itself asks for nothing."""
    state = call(weekly_slices, slices=SLICES)

    asked = [run.parameters for run in deployed()]
    span = {"start": "2026-08-31", "end": "2026-09-27", "again": False, "as_of": NOW.isoformat()}
    assert asked == [{**span, "slices": [text]} for text in SLICES]
    assert (state.name, state.message) == ("Completed", "2 to do, each submitted as a run of its own.")
    assert upstream.requests == []


def test_what_is_recorded_is_not_submitted_again(
    deployed: Runs, call: Callable[..., State[RunSummary]]
) -> None:
    """A run that is started again submits only what is missing, and nothing once all of it is there."""
    call(weekly_slices, slices=SLICES)
    first, second = deployed()
    call(backfill, **first.parameters)
    call(weekly_slices, slices=SLICES)
    again = deployed()[2:]
    call(backfill, **again[0].parameters)
    state = call(weekly_slices, slices=SLICES)

    assert [run.parameters for run in again] == [second.parameters]
    assert len(deployed()) == 3
    assert (state.message or "").startswith("0 to do")


def test_two_runs_of_the_same_piece_record_it_once(
    deployed: Runs, call: Callable[..., State[RunSummary]], upstream: SampleUpstream
) -> None:
    """Whatever was submitted twice is asked for once."""
    call(weekly_slices, slices=SLICES[:1])
    (piece,) = deployed()
    rows = [summary_of(call(backfill, **piece.parameters)).rows.added for _ in range(2)]

    assert rows[0] > rows[1] == 0
    assert len(upstream.requests) == 1


def test_spans_of_a_long_backfill_are_runs_too(
    deployed: Runs, call: Callable[..., State[RunSummary]], upstream: SampleUpstream
) -> None:
    """With `fan_out` each call of at most 366 days is submitted, of the headline as of slices."""
    call(backfill, start=date(2025, 1, 1), end=date(2026, 9, 20), fan_out=True)
    call(backfill, start=date(2026, 6, 1), end=date(2026, 6, 7), slices=SLICES, fan_out=True)

    spans = [(run.parameters["start"], run.parameters["end"]) for run in deployed()]
    assert spans == [
        ("2025-01-01", "2026-01-01"),
        ("2026-01-02", "2026-09-20"),
        *[("2026-06-01", "2026-06-07")] * 2,
    ]
    assert upstream.requests == []


def test_without_the_shared_limit_nothing_is_submitted(
    deployed: Runs, call: Callable[..., State[RunSummary]]
) -> None:
    """Prefect ignores a limit that is missing, so its absence is refused, with the command that makes it."""
    with get_client(sync_client=True) as client:
        client.delete_global_concurrency_limit_by_name(ACCOUNT_LIMIT)
        summary = summary_of(call(weekly_slices, slices=SLICES))
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=ACCOUNT_LIMIT, limit=1))

    assert "prefect gcl create openrouter-account --limit 30" in summary.errors[0]
    assert deployed() == []


def test_without_a_key_nothing_fails(deployed: Runs, call: Callable[..., State[RunSummary]]) -> None:
    """Whoever has no key is told so, and no alarm goes off: the deployment is there for everybody."""
    state = call(weekly_slices, slices=SLICES, keyed=False)
    assert (state.name, state.message) == (
        "Completed",
        "OPENROUTER_API_KEY is not set, so no slice was asked for.",
    )


def test_a_slice_that_upstream_does_not_have_is_refused(
    deployed: Runs, call: Callable[..., State[RunSummary]]
) -> None:
    """Before anything is submitted."""
    summary = summary_of(call(weekly_slices, slices=[*SLICES, "category=coding"]))
    assert summary.exit_status is ExitStatus.USAGE
    assert deployed() == []


def test_a_spent_budget_goes_on_the_next_day(
    deployed: Runs,
    call: Callable[..., State[RunSummary]],
    settings: SampleSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a deployment the rest is scheduled for the account's next day, and the state says so."""
    call(weekly_slices, slices=SLICES[:1])
    (piece,) = deployed()
    _spend_all(settings)
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", str(piece.deployment_id))

    state = call(backfill, **piece.parameters)

    rest = deployed()[1]
    midnight = datetime.combine(NOW.date() + timedelta(days=1), datetime.min.time(), UTC)
    assert rest.state
    assert rest.state.state_details.scheduled_time == midnight + timedelta(minutes=5)
    assert {name: rest.parameters[name] for name in piece.parameters} == piece.parameters
    assert (state.name, state.is_completed()) == (BUDGET_SPENT, True)
    assert f"as run {rest.name}" in (state.message or "")


def test_by_hand_a_spent_budget_is_an_error(
    deployed: Runs, call: Callable[..., State[RunSummary]], settings: SampleSettings
) -> None:
    """Nobody would run the rest, so the run fails and says when it can be run again."""
    _spend_all(settings)
    state = call(backfill, start=date(2026, 9, 1), end=date(2026, 9, 7), slices=SLICES)
    assert state.is_failed()
    assert "used up until 2026-10-02T00:00Z" in (state.message or "")


def _spend_all(settings: SampleSettings) -> None:
    engine = open_database(settings)
    assert settings.openrouter_api_key
    DailyBudget(engine, settings.openrouter_api_key).mark_spent(NOW)
    engine.dispose()
