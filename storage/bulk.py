"""Many rows at once, without a Python object a row: frames into a table, and a query into a frame."""

from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, Table

INSERT_SLICE: Final = 50_000
"""Rows handed to the driver at once: enough to amortise the call, little enough to keep memory flat."""
_FETCH_SLICE: Final = 20_000


def insert_rows(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Insert every row of a frame whose columns are columns of `table`, by name.

    The values go to the driver as they are: integers, text and null only.
    """
    names = ", ".join(frame.columns)
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * frame.width)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    for rows in frame.iter_slices(INSERT_SLICE):
        connection.exec_driver_sql(statement, rows.rows())


def read_frame(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame with exactly `schema`: names and Polars dtypes in the order selected.

    Rows come from the driver as they are, so only integers and text may be selected.
    """
    slices: list[pl.DataFrame] = []
    cursor: Any = connection.execute(query).cursor
    while rows := cursor.fetchmany(_FETCH_SLICE):
        slices.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(slices) if slices else pl.DataFrame(schema=schema)
