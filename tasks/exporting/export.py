"""One export: every table as known at a standpoint, as files that appear together or not at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from schemas.citation import citation
from schemas.settings import Settings
from storage.receipts import newest_as_of
from tasks.exporting.contents import parts
from tasks.exporting.datapackage import NAME, Label, Listed, datapackage, metadata
from tasks.exporting.files import FileFormat, write_table
from tasks.exporting.folder import DESCRIPTOR, replacing
from tasks.exporting.part import Part


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        rows: by table, each counted once, whatever it was written as.
        files: how many, the descriptor not among them.
        bytes: their size.
    """

    rows: dict[str, int]
    files: int
    bytes: int
    citation: str


def export(
    connection: Connection,
    settings: Settings,
    standpoint: datetime,
    out: Path,
    formats: Sequence[FileFormat],
) -> Exported:
    """Write everything that `standpoint` knows into the folder `out`, in place of an earlier export.

    Args:
        connection: one consistent view of the database.
        settings: where reviewed files are laid over the shipped ones; whether the figures are made.
        standpoint: rows, labs, prices and events known then, nothing later (aware UTC).
        out: the folder.
        formats: how each table is written.

    Raises:
        UsageError: the folder holds something that no export wrote.
        ExportError: it cannot be written; what was there is left as it was.
        ReviewedDataError: a reviewed file cannot be read.
    """
    sentence = citation(newest_as_of(connection, standpoint), made=settings.made_sample)
    label = Label(standpoint, sentence, settings.made_sample)
    files: list[Listed] = []
    rows: dict[str, int] = {}
    with replacing(out, NAME) as folder:
        for part in parts(connection, settings, standpoint):
            files += [_write(folder, part, form, label) for form in formats]
            rows[part.table] = rows.get(part.table, 0) + part.frame.height
        descriptor = json.dumps(datapackage(files, label), indent=2, ensure_ascii=False)
        (folder / DESCRIPTOR).write_text(f"{descriptor}\n", encoding="utf-8")
    return Exported(rows, len(files), sum(file.written.bytes for file in files), sentence)


def _write(folder: Path, part: Part, form: FileFormat, label: Label) -> Listed:
    place = f"{part.table}/year={part.year}/" if part.year is not None else ""
    path = f"{form}/{place}{part.table}.{form}"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    said = metadata(part, label)
    written = write_table(part.frame, folder / path, form, said)
    return Listed(path, form, part.table, part.year, part.frame.height, written, said)
