"""A run that is killed at any moment: nothing acknowledged is lost, nothing half-written, nobody told twice."""

from datetime import timedelta
from pathlib import Path

from flows.sample import made
from flows.sample.server import SampleUpstream, serving
from schemas.settings import SampleSettings, Settings
from tests.support.kills import FIRST, SlowEars, kill_daily, recorded, told, told_twice
from tests.support.pipeline import daily

KILLS = 6
"""`python -m tests.benchmarks.kill_loop` does a hundred, and more."""
LAST = FIRST + timedelta(days=6)


def test_what_is_left_of_killed_runs_is_whole_and_the_next_run_converges(
    fed: Settings, upstream: SampleUpstream, tmp_path: Path
) -> None:
    """After each kill everything acknowledged is there; in the end everything is as if nothing had happened."""
    with serving(made.VINTAGES[-1]) as quiet:
        undisturbed = SampleSettings(
            TOKENTIDE_HOME=tmp_path / "undisturbed",
            TOKENTIDE_REFERENCE=fed.reference,
            OPENROUTER_BASE_URL=quiet.base_url,
            SLACK_WEBHOOK_URL=quiet.webhook_url,
        )
        daily(undisturbed, FIRST, LAST, tmp_path / "log")

        upstream.slack.messages = SlowEars()
        killed = kill_daily(fed, KILLS, 1, tmp_path / "acknowledged", LAST)
        daily(fed, FIRST, LAST + timedelta(days=1), tmp_path / "acknowledged")
        daily(undisturbed, FIRST, LAST + timedelta(days=1), tmp_path / "log")

        assert killed.wrong == []
        assert recorded(fed) == recorded(undisturbed)
        assert (told(upstream), told_twice(upstream)) == (told(quiet), [])
