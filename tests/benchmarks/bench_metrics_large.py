"""What the metrics cost over ten million rows, beside DuckDB on the same rows; and what one more week costs.

    python -m tests.benchmarks.bench_metrics_large [ROWS]

Each line is a process of its own. Rows are made: 500 or 14,500 models a day, each with a row on every day. Names are
enums on our side. DuckDB has the rows in a table of its own, with the week beside the day, its default threads,
and the same questions without bounds, like-for-like growth or checks; what it finds it hands over as Arrow.
Memory is how far the process rises above the frame that it was given.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import polars as pl

from schemas.windows import Window, WindowKind
from tasks.metrics.concentration import concentration
from tasks.metrics.grouped import group
from tasks.metrics.growth import growth
from tasks.metrics.leads import leads
from tasks.metrics.packing import interned
from tasks.metrics.peaks import peaks
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import shares
from tests.benchmarks.bench_metrics import IN_DUCKDB

ROWS: Final = 10_000_000
ROUNDS: Final = 3
FIRST_DAY: Final = date(1971, 1, 4)
WEEK: Final = WindowKind("week")
NAMES: Final = ("model", "variant", "author", "bucket", "lab", "origin")
# DuckDB keeps absent days as bits, as we do: counting distinct days takes it three times as long.
BIT: Final = "bit_count(bit_or(1 << (day - week)))"


def made(rows: int, models: int) -> pl.DataFrame:
    """`models` rows a day, in the shape of attributed usage: sixty authors of three origins, and a tail."""
    days = rows // models
    number = pl.int_range(models, eager=True).alias("number")
    author = pl.format("author-{}", pl.col("number") % 60)
    is_tail = pl.col("number") == 0
    origin = pl.when(~is_tail).then(
        pl.when(pl.col("number") % 3 == 0)
        .then(pl.lit("CN"))
        .when(pl.col("number") % 3 == 1)
        .then(pl.lit("US"))
        .otherwise(pl.lit("FR"))
    )
    names = (
        number.to_frame()
        .select(
            "number",
            model=pl.when(is_tail)
            .then(pl.lit("other"))
            .otherwise(pl.format("{}/model-{}", author, "number")),
            variant=pl.lit(""),
            author=pl.when(is_tail).then(pl.lit("other")).otherwise(author),
            lab=pl.when(~is_tail).then(author),
            origin=origin,
            bucket=pl.when(is_tail)
            .then(pl.lit("tail"))
            .otherwise(pl.lit("origin"))
            .cast(pl.Enum(["origin", "undisclosed", "composite", "unreviewed", "tail"])),
        )
        .pipe(interned, NAMES)
    )
    every = pl.date_range(FIRST_DAY, FIRST_DAY + pl.duration(days=days - 1), eager=True).alias("day")
    tokens = (pl.int_range(days * models, eager=True) * 7_368_787 % 999_999_999_989).alias("tokens")
    return every.to_frame().join(names, how="cross").drop("number").with_columns(tokens)


def weeks_of(usage: pl.DataFrame) -> list[Window]:
    """The whole weeks of the rows."""
    last = usage["day"][-1]
    return [week for week in WEEK.covering(FIRST_DAY, last) if week.end <= last]


def ours(usage: pl.DataFrame | pl.LazyFrame, weeks: list[Window]) -> int:
    """Every metric of every week, the rows grouped once; how many rows came out."""
    of_weeks = group(usage, weeks)
    of_origins = shares(of_weeks, weeks)
    found = [
        of_origins,
        leads(of_weeks, weeks, a="CN", b="US"),
        growth(of_weeks, weeks),
        peaks(of_origins),
        concentration(of_weeks, weeks, n=5),
    ]
    return sum(frame.height for frame in found) + ranks(of_weeks, weeks).height


def in_duckdb(source: str, path: Path) -> tuple[Callable[[], int], Any]:
    """The same questions in DuckDB, on a table of its own or on the Parquet file."""
    connection = importlib.import_module("duckdb").connect()
    week = "date_trunc('week', day)::DATE AS week"
    what = "TABLE" if source == "table" else "VIEW"
    connection.execute(f"CREATE {what} usage AS SELECT *, {week} FROM read_parquet('{path}')")
    queries = [query.replace("count(DISTINCT day)", BIT) for query in IN_DUCKDB.values()]
    return lambda: sum(connection.sql(query).to_arrow_table().num_rows for query in queries), connection


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
    match kind:
        case "make":
            made(rows, models).write_parquet(path)
            return {}
        case "frame":
            usage = pl.read_parquet(path)
            weeks = weeks_of(usage)
            memory = peak_mb(lambda: ours(usage, weeks))
            return {"seconds": best_s(lambda: ours(usage, weeks)), "memory_mb": memory}
        case "parquet":
            weeks = weeks_of(pl.scan_parquet(path).select(pl.col("day").last()).collect())
            return {"seconds": best_s(lambda: ours(pl.scan_parquet(path), weeks))}
    work, connection = in_duckdb(kind.removeprefix("duckdb-"), path)
    seconds = best_s(work)
    connection.close()
    return {"seconds": seconds}


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
            frame, parquet, table, file = (
                measured(kind, rows, models, folder)
                for kind in ("frame", "parquet", "duckdb-table", "duckdb-parquet")
            )
            print(f"{rows:,} rows, {models:,} models a day, best of {ROUNDS}")
            print(
                f"  in memory     {frame['seconds']:.2f} s = {frame['seconds'] / table['seconds']:.2f} x DuckDB's own "
                f"table ({table['seconds']:.2f} s); goal 0.35; {frame['memory_mb']:.0f} MB beside the frame, goal 100"
            )
            print(
                f"  from Parquet  {parquet['seconds']:.2f} s = {parquet['seconds'] / file['seconds']:.2f} x DuckDB on "
                f"it ({file['seconds']:.2f} s); goal 1.0"
            )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        kind, rows, models, folder = sys.argv[1:]
        print(json.dumps(one(kind, int(rows), int(models), Path(folder))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
