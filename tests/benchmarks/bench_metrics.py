"""What all metrics cost over two years of 51 rows a day, and what one week more costs.

    python -m tests.benchmarks.bench_metrics

Prints the milliseconds of each metric in one pass over rows that are grouped once (the best of several passes), and,
where it is installed, of the same questions in DuckDB over its own storage in the same run, each by itself
(tests/benchmarks/in_duckdb.py). Rows, reviewed labs and list prices are made.
"""

import importlib
import importlib.util
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any, Final, TypeVar

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.model_frames import OpenWeights
from schemas.price_frames import PriceHistory, PriceVintages
from schemas.windows import Window
from tasks.metrics.attribution import attribute
from tasks.metrics.cheapest import cheapest_at
from tasks.metrics.concentration import concentration, hhi
from tasks.metrics.contributions import contributions
from tasks.metrics.coverage import cover
from tasks.metrics.free import free_shares
from tasks.metrics.grouped import group
from tasks.metrics.growth import growth, totals
from tasks.metrics.leads import crossings, leads
from tasks.metrics.open_weights import open_weight_shares, weigh
from tasks.metrics.peaks import peaks
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import price_history, priced
from tasks.metrics.quality import offered, quality
from tasks.metrics.ranks import exits, ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.weighted import price_ratios, weighted_prices
from tests.benchmarks.in_duckdb import IN_DUCKDB
from tests.support.made_prices import vintages
from tests.support.made_usage import WEEK, attributions, days_received, labs, usage

FIRST_DAY: Final = date(2024, 6, 3)
DAYS: Final = 728
ROUNDS: Final = 9
STANDPOINT: Final = datetime(2026, 6, 10, tzinfo=UTC)
GOAL_MS: Final = 150.0
WEEK_GOAL_MS: Final = 20.0
AUTHORS: Final = [f"author-{n}" for n in range(60)]
ORIGINS: Final = ("CN", "US", "FR")
Found = TypeVar("Found")
Pass = Iterator[tuple[str, float]]


def slugs() -> list[str]:
    """Five hundred models of sixty authors, some of them nobody's."""
    dice = random.Random(20260630)  # noqa: S311 - figures, not secrets
    return [f"{dice.choice([*AUTHORS, 'stealth'])}/model-{n}" for n in range(500)]


def made_rows() -> list[tuple[date, str, int]]:
    """Two years of a top 50 in which models come, stay for some months and go."""
    dice = random.Random(20260701)  # noqa: S311 - figures, not secrets
    every, rows = slugs(), []
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        first = number * 440 // DAYS
        rows += [
            (day, slug, dice.randrange(10**9, 10**12)) for slug in dice.sample(every[first : first + 60], 50)
        ]
        rows.append((day, "other", 10**12))
    return rows


def made_prices() -> dy.DataFrame[PriceVintages]:
    """A catalogue that was read on the first of each month, in which a tenth of the prices changed each time."""
    dice = random.Random(20260702)  # noqa: S311 - figures, not secrets
    price = {slug: (dice.randrange(1, 9), dice.randrange(9, 40)) for slug in slugs()}
    readings = []
    for number in range(0, DAYS, 30):
        price |= {slug: (dice.randrange(1, 9), dice.randrange(9, 40)) for slug in dice.sample(slugs(), 50)}
        at = datetime.combine(FIRST_DAY + timedelta(days=number), datetime.min.time(), UTC)
        readings.append((at, [(slug, *both) for slug, both in price.items()]))
    return vintages(readings)


