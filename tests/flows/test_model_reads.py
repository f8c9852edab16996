"""Reads of what models are, on the fed sample: published weights and benchmark indices."""

import pytest

from tests.support.reads import Tell, answer_of


def test_open_weights_add_up(tell: Tell) -> None:
    """All tokens first, then each origin: open, closed and unreviewed ones, with bounds and coverage."""
    found = answer_of(tell, "open-weights", "--window", "2026-W39")
    everything, china = found["rows"][:2]
    parts = ("open_tokens", "closed_tokens", "unreviewed_tokens")
    assert (everything["origin"], china["origin"]) == ("ALL", "CN")
    assert sum(everything[name] for name in parts) == everything["tokens"] == found["total_tokens"]
    assert china["share"] == china["open_tokens"] / found["total_tokens"]
    assert china["low"] < china["high"] <= everything["high"]
    assert china["coverage"] < 1
    assert any("Published weights as reviewed" in note for note in found["notes"])


def test_weights_that_came_later(tell: Tell) -> None:
    """Usage before the day of publication is that of a closed model."""
    before, after = (
        answer_of(
            tell, "open-weights", "--by", "model", "--subject", "north-fork/nf-5-mini", "--window", week
        )["rows"]
        for week in ("2026-W35", "2026-W36")
    )
    assert before[0]["closed_tokens"] == before[0]["tokens"]
    assert after[0]["open_tokens"] == after[0]["tokens"]


@pytest.mark.parametrize("form", ["table", "csv"])
@pytest.mark.parametrize("what", ["open-weights"])
def test_everything_prints(tell: Tell, what: str, form: str) -> None:
    """As a table and as CSV, with the citation."""
    status, out, err = tell("show", what, "--sample", "--format", form)
    assert (status, err) == (0, "")
    assert "MADE SAMPLE DATA" in out
