"""Many rows at once come in, and go out, as they are."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, select

from storage.asof import TABLES
from storage.bulk import insert_rows, read_frame, read_packed
from storage.engine import reading, writing
from tests.support.made_answers import Book, day, noon

NUMBERS: dict[str, Any] = {"day": pl.Int32, "model": pl.Int32, "tokens": pl.Int64}


@pytest.fixture
def table(engine: Engine) -> Iterator[Table]:
    """A table of text and numbers that nothing constrains."""
    columns = [Column(name, Integer) for name in NUMBERS]
    table = Table("loose", MetaData(), *columns, Column("words", Text))
    table.create(engine)
    yield table
    table.drop(engine)


def test_text_is_text_whatever_it_holds(engine: Engine, table: Table) -> None:
    """Empty is not null, and what has a meaning in CSV has none in a row."""
    odd = ["", None, "NULL", r"\N", r"\.", '"', "a,b", "a\r\nb", "\\", " ", "–", "1"]
    with writing(engine) as connection:
        insert_rows(connection, table, pl.DataFrame({"model": range(len(odd)), "words": odd}), day=7)
        found = connection.execute(select(table.c.words).order_by(table.c.model)).scalars().all()
    assert found == odd


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 250])
def test_any_number_of_rows_comes_in(engine: Engine, table: Table, rows: int) -> None:
    """Whether they fill the last statement or not."""
    frame = pl.DataFrame({"model": range(rows), "tokens": range(rows)}, schema_overrides={"model": pl.Int32})
    with writing(engine) as connection:
        insert_rows(connection, table, frame, day=7)
        query = select(table.c.day, table.c.model, table.c.tokens).order_by(table.c.model)
        found = read_frame(connection, query, NUMBERS)
    assert found.rows() == [(7, number, number) for number in range(rows)]


def test_packed_rows_are_the_rows_of_the_query(engine: Engine, table: Table) -> None:
    """Nulls, negative numbers and groups of one come back as they would one by one."""
    rows = [(1, 1, None), (1, 2, -5), (2, 1, 2**31 - 1), (3, 9, None)]
    with writing(engine) as connection:
        insert_rows(connection, table, pl.DataFrame(rows, NUMBERS, orient="row"))
        query = select(table.c.day, table.c.model, table.c.tokens)
        assert sorted(read_packed(connection, query, NUMBERS).rows()) == rows
        nothing = read_packed(connection, query.where(table.c.day > 3), NUMBERS)
    assert (nothing.height, dict(nothing.schema)) == (0, NUMBERS)


def test_blocks_do_not_show_in_what_is_recorded(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is compared and written day by day leaves the rows that it leaves at once."""
    monkeypatch.setattr("storage.observations._BLOCK", 2)
    first = {(day(on), slug): on for on in range(1, 6) for slug in ("a/b", "c/d", f"e/{on}", "other")}
    book.take(dict(reversed(first.items())), noon(10))
    gone = {key: tokens for key, tokens in first.items() if key[1] != "e/4"}
    outcome = book.take(gone | {(day(2), "a/b"): 99, (day(7), "z/z"): 1}, noon(11), bad=[day(6)])
    assert (outcome.added, outcome.revised, outcome.withdrawn) == (1, 1, 1)
    with reading(book.engine) as connection:
        counts = [TABLES["snapshot"].c[f"rows_{what}"] for what in ("added", "revised", "withdrawn")]
        vintages = connection.execute(select(*counts).order_by("id")).all()
        assert [tuple(vintage) for vintage in vintages] == [(20, 0, 0), (1, 1, 1)]
        state = TABLES["day_state"]
        days = connection.execute(select(state.c.row_count).order_by(state.c.epoch_day, state.c.snapshot_id))
        assert list(days.scalars()) == [4, 4, 4, 4, 3, 4, 0, 1]
