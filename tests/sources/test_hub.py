"""Reading the Hub: politely, each repository for itself, and never twice a day."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.errors import AsOfError, ExitStatus, RateLimitedError, UnauthorizedError, UpstreamError
from schemas.settings import Settings
from storage.engine import reading
from tasks.families import read_families
from tasks.hub_readings import HubReadings, read_hub
from tasks.metrics.derivatives import derivatives
from tasks.run import RunContext, run_context
from tasks.side_questions import today_and_before
from tests.support.upstream import NOW, Script, Upstream, misbehaving, reply

ROWS = """repository,family,author,known_since,evidence,confidence,checked_on,note
acme/one,Acme,openai,2025-01-01,seen,high,2026-06-15,
acme/two,Acme,openai,2025-01-01,seen,high,2026-06-15,
zeta/big,Zeta,qwen,2025-01-01,seen,high,2026-06-15,
zeta/low,Zeta,qwen,2025-01-01,,low,2026-06-15,a candidate
"""
COUNTS = b'{"childrenModelCount":{"adapter":2,"merge":1,"quantized":90,"finetune":4}}'
GONE, CLOSED, MOVED = reply(404), reply(403), reply(307, headers={"Location": "/elsewhere"})


def asked_of(upstream: Upstream) -> list[str]:
    """The repositories that were asked for, in order."""
    return [path.partition("/models/")[2].partition("?")[0] for path in upstream.asked]


def counted(run: RunContext) -> pl.DataFrame:
    """What is then known of the families."""
    with reading(run.engine) as connection:
        known = read_families(connection, run.settings, NOW)
    return derivatives(known.repositories, known.readings, [today_and_before(NOW, 7)])


@pytest.fixture
def hub() -> Iterator[Upstream]:
    """A Hub that knows every repository."""
    with misbehaving(reply(body=COUNTS)) as upstream:
        yield upstream


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home beside a folder that lists three repositories and a candidate, and nothing that is shipped."""
    (tmp_path / "families.csv").write_text(ROWS, "utf-8")
    monkeypatch.setattr(Settings, "made_sample", True)  # only a sample leaves the shipped ones out
    return tmp_path


def looking(hub: Upstream, home: Path, **settings: Any) -> Iterator[RunContext]:
    """A run against that Hub."""
    used = Settings(
        TOKENTIDE_HOME=home / "home", TOKENTIDE_REFERENCE=home, HF_BASE_URL=hub.base_url, **settings
    )
    with run_context(used, as_of=NOW) as run:
        yield run


@pytest.fixture
def run(hub: Upstream, home: Path) -> Iterator[RunContext]:
    """A run without a token."""
    yield from looking(hub, home)


@pytest.fixture
def keyed(hub: Upstream, home: Path) -> Iterator[RunContext]:
    """A run with a token."""
    yield from looking(hub, home, HF_TOKEN="hf-canary")


def answering(hub: Upstream, repository: str, script: Script) -> None:
    """Let the Hub do something else when asked for a repository."""
    hub.scripts[f"/api/v1/models/{repository}?expand%5B%5D=childrenModelCount"] = script


def test_every_listed_repository_is_asked_for(run: RunContext, hub: Upstream) -> None:
    """One question each, in order; a candidate of low confidence is not asked for."""
    assert read_hub(run) == HubReadings(listed=3, read=3, written=3)
    assert asked_of(hub) == ["acme/one", "acme/two", "zeta/big"]


def test_what_was_read_can_be_counted(run: RunContext) -> None:
    """Families as of the standpoint, with lab and origin of the author in `labs.csv`."""
    read_hub(run)
    found = counted(run)
    assert found.select("subject", "origin", "derivatives", "quantized", "read_on").rows() == [
        ("Acme", "US", 14, 180, NOW.date()),
        ("Zeta", "CN", 7, 90, NOW.date()),
    ]


