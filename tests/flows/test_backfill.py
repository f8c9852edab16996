"""History: through the Data API with a key, through the dated exports without one, resumable either way."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.backfill import backfill
from flows.sample import made
from flows.sample.server import SampleUpstream, serving
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary
from storage.engine import open_database, reading
from tasks import clock as clocks
from tasks import run as runs
from tasks.reading import read

START, END = date(2026, 7, 1), date(2026, 9, 20)
Backfill = Callable[..., RunSummary]


@pytest.fixture
def upstream() -> Iterator[SampleUpstream]:
    """The made upstream at the end of the sample's time: every dated export exists."""
    with serving(made.VINTAGES[-1]) as running:
        yield running


@pytest.fixture
def run(prefect_server: None, settings: SampleSettings, monkeypatch: pytest.MonkeyPatch) -> Backfill:
    """Run the flow at the end of the sample's time, with or without a key."""
    now = datetime.combine(made.VINTAGES[-1], datetime.min.time(), UTC) + timedelta(hours=3)
    monkeypatch.setattr(runs, "utc_now", lambda: now)
    monkeypatch.setattr(clocks, "utc_now", lambda: now)
    monkeypatch.setattr("tasks.sources.client.UpstreamClient._compare_clocks", lambda *_: None)

    def flow(*, keyed: bool, start: date = START, end: date = END, again: bool = False) -> RunSummary:
        used = settings if keyed else settings.model_copy(update={"openrouter_api_key": None})
        with using(used):
            state = backfill(start, end, again, return_state=True)
        summary = state.result(raise_on_failure=False)
        assert isinstance(summary, RunSummary), summary
        return summary

    return flow


def _days(settings: SampleSettings, start: date, end: date) -> tuple[int, str]:
    engine = open_database(settings)
    with reading(engine) as connection:
        known = read(connection, settings, datetime(2026, 10, 2, tzinfo=UTC))
    engine.dispose()
    days = known.usage.filter(day=start).height and known.usage.filter(day=end).height
    return days, known.series


@pytest.mark.parametrize("keyed", [True, False])
def test_every_day_of_the_span_is_recorded(
    keyed: bool, run: Backfill, settings: SampleSettings, upstream: SampleUpstream
) -> None:
    """Both channels bring the whole span; the keyed one in one call, the other in the fewest files."""
    summary = run(keyed=keyed)

    rows, series = _days(settings, START, END)
    assert summary.exit_status is ExitStatus.DONE
    assert rows
    assert ("api" if keyed else "exports") in series
    files = [path for path in upstream.requests if path.endswith(".csv")]
    calls = [path for path in upstream.requests if "start_date" in path]
    assert (len(files), len(calls)) == ((0, 1) if keyed else (4, 0))


def test_a_second_backfill_asks_for_nothing(run: Backfill, upstream: SampleUpstream) -> None:
    """What is recorded whole is not asked for again."""
    run(keyed=True)
    asked = len(upstream.requests)

    summary = run(keyed=True)

    assert len(upstream.requests) == asked
    assert summary.rows.written == 0


def test_a_stopped_backfill_goes_on_where_it_was(run: Backfill, upstream: SampleUpstream) -> None:
    """With a part recorded, only the span of the missing days is asked for."""
    run(keyed=True, end=date(2026, 8, 15))

    run(keyed=True)

    assert "start_date=2026-08-16" in upstream.requests[-1]


def test_again_sweeps_the_whole_span(run: Backfill, upstream: SampleUpstream) -> None:
    """A sweep for restatements asks for everything, and writes nothing where nothing changed."""
    run(keyed=True)

    summary = run(keyed=True, again=True)

    assert "start_date=2026-07-01" in upstream.requests[-1]
    assert summary.rows.written == 0


def test_both_channels_become_one_series_while_they_agree(run: Backfill, settings: SampleSettings) -> None:
    """History by the API and newer days by the exports are spliced, as their settled days agree."""
    run(keyed=True)
    run(keyed=False, start=date(2026, 9, 1))

    _, series = _days(settings, START, END)
    assert "exports" in series
    assert "api" in series


def test_days_that_no_export_holds_are_named(run: Backfill) -> None:
    """Without a key, days before the first export are a warning that says what to set."""
    summary = run(
        keyed=False, start=made.FIRST_DAY - timedelta(days=40), end=made.FIRST_DAY + timedelta(days=5)
    )

    assert summary.exit_status is ExitStatus.WARNINGS
    assert any("set OPENROUTER_API_KEY" in line for line in summary.warnings)


def test_a_span_that_cannot_be_meant_is_refused(run: Backfill) -> None:
    """Swapped days and days that are not over are usage errors, and nothing is asked."""
    swapped = run(keyed=True, start=END, end=START)
    running = run(keyed=True, end=date(2026, 10, 1))

    assert {swapped.exit_status, running.exit_status} == {ExitStatus.USAGE}
    assert "swap" in swapped.errors[0]
    assert "not over" in running.errors[0]
