"""What the first load is compared with: the least that any program must do, and what people otherwise write.

The least gets everything ready-made: tuples or CSV, numbered and in the order of the primary key. Only what
the database's driver does is timed.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar, Final

import polars as pl
import psycopg
from sqlalchemy import BigInteger, Engine, MetaData
from sqlmodel import Column, Field, Session, SQLModel

from storage.engine import writing
from tests.benchmarks.loads import seconds, slices


class PlainRanking(SQLModel, table=True):
    """The table that a person would begin with: no vintages, no numbers for names."""

    # Not among the project's own tables, which tests hold to the migrations.
    metadata: ClassVar[MetaData] = MetaData()

    day: str = Field(primary_key=True)
    permaslug: str = Field(primary_key=True)
    tokens: int = Field(sa_column=Column(BigInteger, nullable=False))


PARENTS: Final = (
    "INSERT INTO series (id, source, population, grain, channel) VALUES (1, 'openrouter', 'all', 'day', 'api')",
    (
        "INSERT INTO archive_receipt (id, channel, url, asked, fetched_at, sha256, bytes, citation)"
        " VALUES ('1', 'api', '', '{}', '2026-07-05', '0', 1, '')"
    ),
    (
        "INSERT INTO snapshot (id, series_id, known_at, receipt_id, rows_added, rows_revised, rows_withdrawn)"
        " VALUES (1, 1, '2026-07-05', '1', 0, 0, 0)"
    ),
)


def numbered(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The names with their numbers, and the rows as the table `observation` holds them, in the order of its key."""
    names = rows.select("permaslug").unique(maintain_order=True).with_row_index("id", 1)
    observed = rows.join(names, on="permaslug").select(
        pl.lit(1).alias("series_id"),
        pl.col("day").cast(pl.Int32),
        "id",
        pl.lit(1).alias("snapshot_id"),
        "tokens",
    )
    return names, observed.sort("day", "id")


def raw_sqlite(path: Path, rows: pl.DataFrame) -> float:
    """Seconds of `executemany` with ready-made tuples into the same tables, in one transaction."""
    names, observed = numbered(rows)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name, value in (("journal_mode", "WAL"), ("foreign_keys", "ON"), ("synchronous", "FULL")):
            connection.execute(f"PRAGMA {name} = {value}")
        taken = seconds(lambda: connection.execute("BEGIN IMMEDIATE"))
        for statement in PARENTS:
            connection.execute(statement)
        ready: list[tuple[Any, ...]] = names.rows()
        taken += seconds(lambda: connection.executemany("INSERT INTO model VALUES (?, ?)", ready))
        for some in slices(observed):
            ready = some.rows()
            start = perf_counter()
            connection.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?)", ready)
            taken += perf_counter() - start
        return taken + seconds(lambda: connection.execute("COMMIT"))


def bare_copy(url: str, rows: pl.DataFrame) -> float:
    """Seconds of `COPY` with ready-made CSV into the same tables, in one transaction."""
    names, observed = numbered(rows)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for statement in PARENTS:
            cursor.execute(statement.encode())
        taken = 0.0
        for table, frame in (("model", names), ("observation", observed)):
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)".encode()) as copy:
                for some in slices(frame):
                    ready = some.write_csv(include_header=False)
                    start = perf_counter()
                    copy.write(ready)
                    taken += perf_counter() - start
                start = perf_counter()
            taken += perf_counter() - start
        return taken + seconds(connection.commit)


def _add_all(engine: Engine, rows: pl.DataFrame) -> None:
    with Session(engine) as session:
        session.add_all(PlainRanking(**row) for row in rows.iter_rows(named=True))
        session.commit()


def _to_sql(engine: Engine, rows: pl.DataFrame) -> None:
    with writing(engine) as connection:
        rows.to_pandas().to_sql("plainranking", connection, if_exists="append", index=False)


def _write_database(engine: Engine, rows: pl.DataFrame) -> None:
    with writing(engine) as connection:
        rows.write_database("plainranking", connection, if_table_exists="append")


RIVALS: Final[dict[str, Callable[[Engine, pl.DataFrame], None]]] = {
    "pandas to_sql": _to_sql,
    "polars write_database": _write_database,
    "SQLModel add_all": _add_all,
}


def rival(name: str, engine: Engine, rows: pl.DataFrame) -> float:
    """Seconds that a usual way takes into its own plain table."""
    PlainRanking.metadata.create_all(engine)
    ready = rows.with_columns(pl.col("day").dt.to_string("%F"))
    return seconds(lambda: RIVALS[name](engine, ready))
