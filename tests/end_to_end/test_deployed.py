"""A real Prefect server and worker on loopback: deployed, triggered, scheduled, seen to the last task."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.sample import made
from flows.sample.server import serving
from schemas.settings import Settings, load_settings
from storage.engine import open_database, reading
from tasks.reading import read
from tests.support.deployed import RUN_SECONDS, Deployed, deployed_on_loopback
from tests.support.processes import until


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A server with everything deployed, and one worker."""
    folder = tmp_path_factory.mktemp("deployed")
    with (
        serving(made.VINTAGES[0]) as upstream,
        deployed_on_loopback(folder, upstream) as here,
        here.worker("only"),
    ):
        yield here


def test_a_triggered_run_goes_from_the_upstream_to_slack(deployed: Deployed) -> None:
    """Deployed weekly runs record rows, end every task Completed, and bring one crossing to Slack."""
    schedule = ("deployment", "schedule", "create", "deliver-alerts/deliver", "--cron", "* * * * *")
    deployed.prefect(*schedule)  # looked at by the next test: it takes up to a minute to come due
    for snapshot in made.VINTAGES[:4]:
        deployed.upstream.today = snapshot
        run = deployed.trigger("weekly-rankings/weekly", as_of=made.looked_at(snapshot).isoformat())
        assert run["state"]["name"] == "Completed", deployed.said()

    steps = {"fetch", "normalize", "catalogue", "measure", "judge", "deliver"}
    assert deployed.tasks_of(run) == dict.fromkeys(steps, "Completed")
    assert run["name"] == "weekly 2026-W29"
    told = [message["text"].split("\n")[0] for message in deployed.upstream.messages]
    assert sum("carried 50.2 % of OpenRouter's tokens" in line for line in told) == 1
    assert _recorded_rows(deployed) > 1000
    artifacts = deployed.ask("artifacts/filter", artifacts={"key": {"any_": ["week-shares"]}})
    assert any("2026-W29" in artifact["description"] for artifact in artifacts)


def test_the_scheduler_really_makes_runs(deployed: Deployed) -> None:
    """A schedule of once a minute creates a run by itself, and the worker picks it up and ends it."""

    def look() -> dict[str, Any] | None:
        runs = deployed.ask(
            "flow_runs/filter",
            flows={"name": {"any_": ["deliver-alerts"]}},
            flow_runs={"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}},
        )
        return next((run for run in runs if run["auto_scheduled"]), None)

    run = until(look, seconds=RUN_SECONDS, said=deployed.said)
    assert run["name"].startswith("deliver ")
    assert deployed.tasks_of(run) == {"deliver": "Completed"}, deployed.said()


def test_a_failing_task_shows_as_failed(deployed: Deployed) -> None:
    """A run without an upstream ends Failed with its fetch, and still judges and delivers."""
    deployed.upstream.today = made.FIRST_DAY  # nothing is published as of then
    run = deployed.trigger("weekly-rankings/weekly", as_of="2026-07-30T03:00:00+00:00")

    assert run["state"]["type"] == "FAILED"
    tasks = deployed.tasks_of(run)
    assert tasks["fetch"] == "Failed"
    assert {tasks[name] for name in ("measure", "judge", "deliver")} == {"Completed"}


def _recorded_rows(deployed: Deployed) -> int:
    settings = Settings(TOKENTIDE_HOME=deployed.folder / "only" / "home")
    engine = open_database(settings)
    with reading(engine) as connection:
        known = read(connection, load_settings(), datetime(2026, 7, 24, tzinfo=UTC))
    engine.dispose()
    return known.usage.height
