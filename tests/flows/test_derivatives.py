"""The weekly look at the Hub as a flow, and what `show derivatives` answers about the made families."""

from datetime import date

import pytest

from flows.derivatives import derivatives
from flows.sample import made
from flows.sample.server import SampleUpstream
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary
from tests.support.reads import Tell, answer_of

LAST = made.VINTAGES[-1]


def look(settings: SampleSettings, upstream: SampleUpstream, day: date, **asked: bool) -> RunSummary:
    """What a run of the flow on that day found out."""
    upstream.today = day
    with using(settings.model_copy(update={"hf_base_url": upstream.hub_url})):
        state = derivatives(as_of=made.looked_at(day), return_state=True, **asked)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


@pytest.mark.usefixtures("prefect_server")
def test_a_second_look_on_a_day_asks_nothing(settings: SampleSettings, upstream: SampleUpstream) -> None:
    """The made repositories are read once, and a repeated run is done without a word to the Hub."""
    first = look(settings, upstream, LAST)
    upstream.requests.clear()
    second = look(settings, upstream, LAST)
    assert (first.rows.added, first.exit_status) == (5, ExitStatus.DONE)
    assert (second.rows.added, second.exit_status, upstream.requests) == (0, ExitStatus.DONE, [])


@pytest.mark.usefixtures("prefect_server")
def test_a_dry_run_leaves_nothing(settings: SampleSettings, upstream: SampleUpstream) -> None:
    """What it read is thrown away, so the next run reads all of it."""
    assert look(settings, upstream, LAST, dry_run=True).rows.added == 5
    assert look(settings, upstream, LAST).rows.added == 5


@pytest.mark.usefixtures("prefect_server")
def test_a_hub_that_cannot_be_reached_fails_the_run(settings: SampleSettings) -> None:
    """One line says so; nothing else depends on it."""
    nowhere = settings.model_copy(update={"hf_base_url": "http://127.0.0.1:9"})
    with using(nowhere):
        state = derivatives(as_of=made.looked_at(LAST), return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary)
    assert summary.exit_status == ExitStatus.FAILED
    assert summary.errors[0].startswith("Cannot read http://127.0.0.1:9/models/")


def test_the_usual_answer_is_what_is_known_now(tell: Tell) -> None:
    """Without a window, the last reading of each family, the largest first, with what must travel along."""
    found = answer_of(tell, "derivatives")
    assert [row["family"] for row in found["rows"]] == ["Tide", "North Fork", "Kite", "Garonne"]
    tide = found["rows"][0]
    assert tide["derivatives"] == tide["finetune"] + tide["adapter"] + tide["merge"]
    assert tide["share"] == tide["derivatives"] / tide["listed_derivatives"]
    assert (tide["read_on"], tide["complete"]) == (str(LAST), True)
    assert "not of the Hub" in found["notes"][0]
    assert len(found["inputs"]) == 10
    assert "licence" not in found


def test_families_of_an_origin_are_added_up(tell: Tell) -> None:
    """By origin the two families of Chinese labs are one row."""
    by_family = {row["family"]: row for row in answer_of(tell, "derivatives")["rows"]}
    china = answer_of(tell, "derivatives", "--by", "origin")["rows"][0]
    assert china["origin"] == "CN"
    assert china["derivatives"] == by_family["Tide"]["derivatives"] + by_family["Kite"]["derivatives"]


def test_a_series_has_growth_from_the_second_reading_on(tell: Tell) -> None:
    """The Hub keeps no history, so there is none before the first look."""
    found = answer_of(
        tell, "derivatives", "--subject", "tide", "--start", "2026-09-03", "--end", "2026-09-20"
    )
    assert [(row["window"], row["derivatives"], row["growth"] is None) for row in found["rows"]] == [
        ("2026-W36", None, True),
        ("2026-W37", 22060, True),
        ("2026-W38", 23118, False),
    ]


def test_as_of_sees_what_was_read_by_then(tell: Tell) -> None:
    """A reading that came later is not seen."""
    found = answer_of(tell, "derivatives", "--as-of", "2026-09-18T00:00Z")
    assert {row["read_on"] for row in found["rows"]} == {"2026-09-17"}


def test_a_family_that_is_not_listed_is_said_to_be_none(tell: Tell) -> None:
    """An empty answer says what there is."""
    found = answer_of(tell, "derivatives", "--subject", "gpt")
    assert found["rows"] == []
    assert (
        found["notes"][-1]
        == "Nothing listed is called that; the families are Garonne, Kite, North Fork, Tide."
    )


@pytest.mark.parametrize("words", [("derivatives", "--by", "model"), ("shares", "--by", "family")])
def test_what_cannot_be_counted_by_is_refused(tell: Tell, words: tuple[str, ...]) -> None:
    """Families are for derivatives, and models are not."""
    status, out, err = tell("show", *words, "--sample")
    assert (status, out) == (ExitStatus.USAGE, "")
    assert err.startswith("tokentide: --by ")
