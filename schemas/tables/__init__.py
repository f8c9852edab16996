"""The SQL tables. Facts are never overwritten: a newer snapshot stands beside the older one.

Integer keys and a natural primary key (`WITHOUT ROWID` on SQLite) keep the facts 8-9 times smaller than a
text key with a surrogate id. Days are stored as days since 1970-01-01, which is also what Polars holds.

A table class takes two milliseconds to make, so a module of them is loaded when one of its tables is asked for:
most commands need few.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Final

from sqlalchemy import Table
from sqlmodel import SQLModel

_MODULES: Final = {
    "series": "rankings",
    "model": "rankings",
    "archive_receipt": "rankings",
    "snapshot": "rankings",
    "observation": "rankings",
    "day_state": "rankings",
    "quarantined_row": "rankings",
    "retention": "rankings",
    "catalogue_snapshot": "catalogue",
    "catalogue_entry": "catalogue",
    "listing": "lists",
    "app_ranking": "lists",
    "task_share": "lists",
    "derivative_count": "lists",
    "gateway_share": "lists",
    "metric_definition": "points",
    "metric_word": "points",
    "measurement": "points",
    "metric_window": "points",
    "measured_window": "points",
    "metric_point": "points",
    "run": "runs",
    "api_budget": "runs",
    "alert_rule": "alerts",
    "alert_event": "alerts",
    "alert_change": "alerts",
    "silence": "alerts",
    "outbox_message": "alerts",
}
"""The module of each table, parents first."""


class Tables(Mapping[str, Table]):
    """The tables by name."""

    def __getitem__(self, name: str) -> Table:
        """The table of that name.

        Raises:
            KeyError: there is none.
        """
        import_module(f"schemas.tables.{_MODULES[name]}")
        return SQLModel.metadata.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


TABLES: Final = Tables()


def table_modules() -> list[ModuleType]:
    """The modules that hold table classes, all of them loaded: from then on SQLModel's metadata are whole."""
    return [import_module(f"schemas.tables.{name}") for name in dict.fromkeys(_MODULES.values())]
