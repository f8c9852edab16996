"""A real Prefect server and worker on loopback: deployed, triggered, scheduled, seen to the last task."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream, serving
from schemas.settings import Settings, load_settings
from storage.engine import open_database, reading
from tasks.reading import read
from tests.support.processes import running, until

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
RUN_SECONDS = 120


@dataclass
class Deployed:
    """A server with tokentide deployed and a worker beside it."""

    api: str
    env: dict[str, str]
    upstream: SampleUpstream
    logs: list[Path] = field(default_factory=list)

    def prefect(self, *words: str) -> str:
        """Run a Prefect command as the documentation says; fails with what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, path: str, **body: Any) -> Any:
        """Ask the server's API."""
        return httpx.post(f"{self.api}/{path}", json=body, timeout=30).raise_for_status().json()

    def said(self) -> str:
        """What server and worker logged, for a failing test."""
        return "\n".join(log.read_text(errors="replace")[-4000:] for log in self.logs)

    def finished(self, flow_run_id: str) -> dict[str, Any]:
        """The flow run once it has ended, however it ended."""

        def look() -> dict[str, Any] | None:
            found = httpx.get(f"{self.api}/flow_runs/{flow_run_id}", timeout=30).json()
            return (
                found if found["state"]["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None
            )

        return until(look, seconds=RUN_SECONDS, said=self.said)

    def trigger(self, deployment: str, **parameters: str) -> dict[str, Any]:
        """Run a deployment as a person would, and wait for its end."""
        words = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
        printed = self.prefect("deployment", "run", deployment, *words)
        found = re.search(r"UUID: ([0-9a-f-]{36})", printed)
        assert found, printed
        return self.finished(found[1])

    def tasks_of(self, flow_run: dict[str, Any]) -> dict[str, str]:
        """The state name of each task of a flow run, by the task's name."""
        runs = self.ask("task_runs/filter", flow_runs={"id": {"any_": [flow_run["id"]]}})
        return {run["name"].rsplit("-", 1)[0]: run["state"]["name"] for run in runs}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Start a server and a worker, and deploy everything in prefect.yaml, as docs/deploy.md says."""
    folder = tmp_path_factory.mktemp("deployed")
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    with serving(made.VINTAGES[0]) as upstream:
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT")},
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "TOKENTIDE_ROOT": str(ROOT),
            "TOKENTIDE_HOME": str(folder / "home"),
            "TOKENTIDE_REFERENCE": str(REFERENCE),
            "OPENROUTER_BASE_URL": upstream.base_url,
            "SLACK_WEBHOOK_URL": upstream.webhook_url,
        }
        here = Deployed(api, env, upstream, [folder / "server.log", folder / "worker.log"])
        server = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        worker = ["prefect", "worker", "start", "--pool", "tokentide", "--name", "only"]
        with running(server, env=env, cwd=folder, log=here.logs[0]):
            until(lambda: _healthy(api), seconds=START_SECONDS, said=here.logs[0].read_text)
            here.prefect("work-pool", "create", "tokentide", "--type", "process")
            here.prefect("deploy", "--all")
            with running(worker, env=env, cwd=folder, log=here.logs[1]):
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
    settings = Settings(TOKENTIDE_HOME=deployed.env["TOKENTIDE_HOME"])
    engine = open_database(settings)
    with reading(engine) as connection:
        known = read(connection, load_settings(), datetime(2026, 7, 24, tzinfo=UTC))
    engine.dispose()
    return known.usage.height


def _healthy(api: str) -> bool | None:
    try:
        return json.loads(httpx.get(f"{api}/health", timeout=2).text) or None
    except httpx.HTTPError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
