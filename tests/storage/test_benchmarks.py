"""What loads are compared with does the same work: it writes the rows that we write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, select

from schemas.settings import SampleSettings
from storage.asof import TABLES
from storage.engine import connect, database_url, reading
from tests.benchmarks.bench_load import fresh
from tests.benchmarks.loads import made_rows, record
from tests.benchmarks.plain_loads import bare_copy, raw_sqlite
from tests.support.databases import ENGINES


@pytest.mark.parametrize("kind", ENGINES)
def test_the_least_writes_what_we_write(kind: str, tmp_path: Path) -> None:
    """The same days, models and tokens into the same tables, whatever columns these have got since."""
    rows = made_rows(2_000)
    with fresh(kind, tmp_path) as ours, fresh(kind, tmp_path) as theirs:
        with opened(ours) as engine:
            record(engine, 1, rows)
        if kind == "sqlite":
            raw_sqlite(Path(make_url(theirs).database or ""), rows)
        else:
            bare_copy(theirs, rows)
        assert written(theirs) == written(ours) != []


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """A database of the benchmark."""
    settings = SampleSettings(TOKENTIDE_DATABASE_URL=url)
    engine = connect(database_url(settings))
    yield engine
    engine.dispose()


def written(url: str) -> list[tuple[int, str, int]]:
    """Day, name and tokens of every row."""
    observation, model = TABLES["observation"], TABLES["model"]
    query = select(observation.c.epoch_day, model.c.permaslug, observation.c.tokens).join(model)
    with opened(url) as engine, reading(engine) as connection:
        return sorted((day, slug, tokens) for day, slug, tokens in connection.execute(query))
