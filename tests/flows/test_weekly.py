"""The main job, as a flow: what it writes, what it says, and what a second run does not do again."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from flows.sample import made, server
from flows.sample.home import sample_settings
from flows.sample.server import SampleUpstream
from flows.weekly_rankings import weekly_rankings
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, Settings, using
from schemas.summary import RunSummary
from schemas.windows import Window
from storage.archive import open_archive
from storage.engine import open_database, reading
from tasks.answers import Question, answer
from tasks.reading import read
from tests.flows.conftest import Look
from tests.support.fed import feed

FACTS = ("observation", "day_state", "snapshot", "model", "series", "catalogue_entry", "catalogue_snapshot")


def test_the_first_look_records_thirty_days_and_measures_the_settled_week(look: Look) -> None:
    """A run on an empty home writes every published row and states the last settled week with bounds."""
    summary = look(made.VINTAGES[0])

    assert summary.rows.added == sum(1 for _ in made.published_rows(made.VINTAGES[0]))
    assert summary.exit_status is ExitStatus.DONE
    assert summary.shares is not None
    assert summary.shares.window is not None
    assert summary.shares.window.label == "2026-W17"
    china = summary.shares.rows[1]
    assert china["origin"] == "CN"
    assert china["low"] == china["share"] < china["high"]


def test_a_second_run_on_the_same_facts_writes_no_fact_row(look: Look, settings: SampleSettings) -> None:
    """Looking again at the same export adds receipts and one run, and not one row of facts."""
    look(made.VINTAGES[0])
    before = _counts(settings)

    summary = look(made.VINTAGES[0])

    after = _counts(settings)
    assert summary.rows.written == 0
    assert {name: after[name] for name in FACTS} == {name: before[name] for name in FACTS}
    assert after["run"] == before["run"] + 1
    # Of the rankings, two catalogues, two rankings of apps, and the tasks.
    assert after["archive_receipt"] == before["archive_receipt"] + 6


def test_the_last_vintage_brings_the_crossing_to_slack_once(look: Look, upstream: SampleUpstream) -> None:
    """Fed in order, the sample tells each crossing once, and looking again at the end tells nothing."""
    for snapshot in made.VINTAGES:
        look(snapshot)
    crossed = [line for line in _first_lines(upstream) if "carried 51.1 % of OpenRouter's tokens" in line]
    told = len(upstream.slack.messages)

    summary = look(made.VINTAGES[-1])

    assert len(crossed) == 1
    assert "China's models" in crossed[0]
    assert "21–27 September" in crossed[0]
    assert crossed[0].startswith("[MADE SAMPLE DATA")
    assert len(upstream.slack.messages) == told
    assert summary.told == []


def test_a_late_reveal_changes_what_is_known_but_not_what_was_known(tmp_path: Path) -> None:
    """After the stealth model is revealed, a read as of the day before still leaves it undisclosed."""
    user = Settings(TOKENTIDE_HOME=tmp_path)
    feed(user)
    settings = sample_settings(user)
    engine = open_database(settings)
    with reading(engine) as connection:
        before = read(connection, settings, made.looked_at(made.VINTAGES[-2]))
        now = read(connection, settings, made.looked_at(made.VINTAGES[-1]))
    engine.dispose()

    stealth = {
        name: set(known.usage.filter(model="stealth/paper-boat")["bucket"].to_list())
        for name, known in (("before", before), ("now", now))
    }
    assert stealth == {"before": {"undisclosed"}, "now": {"origin"}}


def test_the_keyed_channel_gives_the_same_numbers(look: Look, settings: SampleSettings) -> None:
    """The same weeks through the Data API, in a home of their own, have the same shares to the token."""
    exports = look(made.VINTAGES[0])
    other = settings.model_copy(update={"home": settings.home.with_name("other")})

    with using(other):
        weekly_rankings(as_of=made.looked_at(made.VINTAGES[0]), source="api", return_state=True)
    engine = open_database(other)
    with reading(engine) as connection:
        known = read(connection, other, made.looked_at(made.VINTAGES[0]))
    engine.dispose()

    assert exports.shares is not None
    assert exports.shares.window is not None

    api = answer(known, Question("shares", Window.parse(exports.shares.window.label)))
    assert api.rows == exports.shares.rows
    assert str(known.headline.series[0].channel) == "api"


def test_a_dry_run_leaves_nothing_behind(
    look: Look, settings: SampleSettings, upstream: SampleUpstream
) -> None:
    """With dry_run the figures come out, and database, archive and Slack stay as they were."""
    look(made.VINTAGES[0])
    before, told = _counts(settings), len(upstream.slack.messages)
    receipts = len(list(open_archive(settings).receipts()))

    summary = look(made.VINTAGES[1], dry_run=True)

    assert summary.rows.added > 0
    assert _counts(settings) == before
    assert len(list(open_archive(settings).receipts())) == receipts
    assert len(upstream.slack.messages) == told


def test_without_notify_events_are_recorded_and_nothing_is_due(look: Look, upstream: SampleUpstream) -> None:
    """With notify off the ledger grows, and neither Slack nor the outbox hears of it."""
    for snapshot in made.VINTAGES[:4]:
        summary = look(snapshot, notify=False)

    assert [told.fate for told in summary.told] == ["recorded", "recorded"]
    assert upstream.slack.messages == []
    assert summary.due == []


def test_a_run_as_of_an_earlier_moment_is_refused(look: Look, settings: SampleSettings) -> None:
    """Writing as of a time before what is recorded would forge vintages: refused, and nothing changes."""
    look(made.VINTAGES[1])
    before = _counts(settings)

    summary = look(made.VINTAGES[0])

    assert summary.exit_status is ExitStatus.USAGE
    after = _counts(settings)
    assert {name: after[name] for name in FACTS} == {name: before[name] for name in FACTS}


def test_a_failed_fetch_still_judges_and_delivers(
    look: Look, settings: SampleSettings, upstream: SampleUpstream
) -> None:
    """Without rankings the run fails, yet it says that the data are stale."""
    look(made.VINTAGES[0])
    upstream.today = made.FIRST_DAY

    with using(settings):
        later = made.looked_at(made.VINTAGES[0]) + timedelta(days=4)
        state = weekly_rankings(as_of=later, return_state=True)

    summary = state.result(raise_on_failure=False)
    assert state.is_failed()
    assert isinstance(summary, RunSummary)
    assert summary.exit_status is ExitStatus.FAILED
    assert [told.rule for told in summary.told] == ["data-stale"]
    assert any("hours" in line or "days" in line for line in _first_lines(upstream)[1:])


def test_every_answer_is_archived_before_it_is_read(look: Look, settings: SampleSettings) -> None:
    """Manifest, rankings, catalogues and lists lie in the archive with address, time and citation, and no key."""
    look(made.VINTAGES[0])

    receipts = list(open_archive(settings).receipts())
    assert [str(receipt.channel) for receipt in receipts] == [
        "manifest",
        "exports",
        "models",
        "embeddings",
        *["apps"] * 4,
        "tasks",
    ]
    assert all("sk-made-key" not in receipt.model_dump_json() for receipt in receipts)
    assert all(receipt.citation.startswith("MADE SAMPLE DATA") for receipt in receipts)


def test_the_scheduled_time_decides_the_week(look: Look) -> None:
    """A run on Monday is about the week before the last one: the last one has not settled."""
    monday = made.VINTAGES[0] - timedelta(days=3)
    summary = look(monday)

    assert summary.shares is not None
    assert summary.shares.window is not None
    assert summary.shares.window.label == "2026-W16"
    assert [newer.window.label for newer in summary.newer if newer.window] == ["2026-W17"]
    assert summary.newer[0].window is not None
    assert summary.newer[0].window.status == "provisional"


def _counts(settings: SampleSettings) -> dict[str, int]:
    engine = open_database(settings)
    with reading(engine) as connection:
        tables = (*FACTS, "run", "archive_receipt", "alert_event", "outbox_message")
        counts = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables
        }
    engine.dispose()
    return counts


def _first_lines(upstream: SampleUpstream) -> list[str]:
    heard = httpx.get(f"{upstream.url}/slack/messages").json()
    return [message["text"].split("\n")[0] for message in heard]


def test_apps_and_tasks_that_cannot_be_had_cost_the_run_nothing(
    look: Look, upstream: SampleUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The week is measured and told; what is missing is a warning each."""
    gone = {path: answer for path, answer in server.KEYED.items() if path == "datasets/rankings-daily"}
    monkeypatch.setattr(server, "KEYED", gone)

    summary = look(made.VINTAGES[0])

    assert summary.exit_status is ExitStatus.WARNINGS
    assert summary.shares is not None
    assert [line.partition("/api/v1/")[2].partition("?")[0] for line in summary.warnings] == [
        "datasets/app-rankings",
        "classifications/task",
    ]


def test_without_a_key_apps_and_tasks_are_left_out(
    look: Look, settings: SampleSettings, upstream: SampleUpstream
) -> None:
    """Nobody is warned of what was never asked for."""
    upstream.today = made.VINTAGES[0]
    with using(settings.model_copy(update={"openrouter_api_key": None})):
        state = weekly_rankings(as_of=made.looked_at(made.VINTAGES[0]), return_state=True)

    assert state.is_completed()
    assert not any("app-rankings" in path or "classifications" in path for path in upstream.requests)
