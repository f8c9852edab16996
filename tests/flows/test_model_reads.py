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


def test_quality_is_usage_beside_frontier(tell: Tell) -> None:
    """The index of what is used and of the best on offer, with what part of the tokens has one, and its sources."""
    found = answer_of(tell, "quality", "--window", "2026-W39")
    china = next(row for row in found["rows"] if row["origin"] == "CN")
    assert china["weighted_index"] < china["best_index"] == 44.5
    assert china["best_model"] == "jade-river/tide-3-20260312"
    assert china["coverage"] == china["indexed_tokens"] / china["named_tokens"] < 1
    none = next(row for row in found["rows"] if row["origin"] == "FR")
    assert (none["weighted_index"], none["reason"]) == (
        None,
        "none of the tokens is of a model with an index",
    )
    assert any(given["url"].endswith("/models") for given in found["inputs"])


@pytest.mark.parametrize("form", ["table", "csv"])
@pytest.mark.parametrize("what", ["open-weights", "quality"])
def test_everything_prints(tell: Tell, what: str, form: str) -> None:
    """As a table and as CSV, with the citation."""
    status, out, err = tell("show", what, "--sample", "--format", form)
    assert (status, err) == (0, "")
    assert "MADE SAMPLE DATA" in out
