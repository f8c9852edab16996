"""What keeping points costs: two years of made rankings from nothing, the same again, and one week more.

    python -m tests.benchmarks.bench_points

51 rows a day with a list price each. The week more completes a week from Monday, one from Sunday, a month and a
quarter, which is the most that a run ever has to do; the best of five, each on a copy of its own.
"""

import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dataframely as dy
import polars as pl

from flows.sample.home import REFERENCE
from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel
from schemas.settings import SampleSettings
from storage.engine import writing
from storage.observations import record_rankings
from tasks.measuring import measure
from tasks.remeasuring import keep_points
from tasks.run import RunContext, run_context
from tests.benchmarks.bench_weekly import DAYS, FIRST, two_years
from tests.support.made_answers import Book

ROUNDS = 5
END = FIRST + timedelta(days=DAYS)
LAST_WEEK = END - timedelta(days=7)


def main() -> None:
    """Print what each takes."""
    rows = two_years()
    earlier = RankingRows.validate(rows.filter(pl.col("day") < LAST_WEEK))
    newest = RankingRows.validate(rows.filter(pl.col("day") >= LAST_WEEK))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with run_context(_settings(folder / "two-years"), as_of=_after(LAST_WEEK)) as run:
            _record(run, earlier, FIRST, LAST_WEEK)
            slugs = sorted(slug for slug in rows["permaslug"].unique() if slug != "other")
            prices = [(slug, "", 1_000_000 + 1_000 * place) for place, slug in enumerate(slugs)]
            Book(run.engine, run.archive).take_catalogue(prices, _after(LAST_WEEK))
            print("from nothing: {} points in {:.0f} ms".format(*_kept(run)))
            print("nothing new: {} points in {:.0f} ms".format(*_kept(run)))
        with run_context(_settings(folder / "two-years"), as_of=_after(END)) as run:
            _record(run, newest, LAST_WEEK, END)
        took = []
        for number in range(ROUNDS):
            shutil.copytree(folder / "two-years", folder / f"copy-{number}")
            with run_context(_settings(folder / f"copy-{number}"), as_of=_after(END)) as run:
                took.append(_kept(run, after_measuring=True))
        print("a week more: {} points in {:.0f} ms".format(*min(took, key=lambda each: each[1])))


def _kept(run: RunContext, *, after_measuring: bool = False) -> tuple[int, float]:
    """How many points were written, and the milliseconds that it took."""
    known = measure(run).reading if after_measuring else None
    began = time.perf_counter()
    written = keep_points(run, known)
    return written, 1000 * (time.perf_counter() - began)


def _settings(home: Path) -> SampleSettings:
    return SampleSettings(TOKENTIDE_HOME=home, TOKENTIDE_REFERENCE=REFERENCE)


def _after(end: date) -> datetime:
    return datetime.combine(end + timedelta(days=3), datetime.min.time(), UTC)


def _record(run: RunContext, rows: dy.DataFrame[RankingRows], first: date, end: date) -> None:
    receipt = run.archive.keep(
        str(end).encode(),
        channel=Channel.API,
        url="http://127.0.0.1/made",
        asked=Asked(start=first, end=end - timedelta(days=1)),
        fetched_at=_after(end),
        as_of=_after(end),
        citation="MADE",
    )
    with writing(run.engine) as connection:
        record_rankings(connection, receipt, rows, QuarantinedRows.create_empty())


if __name__ == "__main__":
    main()
