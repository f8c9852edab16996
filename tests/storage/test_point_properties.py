"""Whatever comes in whatever order: what is measured step by step is what would be measured from nothing."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dataframely as dy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from schemas.errors import RefusedAnswerError
from schemas.point_frames import KEY, Points
from schemas.settings import Settings
from storage.archive import open_archive
from storage.engine import open_database, reading, writing
from storage.points import read_points
from tasks.remeasuring import remeasure
from tests.support.databases import ENGINES, settings_on
from tests.support.made_answers import Book, Entry
from tests.support.made_points import Learned, ReviewedFolder, from_nothing

_DAY = timedelta(days=1)
YEAR_BEFORE = [date(2025, 2, 3) + n * _DAY for n in range(7)]
"""The ISO week that is 52 weeks before the second one of `DAYS`."""
DAYS = [date(2026, 1, 26) + n * _DAY for n in range(42)]
"""Six weeks from Monday, five from Sunday, and a whole month."""
FIRST_LOOK = datetime(2026, 2, 14, 12, tzinfo=UTC)
SLUGS = ("kai/one", "kai/one:free", "ada/pro", "zoe/new", "stealth/owl", "other")
ENTRIES = [("kai/one", ""), ("kai/one", "free"), ("ada/pro", ""), ("zoe/idle", "")]
TABLES_OF_POINTS = ("metric_point", "measured_window", "measurement", "metric_window", "metric_word")


@dataclass(frozen=True)
class Step:
    """What one look brings: edits of the answer before it, a catalogue, and what people have reviewed since."""

    edits: dict[tuple[date, str], int]
    drops: set[tuple[date, str]]
    catalogue: dict[tuple[str, str], tuple[int | None, float | None, date | None]]
    learned: list[Learned]
    is_gap_accepted: bool
    days_later: int

    def entries(self) -> list[Entry]:
        """The catalogue as it is published."""
        return [
            (
                slug,
                variant,
                price,
                index,
                int(datetime(came.year, came.month, came.day, tzinfo=UTC).timestamp()),
            )
            if came
            else (slug, variant, price, index, None)
            for (slug, variant), (price, index, came) in self.catalogue.items()
        ]


CELLS = st.tuples(st.sampled_from([*YEAR_BEFORE, *DAYS]), st.sampled_from(SLUGS))
VALID = st.sampled_from([date(2025, 1, 1), DAYS[3], DAYS[20]])
LEARNED = st.one_of(
    st.builds(Learned, st.just("labs.csv"), st.just("kai"), st.sampled_from(["Kai,CN", "Kai,SG"]), VALID),
    st.builds(Learned, st.just("labs.csv"), st.just("zoe"), st.sampled_from(["Zoe,FR", "Zoe,US"]), VALID),
    st.builds(
        Learned,
        st.just("attributions.csv"),
        st.just("stealth/owl"),
        st.sampled_from(["revealed,Kai,CN", "revealed,Ada,US", "router,,"]),
        VALID,
    ),
    st.builds(
        Learned,
        st.just("open_weights.csv"),
        st.sampled_from(["kai/*", "ada/pro", "zoe/new"]),
        st.sampled_from(["open", "closed"]),
        VALID,
    ),
)
STEPS = st.builds(
    Step,
    edits=st.dictionaries(CELLS, st.integers(0, 9), max_size=4),
    drops=st.sets(st.tuples(st.sampled_from(DAYS), st.just("kai/one:free")), max_size=2),
    catalogue=st.dictionaries(
        st.sampled_from(ENTRIES),
        st.tuples(
            st.none() | st.integers(0, 3),
            st.none() | st.sampled_from([40.0, 60.0]),
            st.none() | st.sampled_from([DAYS[0], DAYS[15], DAYS[30]]),
        ),
        max_size=4,
    ),
    learned=st.lists(LEARNED, max_size=2),
    is_gap_accepted=st.booleans(),
    days_later=st.sampled_from([0, 1, 5, 9]),
)


@pytest.mark.parametrize("kind", ENGINES)
@settings(max_examples=12, deadline=None)
@given(steps=st.lists(STEPS, min_size=2, max_size=5), missing=st.none() | st.sampled_from([DAYS[2], DAYS[9]]))
def test_step_by_step_is_from_nothing(kind: str, steps: list[Step], missing: date | None) -> None:
    """At every look the stored points are those computed from nothing, a second look writes nothing, and all stay.

    Weeks come and are restated, labs and stealth models are revealed, weights are reviewed, prices, indices and
    listings change, the catalogue is not read, and a day that is missing becomes a known gap.
    """
    with tempfile.TemporaryDirectory() as home, settings_on(kind, Path(home) / "home") as made:
        reviewed = ReviewedFolder(Path(home) / "reviewed")
        used = made.model_copy(update={"reference": reviewed.folder})
        book = Book(open_database(used), open_archive(used))
        rows = {(day, slug): 5 for day in (*YEAR_BEFORE, *DAYS) for slug in SLUGS if day != missing}
        at = FIRST_LOOK
        said: dict[datetime, dy.DataFrame[Points]] = {}
        for step in steps:
            at += timedelta(days=step.days_later)
            reviewed.learn(step.learned, at.date())
            if step.is_gap_accepted and missing:
                reviewed.accept(missing)
            edited = {cell: tokens for cell, tokens in step.edits.items() if cell[0] != missing}
            rows = {cell: tokens for cell, tokens in (rows | edited).items() if cell not in step.drops}
            take(book, {cell: tokens for cell, tokens in rows.items() if cell[0] < at.date()}, step, at)
            said[at] = measured(book, used, at)
        with reading(book.engine) as connection:
            for look, points in said.items():
                assert read_points(connection, look).select(Points.column_names()).sort(KEY).equals(points)
        book.engine.dispose()


def take(book: Book, rows: dict[tuple[date, str], int], step: Step, at: datetime) -> None:
    """Record what a look brings; an answer that would lose too much is refused, and changes nothing."""
    try:
        book.take(rows, at)
        if step.catalogue:
            book.take_catalogue(step.entries(), at)
    except RefusedAnswerError:
        pass


def measured(book: Book, used: Settings, at: datetime) -> dy.DataFrame[Points]:
    """Measure twice; what was computed from nothing, which must be what is stored."""
    with writing(book.engine) as connection:
        remeasure(connection, used, at)
    before = tables(book)
    with writing(book.engine) as connection:
        assert remeasure(connection, used, at) == 0
    assert tables(book) == before
    with reading(book.engine) as connection:
        expected = from_nothing(connection, used, at)
        assert read_points(connection).select(Points.column_names()).sort(KEY).equals(expected)
    return expected


def tables(book: Book) -> list[list[tuple[object, ...]]]:
    """Every row of every table of points."""
    with reading(book.engine) as connection:
        return [
            sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}")))
            for name in TABLES_OF_POINTS
        ]
