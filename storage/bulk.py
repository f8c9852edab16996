"""Many rows at once, without a Python object a row: frames into a table, and a query into a frame."""

from itertools import chain
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, Table

INSERT_SLICE: Final = 50_000
"""Rows handed to the driver at once: enough to amortise the call, little enough to keep memory flat."""
_ROWS_A_STATEMENT: Final = 100
_FETCH_SLICE: Final = 20_000


def insert_rows(connection: Connection, table: Table, frame: pl.DataFrame, **same: int) -> None:
    """Insert every row of a frame whose columns are columns of `table`, by name.

    The values go to the driver as they are: integers, text and null only. A hundred rows a statement take
    half the time of one row a statement.

    Args:
        connection: a `writing` transaction.
        table: where to.
        frame: its rows.
        same: columns that have one and the same value in every row.
    """
    names = ", ".join([*same, *frame.columns])
    into = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our own tables
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    row = "({})".format(", ".join([*(str(int(value)) for value in same.values()), *[mark] * frame.width]))
    for some in frame.iter_slices(INSERT_SLICE):
        values = tuple(chain.from_iterable(some.rows()))
        rest = some.height % _ROWS_A_STATEMENT
        whole = (some.height - rest) * frame.width
        for rows, of_these in ((_ROWS_A_STATEMENT, values[:whole]), (rest, values[whole:])):
            if of_these:
                step = rows * frame.width
                parameters = [of_these[at : at + step] for at in range(0, len(of_these), step)]
                connection.exec_driver_sql(into + ", ".join([row] * rows), parameters)


def read_frame(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame with exactly `schema`: names and Polars dtypes in the order selected.

    Rows come from the driver as they are, so only integers and text may be selected.
    """
    slices: list[pl.DataFrame] = []
    cursor: Any = connection.execute(query).cursor
    while rows := cursor.fetchmany(_FETCH_SLICE):
        slices.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(slices) if slices else pl.DataFrame(schema=schema)
