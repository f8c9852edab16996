"""What is in a database, for comparing one with another."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, select

from schemas.settings import Settings
from storage.asof import TABLES
from storage.engine import open_database, reading

Rows = list[tuple[Any, ...]]


def dump(settings: Settings, names: Iterable[str]) -> dict[str, Rows]:
    """Every row of the named tables, whatever the order in which the engine gives them."""
    engine = open_database(settings)
    try:
        return {name: _rows(engine, select(TABLES[name])) for name in names}
    finally:
        engine.dispose()


def facts_of(settings: Settings) -> Rows:
    """Every observation and catalogue entry with its vintage, without the numbers that storage gave them."""
    engine = open_database(settings)
    observation, model, snapshot = (TABLES[name] for name in ("observation", "model", "snapshot"))
    entry, catalogue = (TABLES[name] for name in ("catalogue_entry", "catalogue_snapshot"))
    observed = (
        select(observation.c.epoch_day, model.c.permaslug, observation.c.tokens, snapshot.c.known_at)
        .join(model, model.c.id == observation.c.model_id)
        .join(snapshot, snapshot.c.id == observation.c.snapshot_id)
    )
    listed = select(entry, catalogue.c.known_at).join(catalogue, catalogue.c.id == entry.c.snapshot_id)
    try:
        return _rows(engine, observed) + _rows(engine, listed)
    finally:
        engine.dispose()


def _rows(engine: Engine, query: Any) -> Rows:
    with reading(engine) as connection:
        return sorted((tuple(row) for row in connection.execute(query)), key=repr)
