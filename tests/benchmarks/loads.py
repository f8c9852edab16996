"""Loads of any size that the benchmarks of storage share, and how time and memory are taken."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

import polars as pl
from sqlalchemy import Engine, event

from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Asked, Channel, Receipt
from storage.engine import writing
from storage.observations import RecordOutcome, record_rankings

DAYS: Final = 731
ROUNDS: Final = 30
LAST_DAY: Final = date(2026, 6, 30)
KNOWN: Final = datetime(2026, 7, 5, tzinfo=UTC)
REWRITTEN: Final = 37 / 52
"""The part of closed history that was once restated at a stroke."""


def made_rows(rows: int) -> pl.DataFrame:
    """Two years of at least `rows` rows in all, in the order in which upstream publishes: by day, largest first.

    Each day ranks the same number of models and `other`; which models changes slowly. Tokens are made of a
    hash, so that every run measures the same rows.
    """
    ranked = -(-rows // DAYS)
    names = ranked * 8
    place = pl.int_range(pl.len(), dtype=pl.Int64) % ranked
    day = pl.int_range(pl.len(), dtype=pl.Int64) // ranked
    model = (day // 3 + place) % names
    slug = pl.format("author-{}/model-{}-20260101", model % 60, model)
    return (
        pl.select(pl.int_range(ranked * DAYS).alias("n"))
        .select(
            (day - DAYS + 1).alias("back"),
            pl.when(place == ranked - 1).then(pl.lit("other")).otherwise(slug).alias("permaslug"),
            (pl.col("n").hash(20260630) % 10**12).cast(pl.Int64).alias("tokens"),
        )
        .select((pl.lit(LAST_DAY) + pl.duration(days="back")).alias("day"), "permaslug", "tokens")
        .sort("day", "tokens", descending=[False, True])
    )


def rewritten(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows after 37 of 52 weeks were restated at once, oldest first."""
    until = LAST_DAY - timedelta(days=round(DAYS * (1 - REWRITTEN)))
    changed = pl.when(pl.col("day") <= until).then(pl.col("tokens") + 1).otherwise(pl.col("tokens"))
    return rows.with_columns(changed.alias("tokens"))


def receipt(number: int, rows: pl.DataFrame, known_at: datetime = KNOWN) -> Receipt:
    """A receipt of an answer that holds `rows`."""
    return Receipt(
        id=f"{number:08d}",
        channel=Channel.API,
        url="https://localhost/rankings",
        asked=Asked(start=rows["day"][0], end=rows["day"][-1], period="day", modality="text"),
        fetched_at=known_at,
        as_of=known_at,
        sha256=f"{number:064d}",
        bytes=0,
        citation="",
    )


def record(engine: Engine, number: int, rows: pl.DataFrame, known_at: datetime = KNOWN) -> RecordOutcome:
    """Record an answer as the pipeline does, in one transaction."""
    clean = RankingRows.cast(rows)
    with writing(engine) as connection:
        answer = receipt(number, rows, known_at)
        return record_rankings(connection, answer, clean, QuarantinedRows.create_empty())


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    work()
    return perf_counter() - start


def best_ms(*works: Callable[[], object]) -> tuple[float, ...]:
    """The shortest of several calls of each, in milliseconds; they take turns, so that a busy machine slows all."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return tuple(min(taken) * 1e3 for taken in zip(*rounds, strict=True))


def waits(engine: Engine) -> list[float]:
    """Seconds that each statement of an engine takes from now on, in the driver and the database; it grows."""
    taken: list[float] = []

    def begin(*_: object) -> None:
        taken.append(-perf_counter())

    def end(*_: object) -> None:
        taken[-1] += perf_counter()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    return taken


def peak_mb(work: Callable[[], object]) -> float:
    """How far the memory of this process rises at most above where it stands, in MB; Linux counts it."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    work()
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame in pieces that a plain program would hand on."""
    return frame.iter_slices(50_000)
