"""Many rows at once, with few Python objects: frames into a table, and a query into a frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import polars as pl
from sqlalchemy import Column, ColumnElement, Connection, Select, String, Table, cast, func, literal_column
from sqlalchemy.exc import DBAPIError

INSERT_SLICE: Final = 50_000
"""Rows handed to the driver at once: enough to amortise the call, little enough to keep memory flat."""
_ROWS_A_STATEMENT: Final = 100
_FETCH_SLICE: Final = 20_000
_FETCH_GROUPS: Final = 1_000
# Written out: as bound parameters they cost SQLite a third of the time of the whole read.
_COMMA: Final[Any] = literal_column("','", String)
_NOTHING: Final[Any] = literal_column("''", String)


def insert_rows(connection: Connection, table: Table, frame: pl.DataFrame, **same: int) -> None:
    """Insert every row of a frame whose columns are columns of `table`, by name.

    The values go to the driver as they are: numbers, text and null only.

    Args:
        connection: a `writing` transaction.
        table: where to.
        frame: its rows.
        same: columns that have one and the same value in every row.

    Raises:
        sqlalchemy.exc.IntegrityError: a row breaks a constraint of the table.
    """
    into = _copy_in if connection.dialect.name == "postgresql" else _insert_many
    into(connection, table, frame, same)


def _insert_many(connection: Connection, table: Table, frame: pl.DataFrame, same: dict[str, int]) -> None:
    """A hundred rows a statement take half the time of one row a statement."""
    names = ", ".join([*same, *frame.columns])
    into = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our own tables
    row = "({})".format(", ".join([*(str(int(value)) for value in same.values()), *["?"] * frame.width]))
    for some in frame.iter_slices(INSERT_SLICE):
        values = tuple(chain.from_iterable(some.rows()))
        rest = some.height % _ROWS_A_STATEMENT
        whole = (some.height - rest) * frame.width
        for rows, of_these in ((_ROWS_A_STATEMENT, values[:whole]), (rest, values[whole:])):
            if of_these:
                step = rows * frame.width
                parameters = [of_these[at : at + step] for at in range(0, len(of_these), step)]
                connection.exec_driver_sql(into + ", ".join([row] * rows), parameters)


def _copy_in(connection: Connection, table: Table, frame: pl.DataFrame, same: dict[str, int]) -> None:
    """On the connection's own cursor, so that the rows belong to its transaction."""
    if frame.is_empty():
        return
    names = ", ".join([*frame.columns, *same])
    command = f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)"
    constants = [pl.lit(value).alias(name) for name, value in same.items()]
    cursor: Any = connection.connection.cursor()
    with _as_sqlalchemy_says(connection, command), cursor, cursor.copy(command) as copy:
        for some in frame.iter_slices(INSERT_SLICE):
            # Text is quoted even where it is empty: bare and empty means null.
            rows = some.with_columns(*constants).write_csv(include_header=False, quote_style="non_numeric")
            copy.write(rows)


@contextmanager
def _as_sqlalchemy_says(connection: Connection, command: str) -> Iterator[None]:
    """Turn an error of the driver into the one that it is for every other statement."""
    base: Any = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        raise DBAPIError.instance(
            command, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from error


def read_frame(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame with exactly `schema`: names and Polars dtypes in the order selected.

    Rows come from the driver as they are, so only numbers and text may be selected.
    """
    return pl.concat([pl.DataFrame(schema=schema), *read_slices(connection, query, schema)])


def read_slices(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """What `read_frame` reads, some rows at a time, so that nobody holds all of them."""
    cursor: Any = connection.execute(query).cursor
    while rows := cursor.fetchmany(_FETCH_SLICE):
        yield pl.DataFrame(rows, schema=schema, orient="row")


def read_packed(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query of integers as a frame with exactly `schema`, those of one first column together.

    The database hands over one row for each value of the first column, with the others as text that Polars
    takes apart. A driver makes a Python object of every value, which costs more than the query itself; this
    way it makes three of some fifty rows.
    """
    first, *others = query.selected_columns
    texts = [func.aggregate_strings(_text(column), _COMMA) for column in others]
    group, *names = schema
    as_fetched = {group: schema[group], **dict.fromkeys(names, pl.String)}
    cursor: Any = connection.execute(query.with_only_columns(first, *texts).group_by(first)).cursor
    slices = [pl.DataFrame(schema=schema)]
    while rows := cursor.fetchmany(_FETCH_GROUPS):
        packed = pl.DataFrame(rows, schema=as_fetched, orient="row")
        values = packed.with_columns(pl.col(names).str.split(",")).explode(names)
        slices.append(values.with_columns(_number(name).cast(schema[name]) for name in names))
    return pl.concat(slices)


def _text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    text = cast(column, String)
    always_there = isinstance(column, Column) and not column.nullable
    return text if always_there else func.coalesce(text, _NOTHING)


def _number(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))
