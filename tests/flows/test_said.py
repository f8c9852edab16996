"""What was said of a week: kept by the weekly run and by `measure`, and read back with the day on which it was said."""

import re
from typing import Any

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


def rows_of(tell: Tell, *asked: str) -> list[dict[str, Any]]:
    """The rows that `show said` answers."""
    rows: list[dict[str, Any]] = answer_of(tell, "said", *asked)["rows"]
    return rows


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


def test_a_month_is_read_as_a_month(tell: Tell) -> None:
    """What is said of a month is one figure of its days, with what is attributed of them."""
    [now] = [row for row in rows_of(tell, "--window", "2026-08", *CHINA) if row["what"] == "shares"]
    [shown] = answer_of(tell, "shares", "--window", "2026-08", "--subject", "CN")["rows"]
    assert (now["window"], now["part"], now["whole"]) == ("2026-08", shown["tokens"], shown["total_tokens"])
    assert now["coverage"] == pytest.approx(1 - shown["unknown_tokens"] / shown["total_tokens"])


def test_a_figure_settles_without_being_said_again(tell: Tell) -> None:
    """The same word is provisional until its month settles, and settled from that moment on."""
    told = [
        rows_of(tell, "--window", "2026-09", *CHINA, "--as-of", moment)
        for moment in ("2026-10-03T23:59Z", "2026-10-04T00:00Z")
    ]
    assert [{row["status"] for row in rows} for rows in told] == [{"provisional"}, {"settled"}]
    assert [row["measured_at"] for row in told[0]] == [row["measured_at"] for row in told[1]]


def test_a_table_says_what_it_is_about(tell: Tell) -> None:
    """Window, status and as-of stand above it, basis and coverage in it, and the citation below."""
    _, out, _ = tell("show", "said", *WEEK, *CHINA, "--sample")
    assert out.startswith("said, 2026-W38 (2026-09-14 to 2026-09-20), settled, as of 2026-10-01 03:00 UTC")
    assert {"basis", "at least", "at most", "coverage", "said on"} <= set(re.split(r"\s{2,}", out))
    assert made.looked_at(made.VINTAGES[-1]).strftime("as of %Y-%m-%d") in out


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
