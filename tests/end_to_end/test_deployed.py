"""A real Prefect server and worker on loopback: deployed, triggered, scheduled, seen to the last task."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from flows.automation_file import read_entries
from flows.sample import made
from flows.sample.server import serving
from flows.secrets import block_of
from schemas.settings import Settings, load_settings
from storage.engine import open_database, reading
from tasks.reading import read
from tests.support.deployed import RUN_SECONDS, Deployed, deployed_on_loopback
from tests.support.processes import until
from tests.support.slack import SECRET_PATH, SlackServer, loopback_slack
from tests.support.upstream import Upstream, misbehaving, reply

SLICES = ["category=programming", "language_type=natural"]
PATIENCE_SECONDS = 10
"""How long the automations wait here for what they wait for hours elsewhere: the least that Prefect allows."""


@pytest.fixture(scope="module")
def check() -> Iterator[Upstream]:
    """A check outside that hears of deliveries."""
    with misbehaving(reply()) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, check: Upstream) -> Iterator[Deployed]:
    """A server with everything deployed, and one worker."""
    folder = tmp_path_factory.mktemp("deployed")
    with (
        serving(made.VINTAGES[0]) as upstream,
        deployed_on_loopback(folder, upstream, TOKENTIDE_PING_DELIVER_URL=f"{check.base_url}/check") as here,
        here.worker("only"),
    ):
        here.prefect("deployment", "schedule", "create", "deliver-alerts/deliver", "--cron", "* * * * *")
        yield here


@pytest.fixture(scope="module")
def alarms(deployed: Deployed) -> Iterator[SlackServer]:
    """A Slack that only the server knows, which posts to it by itself, after seconds instead of hours."""
    entries = read_entries()
    for entry in entries:
        if entry["trigger"]["posture"] == "Proactive" and "says" in entry:
            entry["trigger"]["within"] = PATIENCE_SECONDS
    file = deployed.folder / "automations.yaml"
    file.write_text(yaml.safe_dump(entries))
    with loopback_slack() as slack:
        for outcome in ("created", "updated"):
            said = deployed.tokentide(
                "automations", "apply", "--file", str(file), SLACK_FALLBACK_WEBHOOK_URL=slack.url
            )
            assert said.splitlines() == [f"{outcome} {entry['name']}" for entry in entries]
        yield slack


@pytest.fixture(scope="module")
def failed(deployed: Deployed, alarms: SlackServer) -> dict[str, Any]:
    """A weekly run without an upstream."""
    deployed.upstream.today = made.FIRST_DAY  # nothing is published as of then
    return deployed.trigger("weekly-rankings/weekly", as_of="2026-07-30T03:00:00+00:00")


@pytest.fixture
def account(deployed: Deployed) -> Iterator[None]:
    """A key of the upstream, in the block of the server that holds it."""
    with temporary_settings({PREFECT_API_URL: deployed.api}):
        Secret(value=SecretStr("sk-made")).save(block_of("openrouter_api_key"))
        yield
        Secret.delete(block_of("openrouter_api_key"))


def _heard(deployed: Deployed, alarms: SlackServer, words: str) -> str:
    """The first message with these words that the server posts, once it does."""

    def look() -> str | None:
        return next((text for text in alarms.headlines if words in text), None)

    return until(look, seconds=RUN_SECONDS, said=deployed.said)


def test_a_triggered_run_goes_from_the_upstream_to_slack(deployed: Deployed) -> None:
    """Deployed weekly runs record rows, end every task Completed, and bring one crossing to Slack."""
    for snapshot in made.VINTAGES[:4]:
        deployed.upstream.today = snapshot
        run = deployed.trigger("weekly-rankings/weekly", as_of=made.looked_at(snapshot).isoformat())
        assert run["state"]["name"] == "Completed", deployed.said()

    steps = {"fetch", "normalize", "catalogue", "measure", "points", "judge", "deliver"}
    assert deployed.tasks_of(run) == dict.fromkeys(steps, "Completed")
    assert run["name"] == "weekly 2026-W29"
    told = [message["text"].split("\n")[0] for message in deployed.upstream.slack.messages]
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


def test_a_scheduled_run_is_heard_of_outside(deployed: Deployed, check: Upstream) -> None:
    """The check of the deliver flow hears of its beginning and of its end."""

    def look() -> list[str] | None:
        return check.asked[:2] if len(check.asked) > 1 else None

    heard = until(look, seconds=RUN_SECONDS, said=deployed.said)
    assert heard == ["/api/v1/check/start", "/api/v1/check"]


def test_a_failing_task_shows_as_failed(deployed: Deployed, failed: dict[str, Any]) -> None:
    """A run without an upstream ends Failed with its fetch, and still judges and delivers."""
    assert failed["state"]["type"] == "FAILED"
    tasks = deployed.tasks_of(failed)
    assert tasks["fetch"] == "Failed"
    assert {tasks[name] for name in ("measure", "judge", "deliver")} == {"Completed"}


def test_the_server_itself_says_that_a_run_failed(
    deployed: Deployed, alarms: SlackServer, failed: dict[str, Any]
) -> None:
    """Past our outbox, with the reason, and without the address in the server's log."""
    said = _heard(deployed, alarms, "ended Failed")
    assert said.startswith("tokentide's run weekly 2026-W30 ended Failed: ")
    assert failed["state"]["message"][:40] in said
    assert not any("ended Failed" in message["text"] for message in deployed.upstream.slack.messages)
    assert SECRET_PATH not in deployed.said()


def test_the_server_itself_says_that_a_run_did_not_come(deployed: Deployed, alarms: SlackServer) -> None:
    """After one that went well the next daily run stays away for longer than it may."""
    deployed.upstream.today = made.VINTAGES[0]
    looked_at = made.looked_at(made.VINTAGES[0]).isoformat()
    assert deployed.trigger("daily-ingest/daily", as_of=looked_at)["state"]["type"] == "COMPLETED"
    assert "tokentide's daily run did not complete" in _heard(deployed, alarms, "daily run")


def test_slices_are_runs_of_their_own(deployed: Deployed, account: None) -> None:
    """The weekly job submits one for each slice, the worker does them, and a second one finds nothing left."""
    newest = made.VINTAGES[-1]
    deployed.upstream.today = newest
    asked = {"as_of": made.looked_at(newest).isoformat(), "weeks": "1", "slices": json.dumps(SLICES)}
    messages = [deployed.trigger("weekly-slices/slices", **asked)["state"]["message"]]
    pieces = deployed.ask("flow_runs/filter", deployments={"name": {"any_": ["piece"]}})
    done = [deployed.finished(piece["id"]) for piece in pieces]
    messages.append(deployed.trigger("weekly-slices/slices", **asked)["state"]["message"])

    assert {run["name"] for run in done} == {f"backfill {text} 2026-09-21..2026-09-27" for text in SLICES}
    assert [run["state"]["name"] for run in done] == ["Completed"] * 2, deployed.said()
    assert [message.split(",")[0] for message in messages] == ["2 to do", "0 to do"]


def _recorded_rows(deployed: Deployed) -> int:
    settings = Settings(TOKENTIDE_HOME=deployed.folder / "only" / "home")
    engine = open_database(settings)
    with reading(engine) as connection:
        known = read(connection, load_settings(), datetime(2026, 7, 24, tzinfo=UTC))
    engine.dispose()
    return known.usage.height
