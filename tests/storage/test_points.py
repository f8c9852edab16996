"""Stored points: every vintage stays, only what changed is written, and each says what it was computed from."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from schemas.errors import AsOfError
from schemas.point_frames import KEY, Points
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import WEEK
from storage.asof import TABLES
from storage.engine import reading, writing
from storage.points import measured_windows, read_points
from storage.replay import replay
from storage.vacuum import drop_replaced
from tasks.metrics.folded import CROSSINGS, DRAWDOWN, FOLDED, PEAKS
from tasks.metrics.kept import SHARES_BY_ORIGIN
from tasks.metrics.kept_moves import moved_by
from tasks.metrics.leads import crossings, leads
from tasks.metrics.peaks import peaks
from tasks.metrics.shares import shares
from tasks.reading import Reading, read
from tasks.remeasuring import keep_points, remeasure
from tasks.run import run_context
from tests.support.made_answers import READERS, Book, Entry, day, noon
from tests.support.made_points import Learned, ReviewedFolder, from_nothing

WEEKS = [date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15)]
ROWS = {
    (WEEKS[0] + timedelta(days=n), slug): tokens
    for n in range(21)
    for slug, tokens in {"kai/one": 40, "ada/pro": 30, "stealth/owl": 20, "other": 10}.items()
}


MADE_IN = date(2025, 1, 1)
_UNIX_OF_JUNE = 1_780_272_000
"""2026-06-01T00:00Z."""
_LISTED: list[Entry] = [
    ("kai/one", "", 3_000_000),
    ("ada/pro", "", 5_000_000),
    ("ada/idle", "", 9_000_000, 70.0, _UNIX_OF_JUNE),
]


class Bench:
    """A database with three whole weeks, and reviewed rows that are learned in time."""

    def __init__(self, book: Book, settings: Settings, reviewed: ReviewedFolder) -> None:
        self.book, self.settings, self.reviewed = book, settings, reviewed

    def measure(self, at: datetime) -> int:
        """Measure as of a moment; how many points were written."""
        with writing(self.book.engine) as connection:
            return remeasure(connection, self.settings, at)

    def reading(self, at: datetime) -> Reading:
        """What a run measures as of a moment."""
        with reading(self.book.engine) as connection:
            return read(connection, self.settings, at)

    def points(self, at: datetime | None = None) -> pl.DataFrame:
        """What a standpoint knows was said."""
        with reading(self.book.engine) as connection:
            return read_points(connection, at)

    def share(self, week: date, at: datetime) -> tuple[int, int, datetime]:
        """Tokens and denominator of the Chinese share of a week, and when that was said."""
        found = self.points(at).filter(
            window_kind="week", window_start=week, definition=SHARES_BY_ORIGIN, subject="CN"
        )
        [row] = found.select("part", "whole", "known_at").rows()
        return row

    def written(self, measurement: int) -> set[date]:
        """The ISO weeks of which a measurement wrote points."""
        point, window = TABLES["metric_point"].c, TABLES["metric_window"].c
        query = (
            select(window.first_epoch_day)
            .join(TABLES["metric_point"], point.window_id == window.id)
            .where(point.measurement_id == measurement, window.kind == "week")
            .distinct()
        )
        with reading(self.book.engine) as connection:
            return {date(1970, 1, 1) + timedelta(days=day) for day in connection.execute(query).scalars()}


@pytest.fixture
def bench(book: Book, settings: Settings, tmp_path: Path) -> Bench:
    """Two weeks, recorded and measured on 16 June."""
    reviewed = ReviewedFolder(tmp_path / "reviewed")
    used = settings.model_copy(update={"reference": reviewed.folder})
    book.take({cell: tokens for cell, tokens in ROWS.items() if cell[0] < date(2026, 6, 15)}, noon(16))
    book.take_catalogue(_LISTED, noon(16))
    made = Bench(book, used, reviewed)
    made.measure(noon(16))
    return made


def test_what_was_said_stays(bench: Bench) -> None:
    """After a restatement a standpoint before it still reads the figure of that time, and when it was said."""
    bench.book.take({**ROWS, (WEEKS[0], "kai/one"): 100}, noon(17), nonce="restated")
    bench.measure(noon(17))
    assert bench.share(WEEKS[0], noon(16, 13)) == (280, 700, noon(16))
    assert bench.share(WEEKS[0], noon(17)) == (340, 760, noon(17))


def test_the_same_again_writes_nothing(bench: Bench) -> None:
    """Measuring twice, now or later, leaves every table as it was."""
    before = bench.points()
    assert (bench.measure(noon(16)), bench.measure(noon(17))) == (0, 0)
    assert bench.points().equals(before)


def test_a_new_week_writes_that_week_alone(bench: Bench) -> None:
    """What was measured before is not written again, and not even computed."""
    bench.measure(noon(18))
    bench.book.take(ROWS, noon(23))
    bench.measure(noon(23))
    assert bench.written(3) == {WEEKS[2]}


def test_a_restated_day_writes_its_week_and_what_looks_back_at_it(bench: Bench) -> None:
    """The week after grows from another base, and peaks run on; a week further on says what it said."""
    bench.book.take(ROWS, noon(23))
    bench.measure(noon(23))
    bench.book.take({**ROWS, (WEEKS[0], "kai/one"): 10}, noon(24))
    bench.measure(noon(24))
    third = bench.points().filter(window_kind="week", window_start=WEEKS[2])
    assert bench.written(3) == {WEEKS[0], WEEKS[1], WEEKS[2]}
    written = set(third.filter(measurement_id=3)["definition"])
    assert written <= set(FOLDED)
    assert PEAKS in written


def test_a_reveal_is_a_vintage(bench: Bench) -> None:
    """The stealth model that is revealed on the 18th is Chinese from then on, and was not before."""
    bench.measure(noon(18))
    assert bench.share(WEEKS[1], noon(17))[:2] == (280, 700)
    assert bench.share(WEEKS[1], noon(18))[:2] == (420, 700)


def test_a_price_changes_its_weeks_alone(bench: Bench) -> None:
    """A price that changed after a week has no part in its figures."""
    bench.book.take(ROWS, noon(23))
    bench.measure(noon(23))
    bench.book.take_catalogue([("kai/one", "", 2_000_000), *_LISTED[1:]], noon(24))
    assert bench.measure(noon(24)) == 0


def test_a_first_price_reaches_back(bench: Bench) -> None:
    """Tokens used before their model was listed are priced by its first price: those weeks are measured anew."""
    bench.book.take_catalogue([*_LISTED, ("stealth/owl", "", 1_000_000)], noon(17))
    assert bench.measure(noon(17)) > 0
    assert bench.written(2) >= set(WEEKS[:2])


_NEWS: dict[str, Callable[[Bench, ReviewedFolder], object]] = {
    "an entry dated back": lambda bench, _: bench.book.take_catalogue(
        [*_LISTED, ("zoe/idle", "", 1, 90.0, _UNIX_OF_JUNE)], noon(17)
    ),
    "a first index": lambda bench, _: bench.book.take_catalogue(
        [("kai/one", "", 3_000_000, 44.0, None), *_LISTED[1:]], noon(17)
    ),
    "a first price": lambda bench, _: bench.book.take_catalogue(
        [*_LISTED, ("stealth/owl", "", 1_000_000)], noon(17)
    ),
    "a lab": lambda _, reviewed: reviewed.learn([Learned("labs.csv", "ada", "Ada,GB", MADE_IN)], day(17)),
    "a reveal": lambda _, reviewed: reviewed.learn(
        [Learned("attributions.csv", "stealth/owl", "revealed,Ada,US", MADE_IN)], day(17)
    ),
    "a router": lambda _, reviewed: reviewed.learn(
        [Learned("attributions.csv", "ada/idle", "router,,", day(30))], day(17)
    ),
    "weights": lambda _, reviewed: reviewed.learn(
        [Learned("open_weights.csv", "kai/*", "open", MADE_IN)], day(17)
    ),
}
"""What is learned on 17 June about weeks before it."""


@pytest.mark.parametrize("news", _NEWS)
def test_what_is_learned_later_reaches_back(bench: Bench, news: str) -> None:
    """Points of weeks that had been measured are those that would be computed from nothing."""
    _NEWS[news](bench, bench.reviewed)
    assert bench.measure(noon(17)) > 0
    assert bench.written(2) >= set(WEEKS[:1])
    with reading(bench.book.engine) as connection:
        expected = from_nothing(connection, bench.settings, noon(17))
        assert read_points(connection).select(Points.column_names()).sort(KEY).equals(expected)


def test_a_week_that_is_no_longer_whole_has_no_points(bench: Bench) -> None:
    """Where the channels disagree the other one's days are left out, and with them what was said of them."""
    exports = {cell: tokens for cell, tokens in ROWS.items() if cell[0] < WEEKS[1]}
    bench.book.take({**exports, (WEEKS[0], "kai/one"): 1}, noon(17), channel=Channel.EXPORTS)
    bench.measure(noon(17))
    assert bench.points().filter(window_kind="week")["window_start"].unique().to_list() == [WEEKS[0]]
    assert set(bench.points(noon(16)).filter(window_kind="week")["window_start"]) == set(WEEKS[:2])


