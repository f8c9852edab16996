"""The first load and a rewrite of history, at three sizes on both engines, against the least and the usual.

    python -m tests.benchmarks.bench_load [35000 1000000 10000000] [sqlite postgresql]

Prints ratios of one run on one machine. Every figure is of a process of its own that finds its rows in a
file, so that memory is counted from where only the frame is held. Sizes below 100,000 are the best of five.
A usual way is stopped when it has taken ten times as long as ours, or two minutes.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import URL, make_url

from schemas.settings import SampleSettings
from storage.engine import connect, database_url, open_database
from tests.benchmarks.loads import KNOWN, made_rows, peak_mb, record, rewritten, seconds
from tests.benchmarks.plain_loads import RIVALS, bare_copy, raw_sqlite, rival
from tests.support.databases import ENGINES
from tests.support.postgresql import postgresql_database

SIZES: Final = (35_000, 1_000_000, 10_000_000)
GOALS: Final = {"sqlite": 1.3, "postgresql": 1.5}
LEAST: Final = {"sqlite": "raw sqlite3", "postgresql": "bare COPY"}
MEMORY_GOAL_MB: Final = 128
PATIENCE: Final = 10
"""How many times as long as ours a usual way may take; where that is little, ten seconds."""
MOST_PATIENCE_S: Final = 120
AS_OBJECTS: Final = 2_000_000
"""The largest size at which a usual way is measured that makes objects of all rows: more do not fit in memory."""


def measure(case: str, url: str, file: Path) -> dict[str, float]:
    """One figure, in this process: `ours`, `least`, or the name of a usual way."""
    rows = pl.read_parquet(file)
    place = make_url(url)
    if case == "least":
        bare = place.get_backend_name() == "postgresql"
        return {"s": bare_copy(url, rows) if bare else raw_sqlite(Path(str(place.database)), rows)}
    engine = connect(database_url(SampleSettings(TOKENTIDE_HOME=file.parent, TOKENTIDE_DATABASE_URL=url)))
    if case != "ours":
        return {"s": rival(case, engine, rows)}
    taken: dict[str, float] = {}
    taken["mb"] = peak_mb(lambda: taken.update(s=seconds(lambda: record(engine, 1, rows))))
    again = rewritten(rows)
    later = KNOWN + timedelta(days=1)
    taken["rewrite_mb"] = peak_mb(
        lambda: taken.update(rewrite_s=seconds(lambda: record(engine, 2, again, later)))
    )
    return taken


@contextmanager
def fresh(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database with our tables."""
    if engine == "postgresql":
        with postgresql_database(durable=True) as url:
            yield url.set(drivername="postgresql").render_as_string(hide_password=False)
        return
    with tempfile.TemporaryDirectory(dir=folder) as place:
        url = URL.create("sqlite", database=str(Path(place) / "tokentide.db"))
        made = SampleSettings(TOKENTIDE_HOME=Path(place), TOKENTIDE_DATABASE_URL=str(url))
        open_database(made).dispose()
        yield str(url)


def figure(case: str, engine: str, file: Path, patience_s: float | None = None) -> dict[str, float]:
    """One case in a fresh process on a fresh database.

    Raises:
        subprocess.TimeoutExpired: it took longer than `patience_s`.
    """
    with fresh(engine, file.parent) as url:
        program = [sys.executable, "-m", __spec__.name, "--measure", case, url, str(file)]
        done = subprocess.run(program, check=True, capture_output=True, text=True, timeout=patience_s)
    taken: dict[str, float] = json.loads(done.stdout)
    return taken


def best(case: str, engine: str, file: Path, rounds: int) -> dict[str, float]:
    """The best round of one case."""
    return min((figure(case, engine, file) for _ in range(rounds)), key=lambda taken: taken["s"])


def compare(engine: str, size: int, file: Path) -> None:
    """Print the rows of the table for one size on one engine."""
    rounds = 5 if size < 100_000 else 1
    ours, least = best("ours", engine, file, rounds), best("least", engine, file, rounds)
    print(
        f"| {engine} | {size:,} | {ours['s']:.2f} s | {ours['s'] / least['s']:.2f} × {LEAST[engine]} "
        f"| ≤ {GOALS[engine]} | {ours['mb']:.0f} MB | ≤ {MEMORY_GOAL_MB} MB "
        f"| {ours['rewrite_s']:.2f} s, {ours['rewrite_mb']:.0f} MB |",
        flush=True,
    )
    patience_s = min(MOST_PATIENCE_S, max(10, PATIENCE * ours["s"]))
    if size > AS_OBJECTS or patience_s < 2 * ours["s"]:
        return
    for name in RIVALS:
        try:
            seconds_taken = figure(name, engine, file, patience_s)["s"]
            took, times = f"{seconds_taken:.2f} s", f"{seconds_taken / ours['s']:.1f}"
        except subprocess.TimeoutExpired:
            took, times = f"> {patience_s:.0f} s, stopped", f"> {patience_s / ours['s']:.0f}"
        print(f"| {engine} | {size:,} | {took} | {times} × ours: {name} | | | | |", flush=True)


def main() -> None:
    """Measure every size on every engine that was asked for, and print a table."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()] or SIZES
    engines = [word for word in sys.argv[1:] if word in ENGINES] or ENGINES
    print("| engine | rows | first load | ratio | goal | memory | goal | rewrite of 37 of 52 weeks |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.parquet"
            made_rows(size).write_parquet(file)
            for engine in engines:
                compare(engine, size, file)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3], Path(sys.argv[4]))))
    else:
        main()
