"""Reviewed files: what people decided, with the evidence, and the user's own rows laid over it."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import dataframely as dy
import polars as pl

from schemas.countries import COUNTRY_NAMES
from schemas.errors import ReviewedDataError
from schemas.frames import Attributions, KnownGaps, Labs

S = TypeVar("S", bound=dy.Schema)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a reviewed file, and where it stands."""

    file: str
    line: int
    values: dict[str, Any]

    def refuse(self, column: str, problem: str) -> ReviewedDataError:
        """The error that names the place, what is wrong there, and the repair."""
        return ReviewedDataError(f"{self.file}, line {self.line}, column {column}: {problem}.")


def load_labs(overlay: Path | None) -> dy.DataFrame[Labs]:
    """The reviewed authors, a row of the folder `overlay` replacing the shipped one of the same key.

    The key is what a row is about and when it was learned (`author`, `valid_from`, `known_since`): a row that
    was learned later corrects an earlier one without replacing it.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("labs.csv", Labs, overlay, _check_lab)


def load_attributions(overlay: Path | None) -> dy.DataFrame[Attributions]:
    """The reviewed stealth models and routers, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("attributions.csv", Attributions, overlay, _check_attribution)


def load_known_gaps(overlay: Path | None) -> dy.DataFrame[KnownGaps]:
    """The reviewed days that upstream does not have, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("known_gaps.csv", KnownGaps, overlay, lambda _row: None)


def _load(name: str, schema: type[S], overlay: Path | None, check: Callable[[Row], None]) -> dy.DataFrame[S]:
    shipped = resources.files("schemas") / "reference" / name
    rows = _unique(_rows(name, shipped.read_text("utf-8"), schema, check), schema)
    if overlay is not None:
        if not overlay.is_dir():
            raise ReviewedDataError(
                f"TOKENTIDE_REFERENCE {overlay} is no folder; create it, or unset the variable."
            )
        if (path := overlay / name).is_file():
            rows |= _unique(_rows(str(path), _read(path), schema, check), schema)
    ordered = [tuple(rows[key].values.values()) for key in sorted(rows)]
    return schema.validate(pl.DataFrame(ordered, schema=schema.create_empty().schema, orient="row"))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # spreadsheets put a mark before the header
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error


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
        key = tuple(row.values[name] for name in schema.primary_key())
        if key in found:
            first = ", ".join(map(str, key))
            raise row.refuse(
                schema.primary_key()[0], f"{first} is on line {found[key].line} already; delete one of them"
            )
        found[key] = row
    return found


def _check_lab(row: Row) -> None:
    _check_evidence(row)
    if row.values["confidence"] == "withdrawn":
        _refuse_given(row, "country")
    elif row.values["confidence"] != "low" and row.values["country"] is None:
        raise row.refuse("country", "it is empty; fill it in, or set confidence to low")


def _check_attribution(row: Row) -> None:
    _check_evidence(row)
    router = row.values["kind"] == "router"
    if row.values["confidence"] == "withdrawn":
        if router:
            raise row.refuse("confidence", "a router cannot be withdrawn; set kind to revealed")
        for column in ("lab", "country"):
            _refuse_given(row, column)
        return
    for column in ("lab", "country"):
        given = row.values[column] is not None
        if router and given:
            raise row.refuse(column, "a router belongs to no lab; empty it, or set kind to revealed")
        if not router and not given and row.values["confidence"] != "low":
            raise row.refuse(column, "it is empty; fill it in, or set confidence to low")


def _refuse_given(row: Row, column: str) -> None:
    if row.values[column] is not None:
        raise row.refuse(column, "what is withdrawn has none; empty it, or set confidence to high or medium")


def _check_evidence(row: Row) -> None:
    if row.values["confidence"] != "low" and row.values["evidence"] is None:
        raise row.refuse("evidence", "it is empty; say what was read, or set confidence to low")