def test_an_earlier_standpoint_is_refused(bench: Bench) -> None:
    """Nothing is put before what was said later."""
    with pytest.raises(AsOfError, match="Measuring as of 2026-06-15T12:00Z would change what was said since"):
        bench.measure(noon(15))


def test_a_replay_and_a_vacuum_leave_what_was_said(bench: Bench) -> None:
    """Points are no facts of the archive: they say what this installation said, whatever becomes of the rows."""
    bench.book.take({**ROWS, (WEEKS[0], "kai/one"): 100}, noon(17))
    bench.measure(noon(17))
    before = bench.points()
    replay(bench.settings, READERS)
    with writing(bench.book.engine) as connection:
        drop_replaced(connection, noon(17), noon(18))
    assert bench.points().equals(before)
    assert bench.share(WEEKS[0], noon(16))[:2] == (280, 700)
    assert bench.measure(noon(17)) == 0


def test_a_measurement_names_what_it_was_computed_from(bench: Bench) -> None:
    """The newest vintages of rows and catalogue that were known, and the reviewed rows."""
    measurement = TABLES["measurement"]
    with reading(bench.book.engine) as connection:
        [row] = connection.execute(select(measurement)).mappings()
        points = connection.execute(select(func.count()).select_from(TABLES["metric_point"])).scalar_one()
        assert {window.start for window in measured_windows(connection) if window.kind == WEEK} == set(
            WEEKS[:2]
        )
    assert (row["exports_snapshot_id"], row["api_snapshot_id"], row["catalogue_snapshot_id"]) == (None, 1, 1)
    assert (row["known_at"], row["points_written"], len(row["reviewed_sha256"])) == (noon(16), points, 64)


