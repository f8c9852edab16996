"""What the metrics cost over ten million rows, beside DuckDB on the same rows.

    python -m tests.benchmarks.bench_metrics_large [ROWS]

Each line is a process of its own. Rows are made: 500 or 14,500 models a day. Names are enums on our side, in DuckDB
text as it reads it from the file, or enums. It has the rows in a table of its own, with the week beside the day, and
its default threads; it is asked each question by itself (tests/benchmarks/in_duckdb.py), and what it answers is
compared with ours first. Memory is how far the process rises above the frame that it was given, results included.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Final

import polars as pl
from polars.testing import assert_frame_equal

from schemas.definitions import Definition
from schemas.frames import BUCKETS, Shares
from schemas.windows import Window, WindowKind
from tasks.metrics.concentration import concentration, hhi
from tasks.metrics.free import free_shares
from tasks.metrics.grouped import NAMES, group
from tasks.metrics.growth import growth
from tasks.metrics.leads import leads
from tasks.metrics.packing import interned
from tasks.metrics.peaks import peaks
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets, shares
from tests.benchmarks.in_duckdb import IN_DUCKDB

ROWS: Final = 10_000_000
ROUNDS: Final = 3
FIRST_DAY: Final = date(1971, 1, 4)
WEEK: Final = WindowKind("week")
CELLS: Final = 60_000
"""Weeks times models of one block."""
Ask = Callable[[str], pl.DataFrame]
Found = Iterable[tuple[str, pl.DataFrame]]


def made(rows: int, models: int) -> pl.DataFrame:
    """Some `models` rows a day, in the shape of attributed usage: sixty authors of three origins, and a tail.

    Every twentieth is the free variant of the model before it, and on a day every twentieth is missing.
    """
    days = rows * 20 // (models * 19)
    number = pl.int_range(models, eager=True).alias("number")
    is_tail, is_free = pl.col("number") == 0, (pl.col("number") % 20 == 0) & (pl.col("number") > 0)
    model = pl.col("number") - is_free.cast(pl.Int64)
    author = pl.format("author-{}", model % 60)
    origin = pl.when(model % 3 == 0).then(pl.lit("CN")).when(model % 3 == 1).then(pl.lit("US"))
    names = (
        number.to_frame()
        .select(
            "number",
            model=pl.when(is_tail).then(pl.lit("other")).otherwise(pl.format("{}/model-{}", author, model)),
            variant=pl.when(is_free).then(pl.lit("free")).otherwise(pl.lit("")),
            author=pl.when(is_tail).then(pl.lit("other")).otherwise(author),
            lab=pl.when(~is_tail).then(author),
            origin=pl.when(~is_tail).then(origin.otherwise(pl.lit("FR"))),
            bucket=pl.when(is_tail).then(pl.lit("tail")).otherwise(pl.lit("origin")).cast(pl.Enum(BUCKETS)),
        )
        .pipe(interned, NAMES)
    )
    every = pl.date_range(FIRST_DAY, FIRST_DAY + pl.duration(days=days - 1), eager=True).alias("day")
    cell = pl.int_range(days * models, eager=True)
    tokens = (cell * 7_368_787 % 999_999_999_989).alias("tokens")
    absent = (cell * 48_271 % 2_147_483_647 % 20 == 0) & (cell % models != 0)
    return every.to_frame().join(names, how="cross").drop("number").with_columns(tokens).filter(~absent)


def weeks_of(path: Path) -> list[Window]:
    """The whole weeks of the rows."""
    last: date = pl.scan_parquet(path).select(pl.col("day").last()).collect().item()
    return [week for week in WEEK.covering(FIRST_DAY, last) if week.end <= last]


def ours(usage: pl.DataFrame | pl.LazyFrame, weeks: list[Window]) -> Found:
    """Every metric of every week, the rows grouped once."""
    of_weeks = group(usage, weeks)
    of_origins = shares(of_weeks, weeks)
    yield "shares", of_origins
    yield "peaks", peaks(of_origins)
    yield "shares by lab", shares(of_weeks, weeks, definition=Definition("lab"))
    yield "buckets", buckets(of_weeks, weeks)
    yield "leads", leads(of_weeks, weeks, a="CN", b="US")
    yield "growth", growth(of_weeks, weeks)
    yield "concentration", concentration(of_weeks, weeks, n=5)
    yield "hhi", hhi(of_weeks, weeks)
    yield "free shares", free_shares(of_weeks, weeks)
    yield "ranks", ranks(of_weeks, weeks)


def in_blocks(usage: pl.DataFrame, weeks: list[Window], size: int) -> Found:
    """The same by so many weeks at a time, each block with the week before it: for little memory."""
    of_origins = []
    for first in range(0, len(weeks), size):
        block = weeks[max(first - 1, 0) : first + size]
        rows = usage.lazy().filter(pl.col("day").is_between(block[0].start, block[-1].end))
        for name, found in ours(rows, block):
            if name != "peaks":
                new = found.filter(pl.col("window_start") >= weeks[first].start)
                of_origins += [new] if name == "shares" else []
                yield name, new
    yield "peaks", peaks(Shares.validate(pl.concat(of_origins)))


@contextmanager
def in_duckdb(source: str, path: Path, weeks: list[Window]) -> Iterator[Ask]:
    """What answers a question in DuckDB: on a table with its names as text or as enums, or on the Parquet file."""
    connection = importlib.import_module("duckdb").connect()
    rows, names = f"read_parquet('{path}')", ", ".join(NAMES)
    if source == "enums":
        for name in NAMES:
            words = (
                f"SELECT DISTINCT {name}::VARCHAR AS word FROM {rows} WHERE {name} IS NOT NULL ORDER BY word"
            )
            connection.execute(f"CREATE TYPE {name}_enum AS ENUM ({words})")
        names = ", ".join(f"{name}::{name}_enum AS {name}" for name in NAMES)
    connection.execute(f"""CREATE {"VIEW" if source == "parquet-file" else "TABLE"} usage AS
        SELECT day, {names}, tokens, date_trunc('week', day)::DATE AS week FROM {rows}
        WHERE day BETWEEN '{weeks[0].start}' AND '{weeks[-1].end}'""")
    yield lambda name: pl.DataFrame(connection.sql(IN_DUCKDB[name]).to_arrow_table())
    connection.close()


def all_of(found: Found) -> int:
    """How many rows there are in all of them, none of which is kept."""
    return sum(frame.height for _, frame in found)


def check_same(ask: Ask, found: Found) -> None:
    """Both find the same.

    Raises:
        AssertionError: they do not.
    """
    parts: dict[str, list[pl.DataFrame]] = {}
    for name, part in found:
        parts.setdefault(name, []).append(part)
    for name, of_name in parts.items():
        all_parts = pl.concat(of_name)
        assert_frame_equal(ask(name).cast(all_parts.schema), all_parts, rel_tol=1e-9)


def best_s(work: Callable[[], object]) -> float:
    """The best wall time of some calls, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def peak_mb(work: Callable[[], object]) -> float:
    """How far the memory of this process rises while it works."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory_mb("VmRSS")
    work()
    return _memory_mb("VmHWM") - before


def _memory_mb(name: str) -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name)]
    return int(line.split()[1]) / 1024


def one(kind: str, rows: int, models: int, folder: Path) -> dict[str, float]:
    """One line of the table, in this process."""
    path = folder / f"{models}.parquet"
    if kind == "make":
        made(rows, models).write_parquet(path)
        return {}
    weeks, usage = weeks_of(path), pl.read_parquet(path)
    work: dict[str, Callable[[], Found]] = {
        "frame": lambda: ours(usage, weeks),
        "blocks": lambda: in_blocks(usage, weeks, max(CELLS // models, 1)),
        "parquet": lambda: ours(pl.scan_parquet(path), weeks),
    }
    if kind in work:
        memory = peak_mb(lambda: all_of(work[kind]()))
        return {"seconds": best_s(lambda: all_of(work[kind]())), "memory_mb": memory}
    with in_duckdb(kind, path, weeks) as ask:
        if kind == "text":
            check_same(ask, work["frame"]())
            check_same(ask, work["blocks"]())
        return {"seconds": best_s(lambda: all_of((name, ask(name)) for name in IN_DUCKDB))}


def measured(kind: str, rows: int, models: int, folder: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, kind, str(rows), str(models), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(rows: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for models in (500, 14_500):
            measured("make", rows, models, folder)
            text, enums, file = (
                measured(kind, rows, models, folder)["seconds"] for kind in ("text", "enums", "parquet-file")
            )
            print(f"{rows:,} rows, {models:,} models a day, best of {ROUNDS}")
            print(f"  DuckDB's own table: {text:.2f} s with names as text, {enums:.2f} s as enums")
            for kind, label in (("frame", "in memory, at once"), ("blocks", "in memory, in blocks")):
                found = measured(kind, rows, models, folder)
                print(
                    f"  {label:21s} {found['seconds']:.2f} s = {found['seconds'] / text:.2f} x text (goal 0.35), "
                    f"{found['seconds'] / enums:.2f} x enums; {found['memory_mb']:.0f} MB beside the frame (goal 100)"
                )
            parquet = measured("parquet", rows, models, folder)["seconds"]
            print(
                f"  from Parquet          {parquet:.2f} s = {parquet / file:.2f} x DuckDB on it ({file:.2f} s), goal 1"
            )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        kind, rows, models, folder = sys.argv[1:]
        print(json.dumps(one(kind, int(rows), int(models), Path(folder))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
