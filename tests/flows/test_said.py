"""What was said of a week: kept by the weekly run and by `measure`, and read back with the day on which it was said."""

import pytest

from flows.measure import measure
from flows.sample import made
from schemas.errors import ExitStatus, StorageError
from schemas.settings import SampleSettings, using
from schemas.summary import RunSummary
from tasks import steps
from tests.flows.conftest import Look
from tests.support.reads import Tell, answer_of

WEEK = ("--window", "2026-W38")
CHINA = ("--subject", "CN", "--by", "origin", "--basis", "all")


def test_a_figure_is_read_as_it_was_said(tell: Tell) -> None:
    """The share of a week is that of the standpoint, with its counts, bounds, status and the day of the word."""
    [now] = [row for row in answer_of(tell, "said", *WEEK, *CHINA)["rows"] if row["what"] == "shares"]
    [shown] = answer_of(tell, "shares", *WEEK, "--subject", "CN")["rows"]
    assert (now["value"], now["value_low"], now["value_high"]) == (
        shown["share"],
        shown["low"],
        shown["high"],
    )
    assert (now["part"], now["status"]) == (shown["tokens"], "settled")
    assert now["measured_at"] <= made.looked_at(made.VINTAGES[-1]).isoformat().replace("+00:00", "Z")


def test_nothing_was_said_before_it_was_known(tell: Tell) -> None:
    """Before the week was measured there is no word about it, and the answer says how one comes to be."""
    found = answer_of(tell, "said", *WEEK, "--as-of", "2026-09-21T00:00Z")
    assert found["rows"] == []
    assert "`tokentide measure` keeps what is known" in found["notes"][0]


def test_measuring_again_writes_nothing(look: Look, settings: SampleSettings) -> None:
    """The weekly run has kept every point already."""
    look(made.VINTAGES[0])
    with using(settings):
        state = measure(as_of=made.looked_at(made.VINTAGES[0]), return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary)
    assert (summary.points, summary.exit_status) == (0, ExitStatus.DONE)


def test_points_that_cannot_be_kept_cost_the_run_a_warning(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rankings, figures and alerts of the run are as they would be without."""

    def broken(*_given: object) -> int:
        raise StorageError("The points cannot be kept.")

    monkeypatch.setattr(steps.keep_points, "fn", broken)
    summary = look(made.VINTAGES[0])
    assert (summary.errors, summary.points) == ([], None)
    assert summary.warnings == ["The points cannot be kept."]
    assert summary.shares is not None
