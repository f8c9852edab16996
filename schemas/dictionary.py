"""The data dictionary, made from the shapes themselves: `python -m schemas.dictionary` prints it."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, Final

import dataframely as dy
import polars as pl
from sqlalchemy import Column, Table, UniqueConstraint
from sqlmodel import SQLModel

from schemas import (
    family_frames,
    frames,
    gateway_frames,
    list_frames,
    listed,
    model_frames,
    move_frames,
    point_frames,
    price_frames,
    published_frames,
    reviewed_frames,
    series_frames,
)
from schemas.column_words import PARTICULAR, SHARED
from schemas.exported import EXPORTED
from schemas.tables import table_modules

_INTRODUCTION: Final = """\
# Data dictionary

Made by `python -m schemas.dictionary` from `schemas/tables`, the frames in `schemas` and
`schemas/column_words.py`; a test holds this page equal to what that prints. What the figures mean:
[metrics.md](metrics.md).

Units follow from the end of a name:"""

_UNITS: Final = (
    ("pusd_per_token", "pico-USD per token: 10^-12 USD, so 1,000,000 is 1 USD per million tokens"),
    ("usd_per_mtok", "USD per million tokens: an exact decimal for a list price, a number for a mean"),
    ("_usd", "USD"),
    ("tokens", "tokens, an exact integer"),
    ("points", "percentage points, 0-100"),
    ("share", "a part of the whole, 0-1"),
    ("_at", "a moment in UTC (`catalogue` `created_at`: unix seconds)"),
    ("epoch_day", "days since 1970-01-01"),
    ("bytes", "bytes"),
)
_TABLES_NOTE: Final = """\
Types are those of SQLite. On PostgreSQL `DATETIME` is `TIMESTAMP WITH TIME ZONE`; SQLite holds the UTC wall time.
The key of a fact (`observation`, `day_state`, `catalogue_entry`) ends in the snapshot: a newer row stands beside
the older one."""
_FRAMES_NOTE: Final = """\
What the rooms hand to each other: dataframely schemas, validated where a room hands one over."""
_FILES_NOTE: Final = """\
CSV files in `schemas/reference/`; a folder named by `TOKENTIDE_REFERENCE` is laid over them. An empty cell is null."""
_FRAME_MODULES: Final = (
    published_frames,
    frames,
    listed,
    list_frames,
    move_frames,
    point_frames,
    price_frames,
    model_frames,
    family_frames,
    gateway_frames,
    series_frames,
)
_EXPORTED_NOTE: Final = """\
What `tokentide export` writes ([exports.md](exports.md)); `labs` and `attributions` have the columns of the reviewed
files."""
FILES: Final[dict[str, type[dy.Schema]]] = {
    "labs.csv": reviewed_frames.Labs,
    "attributions.csv": reviewed_frames.Attributions,
    "known_gaps.csv": reviewed_frames.KnownGaps,
    "open_weights.csv": model_frames.OpenWeights,
    "families.csv": family_frames.Families,
    "gateway_labs.csv": family_frames.GatewayLabs,
}


def dictionary() -> str:
    """The whole page as Markdown, with one newline at its end."""
    return "\n".join([*_lines(), ""])


def word_for(owner: str, column: str, own: str | None = None) -> str:
    """What a column holds: its own description, else the words for it in `owner`, else those for its name.

    Raises:
        KeyError: nobody has described it.
    """
    return own or PARTICULAR.get(f"{owner}.{column}") or SHARED[column]


def sql_tables() -> list[type[SQLModel]]:
    """The table classes of `schemas.tables`, in the order in which they stand there."""
    found = [shape for module in table_modules() for shape in _classes(module, SQLModel)]
    return [shape for shape in found if hasattr(shape, "__table__")]


def frame_schemas() -> list[type[dy.Schema]]:
    """The public frames, reviewed files excepted, in the order in which they stand in their modules."""
    found = [shape for module in _FRAME_MODULES for shape in _classes(module, dy.Schema)]
    return [shape for shape in found if shape not in FILES.values()]


def exported_tables() -> dict[str, type[dy.Schema]]:
    """The tables of an export by name, but for the reviewed files among them."""
    return {name: shape for name, shape in EXPORTED.items() if shape not in FILES.values()}


def _classes(module: Any, base: type) -> list[Any]:
    return [
        shape
        for name, shape in vars(module).items()
        if inspect.isclass(shape)
        and issubclass(shape, base)
        and shape.__module__ == module.__name__
        and not name.startswith("_")
    ]


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield ""
    yield from _markdown(("ends in", "unit"), [(f"`{ending}`", unit) for ending, unit in _UNITS])
    yield from ("", "## Tables", "", _TABLES_NOTE)
    for shape in sql_tables():
        yield from _table_lines(shape)
    yield from ("", "## Frames", "", _FRAMES_NOTE)
    for frame in frame_schemas():
        yield from _frame_lines(frame.__name__, frame)
    yield from ("", "## Exported tables", "", _EXPORTED_NOTE)
    for name, frame in exported_tables().items():
        yield from _frame_lines(name, frame)
    yield from ("", "## Reviewed files", "", _FILES_NOTE)
    for name, frame in FILES.items():
        yield from _frame_lines(name, frame)


def _table_lines(shape: type[SQLModel]) -> Iterator[str]:
    table: Table = shape.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table class
    yield from ("", f"### `{table.name}`", "", _said(shape), "")
    rows = [
        (
            f"`{column.name}`",
            str(column.type),
            "yes" if column.nullable else "",
            _key(column),
            word_for(table.name, column.name),
        )
        for column in table.columns
    ]
    yield from _markdown(("column", "type", "null", "key", "holds"), rows)
    for names in _unique_together(table):
        yield from ("", f"Unique together: {', '.join(f'`{name}`' for name in names)}.")


def _frame_lines(title: str, frame: type[dy.Schema]) -> Iterator[str]:
    yield from ("", f"### `{title}`", "", _said(frame), "")
    rows = [
        (
            f"`{name}`",
            _dtype(column.dtype),
            "yes" if column.nullable else "",
            "primary" if column.primary_key else "",
            word_for(title, name, column.description),
        )
        for name, column in frame.columns().items()
    ]
    yield from _markdown(("column", "dtype", "null", "key", "holds"), rows)


def _unique_together(table: Table) -> list[list[str]]:
    unique = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    return sorted(names for each in unique if len(names := [column.name for column in each.columns]) > 1)


def _key(column: Column[Any]) -> str:
    parts = ["primary"] if column.primary_key else []
    parts += [f"→ `{foreign.target_fullname}`" for foreign in column.foreign_keys]
    return " ".join(parts + (["unique"] if column.unique else []))


def _dtype(dtype: pl.DataType) -> str:
    match dtype:
        case pl.Enum():
            return f"Enum: {', '.join(dtype.categories)}"
        case pl.Datetime():
            return f"Datetime, {dtype.time_zone}"
        case pl.List(inner=inner) if isinstance(inner, pl.DataType):
            return f"List of {_dtype(inner)}"
        case pl.Struct(fields=fields):
            return f"({', '.join(field.name for field in fields)})"
    return str(dtype)


def _said(shape: type) -> str:
    """The docstring of a shape, its paragraphs as they stand."""
    return inspect.cleandoc(shape.__doc__ or "")


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


if __name__ == "__main__":
    print(dictionary(), end="")  # noqa: T201  # it is what this command is for
