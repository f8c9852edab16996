"""Flows in this process, against a loopback upstream of made data."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream, serving
from flows.weekly_rankings import weekly_rankings
from schemas.settings import SampleSettings, Settings, using
from schemas.summary import RunSummary
from tests.support.blockkit import complaints
from tests.support.fed import feed
from tests.support.reads import Tell

Look = Callable[..., RunSummary]


@pytest.fixture
def upstream() -> Iterator[SampleUpstream]:
    """The made upstream as of its first vintage; a test moves `today` on. What it heard is what Slack takes."""
    with serving(made.VINTAGES[0]) as running:
        yield running
    assert [complaints(message) for message in running.slack.messages] == [[]] * len(running.slack.messages)


@pytest.fixture
def settings(tmp_path: Path, upstream: SampleUpstream) -> SampleSettings:
    """Settings of a home of the test's own, with the made upstream and a Slack that listens."""
    return SampleSettings(
        TOKENTIDE_HOME=tmp_path / "home",
        TOKENTIDE_REFERENCE=REFERENCE,
        OPENROUTER_BASE_URL=upstream.base_url,
        OPENROUTER_API_KEY="sk-made-key",
        SLACK_WEBHOOK_URL=upstream.webhook_url,
    )


@pytest.fixture
def look(prefect_server: None, settings: SampleSettings, upstream: SampleUpstream) -> Look:
    """Run the weekly flow as of a vintage of the sample and give back its summary."""

    def run(snapshot: date, **parameters: Any) -> RunSummary:
        upstream.today = snapshot
        with using(settings):
            state = weekly_rankings(as_of=made.looked_at(snapshot), return_state=True, **parameters)
        summary = state.result(raise_on_failure=False)
        assert isinstance(summary, RunSummary), summary
        return summary

    return run


@pytest.fixture(scope="session")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose sample was fed to the end."""
    home = tmp_path_factory.mktemp("fed")
    feed(Settings(TOKENTIDE_HOME=home))
    return home


@pytest.fixture
def tell(fed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Run a command on the fed home; gives exit status, standard output and standard error."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command
