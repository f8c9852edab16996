"""Stored points as files: every version, so that a reader finds what had been said at any moment."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from schemas.point_frames import KEY, VALUES
from storage.archive import open_archive
from storage.engine import reading, writing
from storage.points import read_points
from tasks.remeasuring import remeasure
from tests.exporting.conftest import Recorded
from tests.support.made_answers import Book
from tests.support.made_history import FIRST_LOOK, SECOND_LOOK


@pytest.mark.parametrize("moment", [FIRST_LOOK, SECOND_LOOK])
def test_a_reader_finds_what_had_been_said(history: Recorded, out: Path, moment: datetime) -> None:
    """The versions known at a moment, not replaced by then and not withdrawn, are the points of that standpoint."""
    files = pl.read_parquet(out / "parquet" / "points" / "**" / "*.parquet", hive_partitioning=False)
    replaced = pl.col("replaced_at") <= moment
    then = files.filter(
        pl.col("known_at") <= moment, replaced.ne_missing(pl.lit(value=True)), ~pl.col("withdrawn")
    )
    with reading(history.engine) as connection:
        expected = read_points(connection, moment)
    columns = [*KEY, *VALUES]
    assert then.select(columns).sort(KEY).equals(expected.select(columns).sort(KEY))


def test_a_measurement_leads_to_its_payloads(out: Path) -> None:
    """Each names the newest vintages that it knew, and these are in the export with their SHA-256."""
    measurements = pl.read_parquet(out / "parquet" / "measurements.parquet")
    vintages = pl.read_parquet(out / "parquet" / "vintages.parquet")
    named = measurements.select("known_at", snapshot_id="exports_snapshot_id")
    found = named.join(vintages.filter(channel="exports"), on="snapshot_id").sort("known_at")
    assert found["known_at"].to_list() == [FIRST_LOOK, SECOND_LOOK]
    assert found["sha256"].str.len_chars().to_list() == [64, 64]


def test_a_point_says_whether_its_window_has_settled(own: Recorded, tmp_path: Path) -> None:
    """February settles on the fourth day after it: before, an export calls it provisional, from then on settled."""
    days = {(date(2026, 2, day), "other"): 5 for day in range(1, 29)}
    book = Book(own.engine, open_archive(own.settings))
    book.take(days, datetime(2026, 3, 2, tzinfo=UTC))
    with writing(own.engine) as connection:
        remeasure(connection, own.settings, datetime(2026, 3, 2, tzinfo=UTC))
    found = {}
    for name, as_of in (
        ("before", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        ("after", datetime(2026, 3, 4, tzinfo=UTC)),
    ):
        own.write(tmp_path / name, as_of)
        files = pl.read_parquet(tmp_path / name / "parquet" / "points" / "**" / "*.parquet")
        found[name] = (
            files.filter(window="2026-02").select("window_kind", "settles_at", "status").unique().rows()
        )
    settles_at = datetime(2026, 3, 4, tzinfo=UTC)
    assert found == {
        "before": [("month", settles_at, "provisional")],
        "after": [("month", settles_at, "settled")],
    }
