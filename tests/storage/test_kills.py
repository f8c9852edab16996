"""A run that is killed at any moment: nothing acknowledged is lost, nothing half-written, nobody told twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream, serving
from schemas.settings import SampleSettings, Settings
from tests.support.kills import FIRST, kill_daily, recorded, told, told_twice
from tests.support.pipeline import daily

KILLS = 12
"""`python -m tests.benchmarks.kill_loop` does a hundred, and more."""
LAST = FIRST + timedelta(days=14)


@pytest.fixture
def upstream() -> Iterator[SampleUpstream]:
    """The made upstream with all of its exports."""
    with serving(made.VINTAGES[-1]) as running:
        yield running


@pytest.fixture
def fed(settings: Settings, upstream: SampleUpstream) -> Settings:
    """Settings of the test's own database, with that upstream and a Slack that listens."""
    return SampleSettings(
        TOKENTIDE_HOME=settings.home,
        TOKENTIDE_DATABASE_URL=settings.database_url,
        TOKENTIDE_REFERENCE=REFERENCE,
        OPENROUTER_BASE_URL=upstream.base_url,
        SLACK_WEBHOOK_URL=upstream.webhook_url,
    )


def test_what_is_left_of_killed_runs_is_whole_and_the_next_run_converges(
    fed: Settings, upstream: SampleUpstream, tmp_path: Path
) -> None:
    """After each kill everything acknowledged is there; in the end everything is as if nothing had happened."""
    with serving(made.VINTAGES[-1]) as quiet:
        undisturbed = fed.model_copy(
            update={
                "home": tmp_path / "undisturbed",
                "database_url": None,
                "openrouter_base_url": quiet.base_url,
                "slack_webhook_url": type(fed)(SLACK_WEBHOOK_URL=quiet.webhook_url).slack_webhook_url,
            }
        )
        daily(undisturbed, FIRST, LAST, tmp_path / "log")

        killed = kill_daily(fed, KILLS, 1, tmp_path / "acknowledged", LAST)
        daily(fed, FIRST, LAST + timedelta(days=1), tmp_path / "acknowledged")
        daily(undisturbed, FIRST, LAST + timedelta(days=1), tmp_path / "log")

        assert killed.wrong == []
        assert recorded(fed) == recorded(undisturbed)
        assert (told(upstream), told_twice(upstream)) == (told(quiet), [])
