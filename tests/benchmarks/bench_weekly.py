"""What the weekly job costs by itself, and what it adds to Prefect.

    python -m tests.benchmarks.bench_weekly

First the pipeline's own work over two years of made rankings (51 rows a day): read, measure, judge. Then the
whole `weekly` on the sample's last vintage against an empty flow with as many tasks: with a running server,
and with the temporary one that Prefect starts where there is none; each in fresh processes, in turns.
"""

import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dataframely as dy
import httpx
import polars as pl

from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import serving
from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel
from schemas.settings import SampleSettings
from storage.engine import writing
from storage.observations import record_rankings
from tasks.measuring import measure
from tasks.run import RunContext, run_context
from tasks.telling import judge_rules
from tests.support.processes import running, until

FIRST = date(2024, 9, 30)
DAYS = 735
OWN_SECONDS = 1.0
ADDED_SECONDS = 2.0
ROUNDS = 3

EMPTY_FLOW = textwrap.dedent(
    """
    from prefect import flow, task
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    @task
    def step():
        pass

    @flow
    def empty():
        for _ in range(6):
            step()

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        empty()
    """
)
WEEKLY = "import sys; from flows.cli import main; main(sys.argv[1:])"


def two_years() -> dy.DataFrame[RankingRows]:
    """Rows of 735 days with 51 names: authors of the sample and of the shipped table among them."""
    names = ["deepseek", "openai", "qwen", "anthropic", "google", "z-ai", "mistralai", "new-dawn", "stealth"]
    slugs = [f"{names[n % len(names)]}/model-{n}" for n in range(50)] + ["other"]
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    rows = [
        (day, slug, 10**9 * (60 - place) * (100 + (number * (place % 7)) % 300))
        for number, day in enumerate(days)
        for place, slug in enumerate(slugs)
    ]
    return RankingRows.validate(pl.DataFrame(rows, schema=RankingRows.create_empty().schema, orient="row"))


def own_work(folder: Path) -> None:
    """Print what reading, measuring and judging two years take, best of three."""
    settings = SampleSettings(TOKENTIDE_HOME=folder / "own", TOKENTIDE_REFERENCE=REFERENCE)
    now = datetime.combine(FIRST + timedelta(days=DAYS + 3), datetime.min.time(), UTC)
    with run_context(settings, as_of=now) as run:
        _record(run, now)
        took: dict[str, list[float]] = {"read and measure": [], "judge": []}
        for _ in range(ROUNDS):
            began = time.perf_counter()
            measured = measure(run)
            took["read and measure"].append(time.perf_counter() - began)
            began = time.perf_counter()
            judge_rules(run, measured, False)
            took["judge"].append(time.perf_counter() - began)
    best = {name: min(each) for name, each in took.items()}
    for name, seconds in best.items():
        print(f"{name}: {seconds * 1000:.0f} ms")
    print(f"own work over two years: {sum(best.values()):.2f} s (promised {OWN_SECONDS:.0f} s)\n")


def _record(run: RunContext, now: datetime) -> None:
    rows = two_years()
    receipt = run.archive.keep(
        b"made",
        channel=Channel.API,
        url="http://127.0.0.1/made",
        asked=Asked(start=FIRST, end=FIRST + timedelta(days=DAYS - 1)),
        fetched_at=now,
        as_of=now,
        citation="MADE",
    )
    with writing(run.engine) as connection:
        record_rankings(connection, receipt, rows, QuarantinedRows.create_empty())


def added(folder: Path, env: dict[str, str], what: str) -> None:
    """Print what the whole command takes beyond an empty flow with as many tasks."""
    empty, weekly = [], []
    with serving(made.VINTAGES[-1]) as upstream:
        env = {
            **env,
            "TOKENTIDE_HOME": str(folder / what.replace(" ", "-")),
            "TOKENTIDE_REFERENCE": str(REFERENCE),
            "OPENROUTER_BASE_URL": upstream.base_url,
        }
        look = ["weekly", "--as-of", made.looked_at(made.VINTAGES[-1]).isoformat()]
        for _ in range(ROUNDS):
            empty.append(_seconds(["-c", EMPTY_FLOW], env))
            weekly.append(_seconds(["-c", WEEKLY, *look], env))
    more = min(weekly) - min(empty)
    print(f"{what}: empty flow {min(empty):.1f} s, weekly {min(weekly):.1f} s, added {more:.1f} s")
    print(f"  (promised at most {ADDED_SECONDS:.0f} s added)")


def _seconds(words: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 3}, done.stderr
    return time.perf_counter() - began


@contextmanager
def _server(folder: Path, env: dict[str, str]) -> Iterator[dict[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    log = folder / "server.log"
    words = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    api = f"http://127.0.0.1:{port}/api"

    def up() -> bool | None:
        try:
            return httpx.get(f"{api}/health", timeout=2).is_success or None
        except httpx.HTTPError:
            return None

    with running(words, env=env, cwd=folder, log=log):
        until(up, seconds=90, said=log.read_text)
        yield {**env, "PREFECT_API_URL": api}


def main() -> None:
    """Print both measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own_work(folder)
        env = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
        env |= {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        env |= {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
        with _server(folder, env) as served:
            added(folder, served, "with a running server")
        _seconds(["-c", EMPTY_FLOW], env)  # makes Prefect's own database, which only the first run pays
        added(folder, env, "with the temporary server")


if __name__ == "__main__":
    main()
