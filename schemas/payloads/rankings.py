"""Rankings answers as msgspec shapes: the outside is strict, the rows hold whatever was sent.

What a row holds is judged afterwards, in columns: one bad value must cost one row, not the answer.
"""

from datetime import date
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct, field

RowT = TypeVar("RowT")
"""`ApiRow` or `ExportRow`, or `msgspec.Raw` where the text of a row is wanted."""


class ApiRow(Struct, gc=False):
    """A row of the Data API; `total_tokens` is published as a decimal string."""

    date: Any = None
    model_permaslug: Any = None
    total_tokens: Any = None


class ExportRow(Struct, gc=False):
    """A row of an export; `total_tokens` is published as a number, and `other` has no rank."""

    date: Any = None
    model_permaslug: Any = None
    rank: Any = None
    total_tokens: Any = None


class ApiMeta(Struct):
    """What the Data API says about its answer. The period is not echoed."""

    version: Literal["v1"]
    start_date: date
    end_date: date


class ApiAnswer(Struct, Generic[RowT]):
    """`GET /datasets/rankings-daily`."""

    meta: ApiMeta
    rows: list[RowT] = field(name="data")


class ExportAnswer(Struct, Generic[RowT]):
    """`/datasets/exports/rankings-daily/<date>.json`: the JSON twin of the CSV file."""

    dataset: Literal["rankings-daily"]
    snapshot_date: date
    row_count: int
    rows: list[RowT]
    schema_version: Literal["v1"] = "v1"
