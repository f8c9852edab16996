"""What goes wrong in the world gives one line that says what to do, an exit status, and costs nothing recorded."""

import hashlib
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from flows.cli import main
from flows.sample import made
from flows.sample.exports import export_csv, manifest
from flows.sample.home import REFERENCE
from flows.sample.server import serving
from schemas.settings import current_settings
from storage.archive import open_archive
from storage.engine import connect, database_url, open_database, reading, writing
from tasks import ingest
from tasks.sources.client import UpstreamClient
from tests.support.upstream import Script, bomb, misbehaving, reply

SNAPSHOT = made.VINTAGES[1]
NEXT = made.VINTAGES[2]
EXPORTS = "/api/v1/datasets/exports/rankings-daily"
API = "datasets/rankings-daily"
LATER = ("--as-of", made.looked_at(NEXT).isoformat())
GIB = 2**30


@dataclass
class Outcome:
    """How a command ended, and what it said."""

    status: int
    lines: list[str]

    @property
    def error(self) -> str:
        """The one line of the error."""
        [line] = [line for line in self.lines if "warning" not in line]
        return line


Run = Callable[..., Outcome]


@pytest.fixture
def run(prefect_server: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line as a person would; retries do not wait."""
    monkeypatch.setattr(ingest, "UpstreamClient", partial(UpstreamClient, sleep=lambda _seconds: None))
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK"):
        monkeypatch.setenv(
            name, {"DO_NOT_TRACK": "1"}.get(name, "false" if "ANALYTICS" in name else "CRITICAL")
        )
    monkeypatch.setenv("TOKENTIDE_REFERENCE", str(REFERENCE))
    monkeypatch.setenv("COLUMNS", "4000")

    def command(*words: str) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, [line for line in capsys.readouterr().err.splitlines() if line])

    return command


@pytest.fixture
def recorded(run: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A home in which one vintage is recorded, and how many rows each table of it has."""
    with serving(SNAPSHOT) as upstream:
        monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)
        assert run("weekly", "--as-of", made.looked_at(SNAPSHOT).isoformat()).status == 0
    return _facts()


def _facts() -> dict[str, int]:
    engine = open_database(current_settings())
    with reading(engine) as connection:
        counts = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("observation", "day_state", "snapshot", "model", "catalogue_entry")
        }
    engine.dispose()
    return counts


def _good_manifest() -> Script:
    return reply(200, manifest(NEXT, "http://127.0.0.1/api/v1"))


