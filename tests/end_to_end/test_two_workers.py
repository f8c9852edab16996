"""Two hosts, one database, one archive: what they do together is what one would do, though one of them dies."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from flows.automation_file import read_entries
from flows.sample import made
from flows.sample.server import serving
from schemas.settings import SampleSettings, Settings
from storage.replay import FACTS
from tests.support.bucket import BUCKET, serving_s3
from tests.support.deployed import START_SECONDS, Deployed, deployed_on_loopback
from tests.support.fed import feed
from tests.support.hosts import Network, network_of
from tests.support.postgresql import over_tcp, postgresql_database
from tests.support.processes import descendants, kill_host, until
from tests.support.tables import dump, facts_of

ARCHIVE = f"s3://{BUCKET}/tokentide"
BEFORE, AT_THE_KILL = made.VINTAGES[2:4]
SILENCE_SECONDS = 35  # automations.yaml waits for 90; a heartbeat comes every 30


@dataclass(frozen=True)
class Hosts:
    """Two workers on a server, the network between them, and the database that they share."""

    deployed: Deployed
    network: Network
    workers: tuple[Popen[bytes], Popen[bytes]]
    shared: Settings


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """A server, a PostgreSQL, an S3 and two workers that know nothing of each other."""
    with (
        serving_s3() as s3,
        postgresql_database() as unix,
        over_tcp(unix) as url,
        serving(BEFORE) as upstream,
    ):
        for name, value in s3.environment.items():
            monkeypatch.setenv(name, value)
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        own = {
            "TOKENTIDE_DATABASE_URL": address,
            "TOKENTIDE_ARCHIVE_URL": ARCHIVE,
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
        }
        shared = SampleSettings(
            TOKENTIDE_HOME=tmp_path / "test", TOKENTIDE_DATABASE_URL=address, TOKENTIDE_ARCHIVE_URL=ARCHIVE
        )
        with (
            deployed_on_loopback(tmp_path, upstream, **own) as deployed,
            network_of(url.port or 0, *map(_port, (deployed.api, s3.url, upstream.url))) as network,
            deployed.worker("one", network.host("one")) as one,
            deployed.worker("two", network.host("two")) as two,
        ):
            lost = next(entry for entry in read_entries() if entry["name"] == "tokentide-lost-runs")
            lost["trigger"]["within"] = SILENCE_SECONDS
            (tmp_path / "automations.yaml").write_text(yaml.safe_dump([lost]))
            deployed.tokentide("automations", "apply", "--file", str(tmp_path / "automations.yaml"))
            yield Hosts(deployed, network, (one, two), shared)


class Gate:
    """The catalogue of the made upstream, which a test can hold back: the moment to kill who asks for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self._open, self._catalogue = Event(), Event(), made.catalogue
        self._open.set()
        monkeypatch.setattr(made, "catalogue", self._answer)

    def close(self) -> None:
        """Hold the next answers back."""
        self._open.clear()
        self.asked.clear()

    def open(self) -> None:
        """Let them go."""
        self._open.set()

    def _answer(self) -> bytes:
        self.asked.set()
        self._open.wait(START_SECONDS)
        return self._catalogue()


def test_a_host_that_dies_costs_nothing(
    hosts: Hosts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed in the middle, its run is seen as Crashed; everything is recorded once and told once."""
    with capsys.disabled():
        sys.stdout.write(f"\ntwo workers and a third host are {hosts.network.said}\n")
    deployed, gate = hosts.deployed, Gate(monkeypatch)
    looks = {snapshot: made.looked_at(snapshot).isoformat() for snapshot in (BEFORE, AT_THE_KILL)}
    # Each worker takes one run at a time, so these two are on both.
    together = [
        deployed.start(name, as_of=looks[BEFORE]) for name in ("daily-ingest/daily", "weekly-rankings/weekly")
    ]
    assert [deployed.finished(run)["state"]["type"] for run in together] == ["COMPLETED"] * 2, deployed.said()

    deployed.upstream.today = AT_THE_KILL
    gate.close()
    lost = deployed.start("weekly-rankings/weekly", as_of=looks[AT_THE_KILL])
    assert gate.asked.wait(START_SECONDS), deployed.said()
    kill_host(_worker_of(hosts, lost))
    gate.open()
    again = deployed.trigger("weekly-rankings/weekly", as_of=looks[AT_THE_KILL])

    assert deployed.finished(lost)["state"]["type"] == "CRASHED", deployed.said()
    assert again["state"]["type"] == "COMPLETED", deployed.said()
    told = [message["text"] for message in deployed.upstream.slack.messages]
    assert sum("carried 50.2 % of OpenRouter's tokens" in text for text in told) == 1, told
    assert len(set(told)) == len(told)
    _recorded_once(hosts, tmp_path)


def _recorded_once(hosts: Hosts, tmp_path: Path) -> None:
    """The facts are those of one host that did the same alone, and those of a third that replays the archive."""
    alone = SampleSettings(TOKENTIDE_HOME=tmp_path / "alone")
    feed(alone, (BEFORE, AT_THE_KILL))
    assert facts_of(hosts.shared) == facts_of(alone.model_copy(update={"home": alone.home / "sample"}))
    third = SampleSettings(TOKENTIDE_HOME=tmp_path / "third")
    own = {
        "TOKENTIDE_HOME": str(third.home),
        "TOKENTIDE_DATABASE_URL": f"sqlite:///{third.home}/tokentide.db",
    }
    hosts.deployed.tokentide("replay", host=hosts.network.host("three"), **own)
    assert dump(third, FACTS) == dump(hosts.shared, FACTS)


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _worker_of(hosts: Hosts, flow_run_id: str) -> Popen[bytes]:
    """The worker on whose host a flow run is."""

    def look() -> Popen[bytes] | None:
        run = httpx.get(f"{hosts.deployed.api}/flow_runs/{flow_run_id}", timeout=30).json()
        pid = int((run["infrastructure_pid"] or ":0").rpartition(":")[2])
        return next((worker for worker in hosts.workers if pid in descendants(worker.pid)), None)

    return until(look, seconds=START_SECONDS, said=hosts.deployed.said)
