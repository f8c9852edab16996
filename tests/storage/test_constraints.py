"""What the database itself refuses and shows, whoever writes to it or opens it by hand."""

from typing import Any

import polars as pl
import pytest
from sqlalchemy import Boolean, CheckConstraint, Column, Engine, Float, Integer, inspect, text
from sqlalchemy.exc import IntegrityError

from schemas.tables.columns import UtcDateTime
from storage.asof import TABLES
from storage.bulk import insert_rows
from storage.engine import reading, writing
from tests.support.made_answers import Book, day, noon

IMPOSSIBLE: list[tuple[str, str, str, object]] = [
    ("tokens_not_negative", "observation", "tokens", -1),
    ("counts_not_negative", "day_state", "row_count", -1),
    ("counts_not_negative", "day_state", "quarantined", -1),
    ("app_figures_possible", "app_ranking", "tokens", -1),
    ("app_figures_possible", "app_ranking", "requests", -1),
    ("app_figures_possible", "app_ranking", "rank", 0),
    ("task_shares_possible", "task_share", "token_share", 1.5),
    ("task_shares_possible", "task_share", "usage_share", -0.1),
    ("task_shares_possible", "task_share", "model_token_share", 1.5),
    ("task_shares_possible", "task_share", "model_usage_share", -0.1),
    ("children_not_negative", "derivative_count", "finetune", -1),
    ("children_not_negative", "derivative_count", "adapter", -1),
    ("children_not_negative", "derivative_count", "merge", -1),
    ("children_not_negative", "derivative_count", "quantized", -1),
    ("percent_of_the_whole", "gateway_share", "share_percent", -0.1),
    ("percent_of_the_whole", "gateway_share", "share_percent", 100.1),
    ("status_known", "alert_event", "status", "forgotten"),
    ("direction_known", "alert_event", "direction", "SIDEWAYS"),
    ("change_status_known", "alert_change", "status", "forgotten"),
    ("state_known", "outbox_message", "state", "lost"),
]
"""The CHECK, the table, the column, and what the column can never hold."""
WORDS = {"status": "active", "direction": "UP", "state": "due"}
"""Words that may be in columns that hold only certain ones."""


def possible(column: Column[Any]) -> object:
    """Something that a column may hold."""
    kinds = ((UtcDateTime, noon(1)), (Boolean, False), (Integer, 1), (Float, 0.5))
    other = WORDS.get(column.name, "")
    return next((value for kind, value in kinds if isinstance(column.type, kind)), other)


@pytest.mark.parametrize(("name", "table", "column", "value"), IMPOSSIBLE)
def test_the_database_itself_refuses_what_nothing_can_mean(
    engine: Engine, name: str, table: str, column: str, value: object
) -> None:
    """A CHECK holds whoever writes."""
    row = {each.name: possible(each) for each in TABLES[table].columns} | {column: value}
    with pytest.raises(IntegrityError, match=name), writing(engine) as connection:
        connection.execute(TABLES[table].insert().values(row))


def test_every_check_is_among_them() -> None:
    """Whoever adds a CHECK says here what it refuses."""
    declared = {
        (str(check.name), table.name)
        for table in TABLES.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert declared == {(name, table) for name, table, _, _ in IMPOSSIBLE}


def test_the_checks_hold_for_rows_that_come_in_bulk(engine: Engine) -> None:
    """The quick way in is no way around them, and its errors are those of every other statement."""
    negative = pl.DataFrame(
        {"series_id": 1, "epoch_day": 1, "snapshot_id": 1, "row_count": -1, "quarantined": 0}
    )
    with pytest.raises(IntegrityError, match="counts_not_negative"), writing(engine) as connection:
        insert_rows(connection, TABLES["day_state"], negative)


def test_view_shows_the_rows_that_count_now(book: Book) -> None:
    """Restated rows show their newest value; withdrawn rows and days that are not whole do not show."""
    first = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}
    book.take(first, noon(2))
    book.take({(day(1), "a/b"): 11, (day(1), "other"): 2}, noon(3))
    book.take({(day(2), "a/b"): 7}, noon(4), bad=[day(2)])
    with reading(book.engine) as connection:
        assert inspect(connection).get_view_names() == ["ranking_current"]
        view = text("SELECT * FROM ranking_current ORDER BY tokens DESC").columns(known_at=UtcDateTime())
        rows = connection.execute(view).mappings().all()
    assert [
        (row["day"], row["permaslug"], row["tokens"], row["known_at"], row["channel"]) for row in rows
    ] == [
        ("2026-06-01", "a/b", 11, noon(3), "api"),
        ("2026-06-01", "other", 2, noon(2), "api"),
    ]
