"""How fast rows are recorded and read, against the least that any program on SQLite must do.

    python tests/benchmarks/bench_record.py

Prints ratios of one run on one machine: the first load of two years against raw `sqlite3` writing the same
tuples into the same schema, the re-run of 30 unchanged days, and the read of two years against the bare
cursor. Each figure is the best of several rounds.
"""

import random
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import polars as pl
from sqlalchemy import Engine

from schemas.frames import QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel, Receipt
from schemas.settings import SampleSettings
from storage.engine import open_database, reading, writing
from storage.observations import read_headline, record_rankings

DAYS = 731
ROWS_A_DAY = 51
ROUNDS = 7
LAST_DAY = date(2026, 6, 30)
STANDPOINT = datetime(2026, 7, 5, tzinfo=UTC)
FIRST_LOAD_GOAL = 1.4
RERUN_GOAL_MS = 20.0


def made_rows() -> pl.DataFrame:
    """Two years of 51 rows a day over some 400 models, in the order in which upstream publishes them."""
    dice = random.Random(20260630)  # noqa: S311 - figures, not secrets
    slugs = [f"author-{n % 60}/model-{n}-20260101" for n in range(400)]
    rows: list[tuple[date, str, int]] = []
    for back in range(DAYS - 1, -1, -1):
        day = LAST_DAY - timedelta(days=back)
        first = (DAYS - back) // 3
        ranked = [slugs[(first + n) % len(slugs)] for n in range(ROWS_A_DAY - 1)]
        tokens = sorted((dice.randrange(10**9, 10**12) for _ in ranked), reverse=True)
        rows += zip([day] * len(ranked), ranked, tokens, strict=True)
        rows.append((day, "other", dice.randrange(10**10, 10**11)))
    schema = {"day": pl.Date, "permaslug": pl.String, "tokens": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def receipt(number: int, rows: pl.DataFrame) -> Receipt:
    """A receipt of an answer that holds `rows`."""
    return Receipt(
        id=f"{number:08d}",
        channel=Channel.API,
        url="https://localhost/rankings",
        asked=Asked(start=rows["day"][0], end=rows["day"][-1], period="day", modality="text"),
        fetched_at=STANDPOINT,
        as_of=STANDPOINT,
        sha256=f"{number:064d}",
        bytes=0,
        citation="",
    )


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    work()
    return perf_counter() - start


def record(engine: Engine, number: int, rows: pl.DataFrame) -> None:
    """Record an answer as the pipeline does."""
    clean = RankingRows.cast(rows)
    with writing(engine) as connection:
        record_rankings(connection, receipt(number, rows), clean, QuarantinedRows.create_empty())


def raw_load(
    path: Path, tuples: list[tuple[object, ...]], parents: list[tuple[str, list[tuple[object, ...]]]]
) -> None:
    """What nobody can avoid: one connection, one transaction, the same tuples into the same tables."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in parents:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?)", tuples)
    connection.execute("COMMIT")
    connection.close()


def main() -> None:
    """Measure and print."""
    rows = made_rows()
    ours, raw, rerun, read, bare = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            settings = SampleSettings(TOKENTIDE_HOME=Path(folder) / f"ours-{number}")
            engine = open_database(settings)
            ours.append(seconds(lambda: record(engine, 1, rows)))  # noqa: B023 - called at once
            month = rows.filter(pl.col("day") > LAST_DAY - timedelta(days=30))
            rerun.append(seconds(lambda: record(engine, 2, month)))  # noqa: B023
            with reading(engine) as connection:
                read.append(seconds(lambda: read_headline(connection, STANDPOINT)))
            engine.dispose()
            source = sqlite3.connect(settings.home / "tokentide.db")
            names = ("series", "model", "archive_receipt", "snapshot", "day_state")
            parents = [(name, source.execute(f"SELECT * FROM {name}").fetchall()) for name in names]
            tuples: list[tuple[object, ...]] = []
            query = "SELECT * FROM observation ORDER BY series_id, epoch_day, model_id"
            bare.append(seconds(lambda: tuples.extend(source.execute(query).fetchall())))  # noqa: B023
            source.close()
            empty = SampleSettings(TOKENTIDE_HOME=Path(folder) / f"raw-{number}")
            open_database(empty).dispose()
            raw.append(seconds(lambda: raw_load(empty.home / "tokentide.db", tuples, parents)))  # noqa: B023
    load, again, back = min(ours), min(rerun), min(read)
    print(f"{rows.height:,} rows of {DAYS} days, best of {ROUNDS}")
    print(
        f"first load       {load * 1e3:6.1f} ms = {load / min(raw):.2f} x raw sqlite3; goal {FIRST_LOAD_GOAL}"
    )
    print(f"30 days again    {again * 1e3:6.1f} ms; goal {RERUN_GOAL_MS:.0f} ms")
    print(f"read into Polars {back * 1e3:6.1f} ms = {back / min(bare):.2f} x the bare cursor")


if __name__ == "__main__":
    main()