def test_both_engines_hold_the_figures_exactly(bench: Bench) -> None:
    """What is read back is what was computed, to the last bit of every fraction."""
    with reading(bench.book.engine) as connection:
        expected = from_nothing(connection, bench.settings, noon(16))
        assert read_points(connection).select(Points.column_names()).sort(KEY).equals(expected)


def test_what_a_run_has_read_is_used(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points of what was measured are those of reading it again, and nothing is read twice."""
    bench.book.take(ROWS, noon(23))
    known = bench.reading(noon(23))
    monkeypatch.setattr("tasks.remeasuring.read", None)
    with run_context(bench.settings, as_of=noon(23)) as run:
        assert keep_points(run, known) > 0
    with reading(bench.book.engine) as connection:
        expected = from_nothing(connection, bench.settings, noon(23))
        assert read_points(connection).select(Points.column_names()).sort(KEY).equals(expected)


@pytest.mark.parametrize("by_another", ["rows", "points"])
def test_what_a_run_has_read_is_read_again_where_others_came_first(bench: Bench, by_another: str) -> None:
    """Rows that another process recorded meanwhile count, and what it said is not said before it."""
    known = bench.reading(noon(17))
    bench.book.take({**ROWS, (WEEKS[0], "kai/one"): 100}, noon(17))
    if by_another == "points":
        bench.measure(noon(17, 13))
    with run_context(bench.settings, as_of=noon(17, 14)) as run:
        keep_points(run, known)
    assert bench.share(WEEKS[0], noon(17, 14))[:2] == (340, 760)


def test_folded_points_are_those_of_the_metrics(bench: Bench) -> None:
    """Changes of leader, peaks and drawdowns are found from stored points as they are from rows."""
    third = {
        cell: 90 if cell[1] == "ada/pro" else tokens for cell, tokens in ROWS.items() if cell[0] >= WEEKS[2]
    }
    bench.book.take({**ROWS, **third}, noon(23))
    bench.measure(noon(23))
    known = bench.reading(noon(23))
    weeks = known.cover(WEEK).complete
    points = bench.points().filter(window_kind="week")
    highest = peaks(shares(known.usage, weeks))
    crossed = crossings(leads(known.usage, weeks, a="CN", b="US"))
    assert crossed.select("window_start", "leader", "previous_leader").rows() == [(WEEKS[2], "US", "CN")]
    assert points.filter(definition=CROSSINGS).select("window_start", "word").rows() == [
        (WEEKS[2], "US after CN, decided")
    ]
    for definition, column in ((PEAKS, "peak_share"), (DRAWDOWN, "drawdown_points")):
        found = points.filter(definition=definition).select(
            "window_start", "subject", column=pl.col("figure")
        )
        assert found.equals(highest.select("window_start", "subject", column=pl.col(column)))


def test_contributions_add_up_to_the_change_of_the_share(bench: Bench) -> None:
    """Every model that China had in either week has its part, and the parts are the change."""
    bench.book.take({**ROWS, (WEEKS[1], "kai/one"): 400, (WEEKS[1], "kai/two"): 50}, noon(17))
    bench.measure(noon(17))
    second = bench.points().filter(window_kind="week", window_start=WEEKS[1])
    parts = second.filter(definition=moved_by("CN"))
    then, now = (bench.share(week, noon(17)) for week in WEEKS[:2])
    assert parts["subject"].to_list() == ["kai/one", "kai/two"]
    assert parts["figure"].sum() == pytest.approx(100 * (now[0] / now[1] - then[0] / then[1]))
