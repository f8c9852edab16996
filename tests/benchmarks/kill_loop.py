"""A daily run killed at a hundred random moments: `python -m tests.benchmarks.kill_loop [KILLS] [SEED] [ENGINE]`.

ENGINE is `sqlite` or `postgresql`, whose server lives on while its client dies. Prints what the run was doing
when it died, what did not hold, and whether it ended as an undisturbed one.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream, serving
from schemas.settings import SampleSettings, Settings
from tests.support.databases import settings_on
from tests.support.kills import FIRST, SlowEars, kill_daily, recorded, told, told_twice
from tests.support.pipeline import daily


@contextmanager
def home_of(engine: str, home: Path, upstream: SampleUpstream) -> Iterator[Settings]:
    """Settings of a home with a database of its own that looks at an upstream of its own, and tells it."""
    with settings_on(engine, home) as settings:
        yield SampleSettings(
            TOKENTIDE_HOME=settings.home,
            TOKENTIDE_DATABASE_URL=settings.database_url,
            TOKENTIDE_REFERENCE=REFERENCE,
            OPENROUTER_BASE_URL=upstream.base_url,
            SLACK_WEBHOOK_URL=upstream.webhook_url,
        )


def main(kills: str = "100", seed: str = "1", engine: str = "sqlite") -> int:
    """Kill, look, converge, compare; returns 0 if everything held."""
    last = made.VINTAGES[-1] - timedelta(days=1)
    began = time.perf_counter()
    with ExitStack() as stack:
        disturbed, quiet = (stack.enter_context(serving(made.VINTAGES[-1])) for _ in range(2))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shaken = stack.enter_context(home_of(engine, folder / "shaken", disturbed))
        calm = stack.enter_context(home_of(engine, folder / "calm", quiet))
        disturbed.slack.messages = SlowEars()
        killed = kill_daily(shaken, int(kills), int(seed), folder / "acknowledged", last)
        for settings in (shaken, calm):
            daily(settings, FIRST, last + timedelta(days=1), folder / f"{settings.home.name}.log")
        same = recorded(shaken) == recorded(calm)
        all_told = told(disturbed) == told(quiet)
        twice = told_twice(disturbed)
        marked = len(disturbed.slack.messages) - len(told(disturbed))
    print(f"{engine}: {kills} kills (seed {seed}) in {time.perf_counter() - began:.0f} s")
    print("died before", ", ".join(f"{step}: {times}" for step, times in sorted(killed.while_doing.items())))
    print("did not hold:", "; ".join(killed.wrong) or "nothing")
    print(
        f"ended as an undisturbed run: {same}; told everything: {all_told}; told twice unmarked: {len(twice)}"
    )
    print(f"messages that came again, marked as possible duplicates: {marked}")
    return int(bool(killed.wrong or twice) or not (same and all_told))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
