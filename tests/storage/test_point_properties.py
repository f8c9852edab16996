"""Whatever comes in whatever order: what is measured step by step is what would be measured from nothing."""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import RefusedAnswerError
from schemas.point_frames import KEY, Points
from storage.archive import open_archive
from storage.engine import open_database, reading, writing
from storage.points import read_points
from tasks.remeasuring import remeasure
from tests.support.databases import ENGINES, settings_on
from tests.support.made_answers import Book, noon
from tests.support.made_points import from_nothing, reviewed_in

FIRST = date(2026, 6, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(21)]
SLUGS = ("kai/one", "kai/one:free", "ada/pro", "zoe/new", "stealth/owl", "other")
CELLS = st.tuples(st.sampled_from(DAYS), st.sampled_from(SLUGS))
PRICES = st.none() | st.integers(0, 3)


@dataclass
class Step:
    """What one look brings: edits of the answer before it, and a catalogue."""

    edits: dict[tuple[date, str], int]
    drops: set[tuple[date, str]]
    catalogue: dict[tuple[str, str], int | None]
    days_later: int


STEPS = st.builds(
    Step,
    edits=st.dictionaries(CELLS, st.integers(0, 9), max_size=4),
    drops=st.sets(st.tuples(st.sampled_from(DAYS), st.just("kai/one:free")), max_size=2),
    catalogue=st.dictionaries(
        st.sampled_from([("kai/one", ""), ("kai/one", "free"), ("ada/pro", "")]), PRICES, max_size=3
    ),
    days_later=st.sampled_from([0, 1, 4, 7]),
)


@pytest.mark.parametrize("kind", ENGINES)
@settings(max_examples=12, deadline=None)
@given(steps=st.lists(STEPS, min_size=2, max_size=5))
def test_step_by_step_is_from_nothing(kind: str, steps: list[Step]) -> None:
    """At every standpoint the stored points are those computed from nothing; measuring again writes nothing."""
    with tempfile.TemporaryDirectory() as home, settings_on(kind, Path(home) / "home") as made:
        used = made.model_copy(update={"reference": reviewed_in(Path(home) / "reviewed")})
        book = Book(open_database(used), open_archive(used))
        rows = {(day, slug): 5 for day in DAYS for slug in SLUGS}
        at, looks = noon(9), []
        for step in steps:
            at += timedelta(days=step.days_later)
            rows = {cell: tokens for cell, tokens in (rows | step.edits).items() if cell not in step.drops}
            ended = {cell: tokens for cell, tokens in rows.items() if cell[0] < at.date()}
            try:
                book.take(ended, at)
                book.take_catalogue([(*entry, price) for entry, price in step.catalogue.items()], at)
            except RefusedAnswerError:
                pass
            with writing(book.engine) as connection:
                remeasure(connection, used, at)
                assert remeasure(connection, used, at) == 0
            looks.append(at)
        with reading(book.engine) as connection:
            for look in looks:
                stored = read_points(connection, look).select(Points.column_names()).sort(KEY)
                assert stored.equals(from_nothing(connection, used, look))
        book.engine.dispose()
