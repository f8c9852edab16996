"""Answers as tables: what a narrow place does to them."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from schemas.answers import Answer
from tasks.report.printing import as_table

SLUG = "an-author-with-a-name/a-model-whose-name-is-long-20260101"


def printed(*, terminal: bool, columns: int = 8) -> str:
    """A row with more numbers than 60 places hold."""
    row: dict[str, Any] = {
        "model": SLUG,
        **{f"tokens_{n}_tokens": 25_090_000_000_000 for n in range(columns)},
    }
    answer = Answer(
        definition={"metric": "made", "by": "model"},
        window=None,
        as_of=datetime(2026, 7, 1, tzinfo=UTC),
        citation="made",
        inputs=[],
        rows=[row],
    )
    out = io.StringIO()
    as_table(answer, Console(file=out, width=60, force_terminal=terminal, color_system=None))
    return out.getvalue()


def test_a_file_gets_every_cell_whole() -> None:
    """Where nobody sees the edge, the table is as wide as it has to be: half a number is a wrong one."""
    [row] = [line for line in printed(terminal=False).splitlines() if SLUG in line]
    assert row.count("25.09 T") == 8


def test_a_terminal_shows_that_something_is_cut() -> None:
    """A number without room ends in an ellipsis, never in a digit that looks like its last one."""
    assert "25.0 " not in (shown := printed(terminal=True))
    assert "…" in shown


@pytest.mark.parametrize("terminal", [True, False])
def test_what_has_room_is_not_changed(terminal: bool) -> None:
    """A table that fits is as wide as its cells."""
    shown = printed(terminal=terminal, columns=1)
    assert ("25.09 T" in shown, "…" in shown) == (True, False)
