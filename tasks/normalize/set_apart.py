"""Rows that were not understood, each with its reason and as it stands in the payload."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import dataframely as dy
import msgspec
import polars as pl
from pydantic import ValidationError

from schemas.published_frames import QuarantinedRows
from schemas.text import printable


@dataclass(frozen=True, slots=True)
class Fault:
    """The number of a row (from 1), what is wrong with it, and the one day that it is about, where it is."""

    number: int
    reason: str
    day: date | None = None

    @classmethod
    def of(cls, number: int, error: ValidationError) -> Self:
        """The fault of a row that has not the documented shape: its first field that is wrong, without the value."""
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "row"
        return cls(number, printable(f"{place}: {first['msg'].removeprefix('Value error, ')}"))


def set_apart(faults: Iterable[Fault], texts: Sequence[msgspec.Raw]) -> dy.DataFrame[QuarantinedRows]:
    """The rows that were not understood, in their order, out of the texts of all rows."""
    rows = [
        (
            fault.number,
            fault.day,
            fault.reason,
            printable(bytes(texts[fault.number - 1]).decode(errors="replace")),
        )
        for fault in sorted(faults, key=lambda fault: fault.number)
    ]
    return QuarantinedRows.validate(
        pl.DataFrame(rows, schema=QuarantinedRows.create_empty().schema, orient="row")
    )
