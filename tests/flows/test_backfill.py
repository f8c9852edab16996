"""History: through the Data API with a key, through the dated exports without one, resumable either way."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.backfill import backfill
from flows.sample import data_api, made
from flows.sample.server import KEYED, SampleUpstream, serving
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary
from storage.budget import DailyBudget
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

    def flow(
        *slices: str, keyed: bool = True, start: date = START, end: date = END, again: bool = False
    ) -> RunSummary:
        used = settings if keyed else settings.model_copy(update={"openrouter_api_key": None})
        with using(used):
            state = backfill(start, end, again, list(slices) or None, return_state=True)
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


def test_slices_are_asked_for_each_by_itself(run: Backfill, upstream: SampleUpstream) -> None:
    """One call a slice, by whole weeks, and the headline is not asked for."""
    summary = run("category=programming", "language_type=natural")

    assert summary.exit_status is ExitStatus.DONE
    assert summary.rows.added > 0
    span = "start_date=2026-06-29&end_date=2026-09-20&period=week"
    assert [path.partition("?")[2] for path in upstream.requests] == [
        f"{span}&category=programming",
        f"{span}&language_type=natural",
    ]


def test_a_second_backfill_of_a_slice_asks_only_for_what_had_not_settled(
    run: Backfill, upstream: SampleUpstream
) -> None:
    """Weeks that were stated after they had settled are not asked for again; September is, until 4 October."""
    slices = ("category=programming", "category=legal,period=month")
    run(*slices, end=date(2026, 9, 27))
    asked = len(upstream.requests)

    summary = run(*slices, end=date(2026, 9, 30))

    assert [path.partition("?")[2] for path in upstream.requests[asked:]] == [
        "start_date=2026-09-01&end_date=2026-09-30&period=month&category=legal"
    ]
    assert summary.rows.written == 0


def test_a_slice_that_upstream_refuses_does_not_stop_the_others(
    run: Backfill, upstream: SampleUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal fails the run in the end; what else was asked for is recorded."""
    answer = data_api.answer

    def no_trivia(asked: dict[str, str], today: date) -> bytes:
        if asked.get("category") == "trivia":
            raise ValueError("no such category")
        return answer(asked, today)

    monkeypatch.setitem(KEYED, "datasets/rankings-daily", no_trivia)
    summary = run("category=trivia", "category=legal")

    assert summary.exit_status is ExitStatus.FAILED
    assert "no such category" in summary.errors[0]
    assert summary.rows.added > 0


def test_a_spent_budget_stops_all_slices(
    run: Backfill, upstream: SampleUpstream, settings: SampleSettings
) -> None:
    """Nothing is asked for once the account has no call left; the error says when there is one again."""
    engine = open_database(settings)
    assert settings.openrouter_api_key
    DailyBudget(engine, settings.openrouter_api_key).mark_spent(datetime(2026, 10, 1, 3, tzinfo=UTC))
    engine.dispose()

    summary = run("category=trivia", "category=legal")

    assert upstream.requests == []
    assert [line for line in summary.errors if "used up until 2026-10-02T00:00Z" in line] == summary.errors
    assert len(summary.errors) == 1


def test_slices_need_a_key(run: Backfill) -> None:
    """The exports have none: that is said, and nothing is asked."""
    summary = run("category=trivia", keyed=False)
    assert summary.exit_status is ExitStatus.USAGE
    assert "OPENROUTER_API_KEY is not set" in summary.errors[0]
