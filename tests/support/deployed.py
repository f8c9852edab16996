"""A real Prefect server on loopback with everything deployed, and workers that run it, each a host of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from flows.pacing import ACCOUNT_LIMIT
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream
from tests.support.processes import running, until
from tests.support.relay import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
RUN_SECONDS = 120
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Deployed:
    """A server with tokentide deployed; `env` is what every process of this installation is given."""

    api: str
    env: dict[str, str]
    upstream: SampleUpstream
    folder: Path
    logs: list[Path] = field(default_factory=list)

    def prefect(self, *words: str) -> str:
        """Run a Prefect command as the documentation says; fails with what it printed."""
        return self._command(["-m", "prefect", "--no-prompt", *words])

    def tokentide(self, *words: str, host: Sequence[str] = (), **env: str) -> str:
        """Run a command of ours with this server, on that host; fails with what it printed."""
        return self._command(["-c", "from flows.cli import main; main()", *words], host, **env)

    def _command(self, words: list[str], host: Sequence[str] = (), **env: str) -> str:
        done = subprocess.run(
            [*host, sys.executable, *words],
            cwd=ROOT,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def worker(self, name: str, host: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
        """A worker that takes one run at a time, with a home and a Prefect home of its own, on that host."""
        home = self.folder / name
        home.mkdir()
        own = {"TOKENTIDE_HOME": str(home / "home"), "PREFECT_HOME": str(home / "prefect")}
        words = ["prefect", "worker", "start", "--pool", "tokentide", "--name", name, "--limit", "1"]
        self.logs.append(home / "worker.log")
        with running(words, env={**self.env, **own}, cwd=home, log=self.logs[-1], host=host) as process:
            yield process

    def ask(self, path: str, **body: Any) -> Any:
        """Ask the server's API."""
        return httpx.post(f"{self.api}/{path}", json=body, timeout=30).raise_for_status().json()

    def said(self) -> str:
        """What server and workers logged, for a failing test."""
        return "\n".join(log.read_text(errors="replace")[-4000:] for log in self.logs)

    def finished(self, flow_run_id: str) -> dict[str, Any]:
        """The flow run once it has ended, however it ended."""

        def look() -> dict[str, Any] | None:
            found = httpx.get(f"{self.api}/flow_runs/{flow_run_id}", timeout=30).json()
            return found if found["state"]["type"] in ENDED else None

        return until(look, seconds=RUN_SECONDS, said=self.said)

    def start(self, deployment: str, **parameters: str) -> str:
        """Run a deployment as a person would; the number of the flow run."""
        words = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
        printed = self.prefect("deployment", "run", deployment, *words)
        found = re.search(r"UUID: ([0-9a-f-]{36})", printed)
        assert found, printed
        return found[1]

    def trigger(self, deployment: str, **parameters: str) -> dict[str, Any]:
        """Run a deployment and wait for its end."""
        return self.finished(self.start(deployment, **parameters))

    def tasks_of(self, flow_run: dict[str, Any]) -> dict[str, str]:
        """The state name of each task of a flow run, by the task's name."""
        runs = self.ask("task_runs/filter", flow_runs={"id": {"any_": [flow_run["id"]]}})
        return {run["name"].rsplit("-", 1)[0]: run["state"]["name"] for run in runs}


@contextmanager
def deployed_on_loopback(folder: Path, upstream: SampleUpstream, **env: str) -> Iterator[Deployed]:
    """Start a server and deploy everything in prefect.yaml, as docs/deploy.md says; ends it afterwards."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    here = Deployed(
        api,
        {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT")},
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "TOKENTIDE_ROOT": str(ROOT),
            "TOKENTIDE_HOME": str(folder / "nobody"),
            "TOKENTIDE_REFERENCE": str(REFERENCE),
            "OPENROUTER_BASE_URL": upstream.base_url,
            "SLACK_WEBHOOK_URL": upstream.webhook_url,
            **env,
        },
        upstream,
        folder,
        [folder / "server.log"],
    )
    server = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(server, env=here.env, cwd=folder, log=here.logs[0]):
        until(lambda: _healthy(api), seconds=START_SECONDS, said=here.said)
        here.prefect("work-pool", "create", "tokentide", "--type", "process")
        here.prefect("gcl", "create", ACCOUNT_LIMIT, "--limit", "30", "--slot-decay-per-second", "0.5")
        here.prefect("deploy", "--all")
        yield here


def _healthy(api: str) -> bool | None:
    try:
        return json.loads(httpx.get(f"{api}/health", timeout=2).text) or None
    except httpx.HTTPError:
        return None