def one_pass(
    found: dy.DataFrame[AttributedUsage],
    windows: list[Window],
    catalogue: dy.DataFrame[PriceVintages],
    history: dy.DataFrame[PriceHistory],
) -> Pass:
    """Each metric of the table in docs/metrics.md, and the milliseconds that it took."""
    of_weeks, ms = timed(lambda: group(found, windows))
    yield "grouping", ms
    of_origins, ms = timed(lambda: shares(of_weeks, windows))
    yield "shares", ms
    ahead, ms = timed(lambda: leads(of_weeks, windows, a="CN", b="US"))
    yield "leads", ms
    beside, ms = timed(lambda: priced(found, history))
    yield "prices beside usage", ms
    prices, ms = timed(lambda: weighted_prices(beside, windows))
    yield "weighted prices", ms
    known, ms = timed(lambda: weigh(found, OpenWeights.create_empty(), as_of=STANDPOINT))
    yield "weights beside usage", ms
    offer = AttributedUsage.create_empty()
    work: dict[str, Callable[[], object]] = {
        "buckets": lambda: buckets(of_weeks, windows),
        "shares by lab": lambda: shares(of_weeks, windows, definition=Definition("lab")),
        "crossings": lambda: crossings(ahead),
        "growth": lambda: growth(of_weeks, windows),
        "growth over a year": lambda: growth(of_weeks, windows, over=52),
        "totals": lambda: totals(of_weeks, windows),
        "peaks": lambda: peaks(of_origins),
        "concentration": lambda: concentration(of_weeks, windows, n=5),
        "hhi": lambda: hhi(of_weeks, windows),
        "free shares": lambda: free_shares(of_weeks, windows),
        "ranks": lambda: ranks(of_weeks, windows),
        "exits": lambda: exits(of_weeks, windows),
        "contributions": lambda: contributions(of_weeks, history, windows),
        "price ratios": lambda: price_ratios(prices, a="US", b="CN"),
        "price index": lambda: price_index(of_weeks, history, windows),
        "cheapest": lambda: cheapest_at(catalogue, history, windows, level=50.0),
        "open weights": lambda: open_weight_shares(known, windows),
        "offer": lambda: offered(catalogue, windows),
        "quality": lambda: quality(of_weeks, offer, catalogue, windows),
    }
    for name, metric in work.items():
        yield name, timed(metric)[1]


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    """What some work gives, and its wall time in milliseconds."""
    start = perf_counter()
    found = work()
    return found, (perf_counter() - start) * 1e3


def best_ms(work: Callable[[], object]) -> float:
    """The best wall time of several calls."""
    return min(timed(work)[1] for _ in range(ROUNDS))


def best_pass(once: Callable[[], Pass]) -> dict[str, float]:
    """The pass that was the quickest as a whole."""
    return min((dict(once()) for _ in range(ROUNDS)), key=lambda found: sum(found.values()))


def in_duckdb(found: pl.DataFrame) -> dict[str, float]:
    """Milliseconds of the same questions in DuckDB; empty where it is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        return {}
    connection: Any = importlib.import_module("duckdb").connect()
    connection.register("rows", found.with_columns(week=pl.col("day").dt.truncate("1w")).to_arrow())
    connection.execute("CREATE TABLE usage AS SELECT * FROM rows")
    return {
        name: best_ms(lambda: connection.sql(query).to_arrow_table())  # noqa: B023 - called at once
        for name, query in IN_DUCKDB.items()
    }


def main() -> None:
    """Measure and print."""
    reviewed = labs(
        *({"author": name, "lab": name, "country": ORIGINS[n % 3]} for n, name in enumerate(AUTHORS)),
        since=FIRST_DAY,
    )
    rows, routers, catalogue = usage(made_rows()), attributions(), made_prices()
    history = price_history(catalogue)
    days = days_received(*(FIRST_DAY + timedelta(days=n) for n in range(DAYS)))
    found = attribute(rows, reviewed, routers, as_of=STANDPOINT)
    windows = cover(days, WEEK, as_of=STANDPOINT).complete
    ours = {
        "attribution": best_ms(lambda: attribute(rows, reviewed, routers, as_of=STANDPOINT)),
        "coverage": best_ms(lambda: cover(days, WEEK, as_of=STANDPOINT)),
        "price history": best_ms(lambda: price_history(catalogue)),
    } | best_pass(lambda: one_pass(found, windows, catalogue, history))
    theirs = in_duckdb(found)
    print(f"{rows.height:,} rows of {DAYS} days, {len(windows)} weeks, best of {ROUNDS}")
    for name, ms in ours.items():
        rival = f" = {ms / theirs[name]:.2f} x DuckDB" if name in theirs else ""
        print(f"{name:20s} {ms:6.1f} ms{rival}")
    print(f"{'all of them':20s} {sum(ours.values()):6.1f} ms; goal {GOAL_MS:.0f} ms")
    if theirs:
        shared = ours["grouping"] + sum(ours[name] for name in theirs)
        print(f"what both do         {shared:6.1f} ms = {shared / sum(theirs.values()):.2f} x DuckDB")
    last = windows[-2:]
    few = AttributedUsage.validate(found.filter(pl.col("day") >= last[0].start))
    more = best_pass(lambda: one_pass(few, last, catalogue, history))
    tokens = [
        name for name in more if name in ours and (name in IN_DUCKDB or name in {"grouping", "crossings"})
    ]
    print(
        f"one week more, with the week before it: {sum(more[name] for name in tokens):.1f} ms for the metrics of "
        f"tokens, goal {WEEK_GOAL_MS:.0f} ms; {sum(more.values()):.1f} ms for all"
    )


if __name__ == "__main__":
    main()