def _error(status: int, message: str, **headers: str) -> Script:
    body = json.dumps({"error": {"code": status, "message": message}}).encode()
    return reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def _short(body: bytes) -> Script:
    return reply(200, body[: len(body) // 2], {"Content-Length": str(len(body))})


def _wrong_bytes() -> Script:
    return reply(200, export_csv(NEXT).replace(b"jade-river", b"jade-raver", 1))


def _no_rows() -> Script:
    last = NEXT - timedelta(days=1)
    meta = {"as_of": f"{NEXT}T02:00:00.000Z", "version": "v1"}
    meta |= {"start_date": str(last - timedelta(days=29)), "end_date": str(last)}
    return reply(200, json.dumps({"data": [], "meta": meta}).encode())


RESET = str(int((made.looked_at(NEXT) + timedelta(hours=21)).timestamp() * 1000))
CASES: dict[str, tuple[list[Script], tuple[str, ...], str]] = {
    "404": ([_error(404, "Export not found")], (), "published"),
    "500": ([_error(500, "Internal Server Error")], (), "run again"),
    "HTML instead of JSON": ([reply(200, b"<html>hello</html>")], (), "in the archive"),
    "truncated": ([_good_manifest(), _short(export_csv(NEXT))], (), "run again"),
    "wrong sha256": ([_good_manifest(), _wrong_bytes()], (), "sha256"),
    "a bomb": ([_good_manifest(), bomb(GIB)], (), "MiB"),
    "401": ([_error(401, "No auth")], ("--source", "api"), "OPENROUTER_API_KEY"),
    "429 for a minute": ([_error(429, "Slow down", Retry_After="120")], ("--source", "api"), "again"),
    "429 for the day": (
        [_error(429, "limit free-models-rpd-v1", x_ratelimit_remaining="0", x_ratelimit_reset=RESET)],
        ("--source", "api"),
        "used up",
    ),
    "empty data": ([_no_rows()], ("--source", "api"), "without a single row"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_answer_costs_nothing_that_was_recorded(
    case: str, run: Run, recorded: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what to do, the status is 1, the facts are as before, and staleness is judged all the same."""
    scripts, words, says = CASES[case]
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-made-canary")
    with misbehaving(*scripts) as upstream:
        monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)
        outcome = run("weekly", *LATER, *words)

    assert outcome.status == 1, outcome.lines
    assert says in outcome.error
    assert outcome.error.startswith("tokentide: ")
    assert "sk-made-canary" not in "".join(outcome.lines)
    assert _facts() == recorded
    assert _stale_was_judged()


def test_without_a_network_the_run_says_so(
    run: Run, recorded: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port is one line with status 1; facts stay, staleness is judged."""
    with misbehaving(reply()) as upstream:
        closed = upstream.base_url
    monkeypatch.setenv("OPENROUTER_BASE_URL", closed)

    outcome = run("weekly", *LATER)

    assert outcome.status == 1
    assert "check the network" in outcome.error
    assert len(outcome.lines) <= 2  # the second one warns that the week is not received
    assert _facts() == recorded
    assert _stale_was_judged()


def test_a_clock_a_year_off_dates_nothing(
    run: Run, recorded: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no as-of is given, a server whose Date is a year away stops the run before anything is dated."""
    a_year_ago = (datetime.now(UTC) - timedelta(days=365)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with misbehaving(reply(200, manifest(NEXT, "x"), {"Date": a_year_ago})) as upstream:
        monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)
        outcome = run("ingest")

    assert outcome.status == 1
    assert "clock" in outcome.error
    assert _facts() == recorded


def test_a_home_that_cannot_be_written_is_said_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A home below a file is a configuration error, and names the setting."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TOKENTIDE_HOME", str(tmp_path / "file" / "home"))

    outcome = run("weekly")

    assert outcome.status == 2
    assert "TOKENTIDE_HOME" in outcome.error


def test_a_database_from_a_newer_version_is_refused(run: Run, recorded: dict[str, int]) -> None:
    """A revision that this version does not know stops the run, and says to upgrade."""
    engine = connect(database_url(current_settings()))
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    outcome = run("weekly", *LATER)

    assert outcome.status == 1
    assert "upgrade tokentide" in outcome.error


def test_a_row_that_is_not_understood_is_a_warning(
    run: Run, recorded: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good export with one bad row ends with status 3, keeps the other days, and shows the row."""
    body = export_csv(NEXT).replace(b",hangang/h-1-pro,", b",hangang/h-1-pro/?,", 1)
    promised = json.loads(manifest(NEXT, "x"))
    promised["files"]["csv"] |= {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    with ExitStack() as stack:
        upstream = stack.enter_context(misbehaving(reply(404)))
        upstream.scripts[f"{EXPORTS}/latest.manifest.json"] = reply(200, json.dumps(promised).encode())
        upstream.scripts[f"{EXPORTS}/{NEXT}.csv"] = reply(200, body)
        upstream.scripts["/api/v1/models"] = reply(200, made.catalogue())
        monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)
        outcome = run("weekly", *LATER)

    assert outcome.status == 3, outcome.lines
    assert any("1 rows were not understood" in line for line in outcome.lines)
    assert _facts()["observation"] > recorded["observation"]


def test_what_was_fetched_is_kept_even_when_it_is_not_understood(
    run: Run, recorded: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An envelope that is not understood stops the run with the answer in the archive."""
    archive = open_archive(current_settings())
    before = len(list(archive.receipts()))
    with misbehaving(reply(200, b'{"something": "else"}')) as upstream:
        monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)
        outcome = run("ingest", *LATER)

    kept = list(archive.receipts())
    assert outcome.status == 1
    assert len(kept) > before
    assert archive.body(kept[before]) == b'{"something": "else"}'


def _stale_was_judged() -> bool:
    engine = open_database(current_settings())
    with reading(engine) as connection:
        rules = connection.execute(text("SELECT rule FROM alert_event")).scalars().all()
    engine.dispose()
    return "data-stale" in rules
