"""What the metrics cost over two years of 51 rows a day.

    python -m tests.benchmarks.bench_metrics

Prints the milliseconds of each metric (the best of several rounds) and their sum, and what DuckDB, where it is
installed, needs for the same questions over its own storage in the same run. DuckDB answers them without
bounds, like-for-like growth, censored absence or checks of the result.
"""

import importlib
import importlib.util
import random
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage
from schemas.windows import Window
from tasks.metrics.attribution import attribute
from tasks.metrics.concentration import concentration
from tasks.metrics.coverage import cover
from tasks.metrics.grouped import group
from tasks.metrics.growth import growth
from tasks.metrics.leads import crossings, leads
from tasks.metrics.peaks import peaks
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import shares
from tests.support.made_usage import WEEK, attributions, days_received, labs, usage

FIRST_DAY = date(2024, 6, 3)
DAYS = 728
ROUNDS = 9
STANDPOINT = datetime(2026, 6, 10, tzinfo=UTC)
GOAL_MS = 150.0
AUTHORS = [f"author-{n}" for n in range(60)]

IN_DUCKDB = {
    "shares": """
        SELECT week, origin, sum(tokens) AS t, t / any_value(total) FROM
        (SELECT *, sum(tokens) OVER (PARTITION BY week) AS total FROM usage) GROUP BY ALL ORDER BY ALL""",
    "leads": """
        SELECT week, sum(tokens) FILTER (origin = 'CN') AS a, sum(tokens) FILTER (origin = 'US') AS b,
        sum(tokens) FILTER (origin IS NULL) AS unknown, a - b > unknown FROM usage GROUP BY week ORDER BY week""",
    "growth": """
        SELECT *, t / lag(t) OVER (PARTITION BY origin ORDER BY week) - 1 FROM
        (SELECT week, origin, sum(tokens) AS t FROM usage GROUP BY ALL) ORDER BY ALL""",
    "peaks": """
        SELECT *, max(t) OVER (PARTITION BY origin ORDER BY week) FROM
        (SELECT week, origin, sum(tokens) AS t FROM usage GROUP BY ALL) ORDER BY ALL""",
    "ranks": """
        SELECT *, place - lag(place) OVER (PARTITION BY model ORDER BY week) FROM
        (SELECT week, model, sum(tokens) AS t, count(DISTINCT day) AS days_present,
         row_number() OVER (PARTITION BY week ORDER BY t DESC, model) AS place FROM usage GROUP BY week, model)
        ORDER BY week, place""",
    "concentration": """
        SELECT week, sum(t) FILTER (place <= 5) / sum(t) FROM
        (SELECT week, model, sum(tokens) AS t, row_number() OVER (PARTITION BY week ORDER BY t DESC) AS place
         FROM usage GROUP BY week, model) GROUP BY week ORDER BY week""",
}


def made_rows() -> list[tuple[date, str, int]]:
    """Two years of a top 50 in which models come, stay for some months and go."""
    dice = random.Random(20260630)  # noqa: S311 - figures, not secrets
    slugs = [f"{dice.choice([*AUTHORS, 'stealth'])}/model-{n}" for n in range(500)]
    rows = []
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        first = number * 440 // DAYS
        ranked = dice.sample(slugs[first : first + 60], 50)
        rows += [(day, slug, dice.randrange(10**9, 10**12)) for slug in ranked]
        rows.append((day, "other", 10**12))
    return rows


def best_ms(work: Callable[[], object]) -> float:
    """The best wall time of several calls."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times) * 1e3


def measured(found: dy.DataFrame[AttributedUsage], windows: list[Window]) -> dict[str, float]:
    """Milliseconds of each metric over attributed rows."""
    of_weeks, ahead = shares(found, windows), leads(found, windows, a="CN", b="US")
    return {
        "shares": best_ms(lambda: shares(found, windows)),
        "leads": best_ms(lambda: leads(found, windows, a="CN", b="US")),
        "crossings": best_ms(lambda: crossings(ahead)),
        "growth": best_ms(lambda: growth(found, windows)),
        "peaks": best_ms(lambda: peaks(of_weeks)),
        "ranks": best_ms(lambda: ranks(found, windows)),
        "concentration": best_ms(lambda: concentration(found, windows, n=5)),
    }


def together(found: pl.DataFrame, windows: list[Window]) -> None:
    """The same metrics from rows that are grouped once."""
    of_windows = group(found, windows)
    crossings(leads(of_windows, windows, a="CN", b="US"))
    peaks(shares(of_windows, windows))
    growth(of_windows, windows)
    ranks(of_windows, windows)
    concentration(of_windows, windows, n=5)


def in_duckdb(found: pl.DataFrame) -> dict[str, float]:
    """Milliseconds of the same questions in DuckDB, fetched as rows; empty where it is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        return {}
    connection: Any = importlib.import_module("duckdb").connect()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.parquet"
        found.with_columns(week=pl.col("day").dt.truncate("1w")).write_parquet(path)
        connection.execute("CREATE TABLE usage AS SELECT * FROM read_parquet(?)", [str(path)])
    return {
        name: best_ms(lambda: connection.execute(query).fetchall())  # noqa: B023 - called at once
        for name, query in IN_DUCKDB.items()
    }


def main() -> None:
    """Measure and print."""
    origins = ("CN", "US", "FR")
    reviewed = labs(
        *({"author": name, "lab": name, "country": origins[n % 3]} for n, name in enumerate(AUTHORS)),
        since=FIRST_DAY,
    )
    rows, routers = usage(made_rows()), attributions()
    days = days_received(*(FIRST_DAY + timedelta(days=n) for n in range(DAYS)))
    found = attribute(rows, reviewed, routers, as_of=STANDPOINT)
    windows = cover(days, WEEK, as_of=STANDPOINT).complete
    ours = {
        "attribute": best_ms(lambda: attribute(rows, reviewed, routers, as_of=STANDPOINT)),
        "cover": best_ms(lambda: cover(days, WEEK, as_of=STANDPOINT)),
        **measured(found, windows),
    }
    theirs = in_duckdb(found)
    print(f"{rows.height:,} rows of {DAYS} days, {len(windows)} weeks, best of {ROUNDS}")
    for name, ms in ours.items():
        rival = f" = {ms / theirs[name]:.2f} x DuckDB" if name in theirs else ""
        print(f"{name:14s} {ms:6.1f} ms{rival}")
    print(f"{'together':14s} {sum(ours.values()):6.1f} ms; goal {GOAL_MS:.0f} ms")
    grouped_once = best_ms(lambda: together(found, windows))
    print(
        f"grouped once   {grouped_once:6.1f} ms instead of {sum(ours.values()) - ours['attribute'] - ours['cover']:.1f}"
    )
    last = windows[-2:]
    few = found.filter(pl.col("day") >= last[0].start)
    print(
        f"one week more  {best_ms(lambda: together(few, last)):6.1f} ms with the week before it; goal 20 ms"
    )
    if theirs:
        shared = sum(ours[name] for name in theirs)
        print(f"what both do   {shared:6.1f} ms = {shared / sum(theirs.values()):.2f} x DuckDB")


if __name__ == "__main__":
    main()
