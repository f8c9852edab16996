"""A table of an export, or a year of it: rows in the shape that is promised, and what must be said of them."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.exported import EXPORTED


@dataclass(frozen=True)
class Part:
    """A table of an export, or one year of it.

    Attributes:
        table: its name, a key of `EXPORTED`.
        frame: its rows in the shape of that name, ordered by their key.
        definition: what the figures count; empty where they are facts as recorded.
        notes: sentences that a reader must see beside them.
        year: that of the day, or of the last day of the window; None where the table is not cut.
        citation: what must travel with it in place of the citation of the rankings; None where that does.
    """

    table: str
    frame: pl.DataFrame
    definition: dict[str, str]
    notes: tuple[str, ...]
    year: int | None = None
    citation: str | None = None


def part_of(
    table: str,
    frame: pl.DataFrame,
    definition: dict[str, Any] | None = None,
    notes: tuple[str, ...] = (),
    year: int | None = None,
    citation: str | None = None,
) -> Part:
    """The part with exactly the columns of its shape, in an order that only the rows decide."""
    shape = EXPORTED[table]
    names = shape.column_names()
    ordered = frame.select(names).sort(shape.primary_key() or names)
    return Part(table, shape.validate(ordered, cast=True), definition or {}, notes, year, citation)