def test_a_stopped_run_goes_on_where_it_was(run: RunContext, hub: Upstream) -> None:
    """What was read today is not asked for again, unless that is wanted."""
    answering(hub, "zeta/big", reply(429, headers={"Retry-After": "100000"}))
    stopped = read_hub(run)
    hub.scripts.clear()
    hub.asked.clear()
    assert (read_hub(run).known, asked_of(hub)) == (2, ["zeta/big"])
    assert read_hub(run, again=True).read == 3
    assert stopped.read == 2
    assert stopped.problems[0].startswith("Stopped with 1 of 3 repositories unread: ")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (GONE, "the Hub has no such repository (404); correct or withdraw the row"),
        (reply(401), "the Hub has no such repository, or it is private (401); correct or withdraw the row"),
        (CLOSED, "the Hub does not show it to everybody (403); set HF_TOKEN of an account that may see it"),
        (MOVED, "it was renamed; write its new name into the row"),
        (reply(body=b'{"id":"acme/one"}'), "has no counts of children"),
        (reply(body=b'{"id":"other/one","childrenModelCount":{"merge":1}}'), "is about another repository"),
    ],
)
def test_a_repository_that_cannot_be_read_costs_itself(
    run: RunContext, hub: Upstream, home: Path, script: Script, words: str
) -> None:
    """The others are read, and a line says where the row stands and what to do."""
    answering(hub, "acme/one", script)
    found = read_hub(run)
    assert (found.read, len(found.problems)) == (2, 1)
    assert found.problems[0].startswith(f"{home / 'families.csv'}, line 2 (acme/one): ")
    assert words in found.problems[0]


def test_a_kind_that_is_left_out_is_not_zero(run: RunContext, hub: Upstream) -> None:
    """The family becomes a lower bound."""
    answering(hub, "zeta/big", reply(body=b'{"childrenModelCount":{"finetune":4,"quantized":1}}'))
    read_hub(run)
    zeta = counted(run).filter(subject="Zeta")
    assert zeta.select("derivatives", "merge", "complete").rows() == [(4, None, False)]


def test_a_token_goes_along_and_a_refused_one_ends_the_run(keyed: RunContext, hub: Upstream) -> None:
    """With a token that the Hub refuses every repository would be refused."""
    answering(hub, "acme/one", reply(401))
    with pytest.raises(UnauthorizedError, match="set HF_TOKEN to a valid token, or unset it"):
        read_hub(keyed)
    assert [headers.get("authorization") for headers in hub.sent] == ["Bearer hf-canary"]


def test_a_hub_without_anything_is_no_hub(run: RunContext, hub: Upstream, home: Path) -> None:
    """Ten repositories in a row that are not there say something about the address."""
    many = "".join(f"beta/m{n},Beta,openai,2025-01-01,seen,high,2026-06-15,\n" for n in range(20))
    (home / "families.csv").write_text(ROWS + many, "utf-8")
    for name in ("acme/one", "acme/two", "zeta/big", *(f"beta/m{n}" for n in range(20))):
        answering(hub, name, GONE)
    with pytest.raises(UpstreamError, match=r"gave none of the first 10 repositories.* Check HF_BASE_URL"):
        read_hub(run)
    assert len(hub.asked) == 10


def test_the_window_of_the_limit_is_said_in_a_header_of_its_own(run: RunContext, hub: Upstream) -> None:
    """A Hub that gives no Retry-After says in `RateLimit` when it answers again."""
    answering(hub, "acme/one", reply(429, headers={"RateLimit": '"api";r=0;t=9999'}))
    with pytest.raises(RateLimitedError) as refused:
        read_hub(run)
    assert refused.value.retry_at is not None
    assert (refused.value.retry_at - NOW).total_seconds() == 9999
    assert refused.value.exit_status == ExitStatus.FAILED


def test_the_real_hub_is_not_asked_about_another_time(home: Path) -> None:
    """It only answers as of now, so nothing would be asked that could be dated wrongly."""
    used = Settings(TOKENTIDE_HOME=home / "home", TOKENTIDE_REFERENCE=home)
    with run_context(used, as_of=NOW) as run, pytest.raises(AsOfError, match="leave --as-of out"):
        read_hub(run)


def test_questions_are_spaced_as_the_limit_asks(
    home: Path, hub: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two questions there is a pause, except on this machine."""
    pauses: list[float] = []
    monkeypatch.setattr("tasks.hub_readings.is_loopback", lambda _url: False)
    for run in looking(hub, home):
        read_hub(run, sleep=pauses.append)
    assert pauses == [0.65, 0.65]
