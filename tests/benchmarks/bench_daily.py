"""What the database costs every day: an identical re-run, reading, standing in the past, a day's ingest.

    python -m tests.benchmarks.bench_daily [1000000]

Prints ratios of one run on one machine, on two years of 51 rows a day, which the goals are for, or of as many
rows as asked for; each figure is the best of several rounds. The bare cursor fetches the whole table of
observations into Python tuples and does nothing else.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import polars as pl
from sqlalchemy import Engine

from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel, SeriesKey
from schemas.settings import Settings
from storage.archive import Archive
from storage.catalogue import record_catalogue
from storage.engine import open_database, reading, writing
from storage.headline import read_headline
from storage.observations import record_rankings
from storage.series import known_rows, view_of
from tasks import ingest
from tasks.normalize import normalize_catalogue
from tasks.run import run_context
from tests.benchmarks.loads import (
    DAYS,
    KNOWN,
    LAST_DAY,
    ROUNDS,
    best_ms,
    made_rows,
    receipt,
    record,
    rewritten,
    seconds,
    waits,
)
from tests.support.answers import print_rows
from tests.support.databases import ENGINES, settings_on

ROWS: Final = 51 * DAYS
LATER: Final = KNOWN + timedelta(days=1)
BARE: Final = "SELECT * FROM observation"


def said(what: str, measured: str, goal: str) -> None:
    """Print one row of the table."""
    print(f"| {what} | {measured} | {goal} |", flush=True)


def settled(engine: Engine) -> None:
    """What PostgreSQL does by itself within a minute of a large write: count, for its planner."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def measure_rerun(engine: Engine, rows: pl.DataFrame) -> None:
    """An answer about 30 days that says nothing new, from the comparison to the receipt."""
    month = rows.filter(pl.col("day") > LAST_DAY - timedelta(days=30))
    clean, nothing = RankingRows.cast(month), QuarantinedRows.create_empty()
    own, whole = [], []
    waited = waits(engine)
    for number in range(100, 100 + ROUNDS):
        start = perf_counter()
        with writing(engine) as connection:
            waited.clear()
            taken = seconds(lambda: record_rankings(connection, receipt(number, month), clean, nothing))  # noqa: B023 - called at once
            own.append(taken - sum(waited))
        whole.append(perf_counter() - start)
    said(
        "30 days again, own work",
        f"{min(own) * 1e3:.1f} ms ({min(whole) * 1e3:.1f} ms with the database and commit)",
        "≤ 10 ms",
    )


def measure_reads(engine: Engine) -> None:
    """The present state as frames, against fetching the table."""
    with reading(engine) as connection:
        view = view_of(connection, SeriesKey(channel=Channel.API))
        cursor: Any = connection.connection.cursor()
        bare, rows, whole = best_ms(
            lambda: cursor.execute(BARE).fetchall(),
            lambda: known_rows(connection, view, None, None),
            lambda: read_headline(connection, LATER),
        )
    said(
        "the present rows as a frame",
        f"{rows:.0f} ms = {rows / bare:.2f} × the bare cursor ({bare:.0f} ms)",
        "≤ 1.5",
    )
    said("the headline: spliced, validated, with its inputs", f"{whole:.0f} ms = {whole / bare:.2f} ×", "")


def measure_past(engine: Engine, rows: pl.DataFrame) -> None:
    """Two years as known before a rewrite of 37 of 52 weeks, against two years as known now."""
    taken = seconds(lambda: record(engine, 2, rewritten(rows), LATER))
    settled(engine)
    said("rewrite of 37 of 52 weeks at once", f"{taken * 1e3:.0f} ms", "")
    with reading(engine) as connection:
        now, then = best_ms(
            lambda: read_headline(connection, LATER), lambda: read_headline(connection, KNOWN)
        )
    said("two years as of before it", f"{then:.0f} ms = {then / now:.2f} × as of now ({now:.0f} ms)", "≤ 2")


def measure_ingest(settings: Settings, rows: pl.DataFrame) -> None:
    """A day's job without network and Prefect: open, archive two answers, check, record, commit."""
    taken = []
    for back in range(ROUNDS, -1, -1):
        last = LAST_DAY - timedelta(days=back)
        moment = datetime.combine(last + timedelta(days=1), time(2, 30), UTC)
        first = date.min if back == ROUNDS else last - timedelta(days=29)
        # As upstream does it, the three youngest days are restated a little every time.
        young = pl.col("day") > last - timedelta(days=4)
        window = rows.filter(pl.col("day").is_between(first, last)).with_columns(
            pl.when(young).then(pl.col("tokens") + back).otherwise(pl.col("tokens")).alias("tokens")
        )
        published = [(str(day), slug, tokens) for day, slug, tokens in window.rows()]
        body, models = print_rows("csv", published), catalogue(back)
        asked = Asked(start=window["day"][0], end=last, period="day", modality="text", format="csv")
        taken.append(seconds(lambda: ingest_day(settings, moment, body, asked, models)))  # noqa: B023 - called at once
    said("a day's ingest without Prefect and network", f"{min(taken[1:]) * 1e3:.0f} ms", "≤ 100 ms")


def ingest_day(settings: Settings, moment: datetime, body: bytes, asked: Asked, models: bytes) -> None:
    """Take in a day's rankings and catalogue, as the daily flow does once they have come."""
    with run_context(settings, as_of=moment) as run:
        keep = keeper(run.archive, moment)
        assert ingest.record(run, keep(body, Channel.EXPORTS, asked)).added
        kept = keep(models, Channel.MODELS, Asked())
        entries = normalize_catalogue(run.archive.body(kept))
        with writing(run.engine) as connection:
            assert record_catalogue(connection, kept, entries.rows)


def keeper(archive: Archive, moment: datetime) -> Callable[[bytes, Channel, Asked], Any]:
    """Archives answers that came at a moment."""
    return lambda body, channel, asked: archive.keep(
        body,
        channel=channel,
        url="https://localhost/made",
        asked=asked,
        fetched_at=moment,
        as_of=None,
        citation="made",
    )


def catalogue(salt: int) -> bytes:
    """An answer of `/models` with 400 entries, of which a new price changes one."""
    entries = [
        {
            "id": f"author-{n % 60}/model-{n}",
            "canonical_slug": f"author-{n % 60}/model-{n}-20260101",
            "hugging_face_id": None,
            "name": f"Model {n}",
            "created": 1_767_225_600,
            "context_length": 131072,
            "pricing": {"prompt": f"0.0000{salt + 10 if n == 0 else 25}", "completion": "0.0001"},
        }
        for n in range(400)
    ]
    return json.dumps({"data": entries}).encode()


def main() -> None:
    """Measure and print, on each engine."""
    rows = made_rows(int(sys.argv[1]) if sys.argv[1:] else ROWS)
    for kind in ENGINES:
        print(f"\n{kind}, {rows.height:,} rows of {DAYS} days, best of {ROUNDS}\n")
        print("| what | measured | goal |\n|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            with settings_on(kind, Path(folder) / "read", durable=True) as settings:
                engine = open_database(settings)
                record(engine, 1, rows)
                settled(engine)
                measure_rerun(engine, rows)
                measure_reads(engine)
                measure_past(engine, rows)
                engine.dispose()
            if rows.height == ROWS:  # an answer with more rows a day is none of this upstream's
                with settings_on(kind, Path(folder) / "daily", durable=True) as settings:
                    measure_ingest(settings, rows)


if __name__ == "__main__":
    main()
