"""What an export says about itself: the metadata of a Parquet file, and `datapackage.json`.

The latter follows the Data Package standard, version 2 (https://datapackage.org); each file is a resource.
"""

import inspect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import dataframely as dy

from schemas.citation import LICENCE, MADE
from schemas.dictionary import word_for
from schemas.exported import EXPORTED
from tasks.exporting.files import FileFormat, Written
from tasks.exporting.part import Part

NAME: Final = "tokentide-export"
"""The `name` of the package: by it an earlier export is known as one of ours."""
_STANDARD: Final = "https://datapackage.org/profiles/2.0"
_REVIEWED: Final = {"labs", "attributions", "open_weights"}
_REVIEWED_CITATION: Final = "Reviewed rows of tokentide; each names its evidence."
_CC_BY: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_SOURCE: Final = {"title": "OpenRouter rankings", "path": "https://openrouter.ai/rankings"}
_MEDIATYPES: Final = {FileFormat.PARQUET: "application/vnd.apache.parquet", FileFormat.CSV: "text/csv"}
_TYPES: Final[dict[type[dy.Column], str]] = {
    dy.Bool: "boolean",
    dy.Date: "date",
    dy.Datetime: "datetime",
    dy.Decimal: "number",
    dy.Enum: "string",
    dy.Float64: "number",
    dy.Int64: "integer",
    dy.String: "string",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What every file of an export carries.

    Attributes:
        as_of: the standpoint (aware UTC).
        citation: the sentence that must travel with the figures.
        made: whether they are the bundled sample's.
    """

    as_of: datetime
    citation: str
    made: bool

    def of(self, table: str, own: str | None = None) -> dict[str, str]:
        """As-of, citation (its `own`, if it has one) and licence of a table; of a made one that label, no licence."""
        stands = {"as_of": self.as_of.isoformat()}
        if self.made:
            return {**stands, "citation": own or self.citation, "made": MADE}
        if table in _REVIEWED:
            return {**stands, "citation": _REVIEWED_CITATION}
        return {**stands, "citation": own or self.citation, "licence": LICENCE}


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of an export: where it is (from its top), which part it holds, and what was written."""

    path: str
    form: FileFormat
    table: str
    year: int | None
    rows: int
    written: Written
    said: dict[str, str]


def metadata(part: Part, label: Label) -> dict[str, str]:
    """What the Parquet file of a part says about itself, by key; structures are JSON."""
    shape = EXPORTED[part.table]
    return {
        "title": f"tokentide {part.table}",
        "description": inspect.cleandoc(shape.__doc__ or ""),
        **label.of(part.table, part.citation),
        "definition": json.dumps(part.definition),
        "notes": json.dumps(part.notes, ensure_ascii=False),
        "columns": json.dumps(_words(part.table), ensure_ascii=False),
    }


def datapackage(files: Sequence[Listed], label: Label) -> dict[str, Any]:
    """The descriptor of an export."""
    origin: dict[str, Any] = {} if label.made else {"licenses": [_CC_BY], "sources": [_SOURCE]}
    order = list(EXPORTED)
    return {
        "$schema": f"{_STANDARD}/datapackage.json",
        "name": NAME,
        "title": f"{'MADE SAMPLE DATA: ' if label.made else ''}tokens of AI models on OpenRouter, by origin",
        "description": "What tokentide had recorded, and the weekly figures made of it, as known at `as_of`.",
        **label.of("headline"),
        **origin,
        "resources": [
            _resource(file) for file in sorted(files, key=lambda file: (order.index(file.table), file.path))
        ],
    }


def _resource(file: Listed) -> dict[str, Any]:
    said = {name: text for name, text in file.said.items() if name not in {"title", "columns"}}
    name = "-".join(str(each) for each in (file.table, file.year, file.form) if each is not None)
    return {
        "$schema": f"{_STANDARD}/dataresource.json",
        "name": name,
        "type": "table",
        "path": file.path,
        "format": str(file.form),
        "mediatype": _MEDIATYPES[file.form],
        **({"encoding": "utf-8"} if file.form is FileFormat.CSV else {}),
        "bytes": file.written.bytes,
        "hash": f"sha256:{file.written.sha256}",
        **said,
        "definition": json.loads(said["definition"]),
        "notes": json.loads(said["notes"]),
        "rows": file.rows,
        "schema": _table_schema(file.table),
    }


def _table_schema(table: str) -> dict[str, Any]:
    """The Table Schema of a table."""
    shape = EXPORTED[table]
    words = _words(table)
    key = shape.primary_key()
    return {
        "fields": [_field(name, column, words[name]) for name, column in shape.columns().items()],
        **({"primaryKey": key} if key else {}),
        "missingValues": [""],
    }


def _field(name: str, column: dy.Column, words: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if isinstance(column, dy.Enum):
        constraints["enum"] = list(column.categories)
    field: dict[str, Any] = {"name": name, "type": _TYPES[type(column)], "description": words}
    if isinstance(column, dy.String) and not column.nullable:
        field["missingValues"] = []  # here an empty text is a text
    return {**field, "constraints": constraints} if constraints else field


def _words(table: str) -> dict[str, str]:
    title = f"{table}.csv" if table in _REVIEWED else table
    columns = EXPORTED[table].columns()
    return {name: word_for(title, name, column.description) for name, column in columns.items()}
