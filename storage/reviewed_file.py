"""One reviewed CSV file, read strictly: an error names the file, the line, the column and the repair."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy

from schemas.countries import COUNTRY_NAMES
from schemas.errors import ReviewedDataError


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a reviewed file, and where it stands."""

    file: str
    line: int
    values: dict[str, Any]

    def refuse(self, column: str, problem: str) -> ReviewedDataError:
        """The error that names the place, what is wrong there, and the repair."""
        return ReviewedDataError(f"{self.file}, line {self.line}, column {column}: {problem}.")


def text_of(path: Path) -> str:
    """The text of a file that a person saved.

    Raises:
        ReviewedDataError: it cannot be read as UTF-8 text.
    """
    try:
        return path.read_text("utf-8-sig")  # spreadsheets put a mark before the header
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error


def rows_of(
    file: str, text: str, schema: type[dy.Schema], check: Callable[[Row], None]
) -> dict[tuple[Any, ...], Row]:
    """The rows of a file by the key of its schema, their cells as values of its columns.

    Args:
        file: how errors name it.
        text: what is in it.
        schema: its columns.
        check: refuses a row that cannot be meant, by `Row.refuse`.

    Raises:
        ReviewedDataError: the text is no such file; names file, line, column and the repair.
    """
    return _unique(_rows(file, text, schema, check), schema)


def _rows(file: str, text: str, schema: type[dy.Schema], check: Callable[[Row], None]) -> Iterator[Row]:
    names = schema.column_names()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if header != names:
            raise ReviewedDataError(f"{file}, line 1: the columns must be {','.join(names)}.")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                raise ReviewedDataError(
                    f"{file}, line {reader.line_num}: {len(cells)} cells where {len(names)} are needed; "
                    "put text that holds a comma into double quotes."
                )
            row = Row(file, reader.line_num, dict(zip(names, cells, strict=True)))
            row.values.update({name: _value(row, name, column) for name, column in schema.columns().items()})
            check(row)
            yield row
    except csv.Error as error:
        raise ReviewedDataError(f"{file}, line {reader.line_num}: {error}; repair the quotes.") from error


def _value(row: Row, name: str, column: dy.Column) -> Any:
    """The cell as a value of its column; an empty one is null."""
    text: str = row.values[name]
    if text != text.strip():
        raise row.refuse(name, f"'{text}' has blanks around it; remove them")
    if not text:
        if not column.nullable:
            raise row.refuse(name, "it is empty; fill it in")
        return None
    match column:
        case dy.Date():
            return _day(row, name, text)
        case dy.Enum(categories=categories):
            if text not in categories:
                raise row.refuse(name, f"'{text}' is none of {', '.join(categories)}; write one of them")
    if name == "country" and text not in COUNTRY_NAMES:
        raise row.refuse(name, f"'{text}' is no ISO 3166-1 alpha-2 code; write one like CN, US or FR")
    return text


def _day(row: Row, name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or str(day) != text:
        raise row.refuse(name, f"'{text}' is no date; write it like 2026-06-15")
    return day


def _unique(rows: Iterator[Row], schema: type[dy.Schema]) -> dict[tuple[Any, ...], Row]:
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        values = [row.values[name] for name in schema.primary_key()]
        key = tuple(value.casefold() if isinstance(value, str) else value for value in values)
        if key in found:
            first = ", ".join(map(str, values))
            raise row.refuse(
                schema.primary_key()[0], f"{first} is on line {found[key].line} already; delete one of them"
            )
        found[key] = row
    return found
