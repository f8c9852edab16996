"""A table as a file: every option that decides a byte is named here, none is left to a library's default."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

from schemas.text import csv_text


class FileFormat(StrEnum):
    """How a table is written."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that has reached the disk: its size and its SHA-256."""

    bytes: int
    sha256: str


def write_table(frame: pl.DataFrame, path: Path, form: FileFormat, metadata: Mapping[str, str]) -> Written:
    """Write a table and make it outlast a power cut; the same table and metadata give the same bytes.

    Args:
        frame: its rows.
        path: a file in a folder that exists.
        form: how to write it.
        metadata: what a Parquet file says about itself; a CSV has no place for it.

    Raises:
        OSError: it cannot be written.
    """
    plain = frame.with_columns(pl.selectors.enum().cast(pl.String))
    _WRITERS[form](plain, path, metadata)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(path.stat().st_size, sha256)


def _write_parquet(frame: pl.DataFrame, path: Path, metadata: Mapping[str, str]) -> None:
    frame.write_parquet(
        path,
        compression="zstd",
        compression_level=3,
        statistics=True,
        row_group_size=2**17,
        data_page_size=2**20,
        metadata=dict(metadata),
    )


def _write_csv(frame: pl.DataFrame, path: Path, _metadata: Mapping[str, str]) -> None:
    safe = frame.with_columns(_as_cells(column) for column in frame.select(pl.selectors.string()))
    safe.write_csv(
        path,
        include_bom=False,
        separator=",",
        line_terminator="\n",
        quote_char='"',
        quote_style="necessary",  # an empty text is "", a null is nothing
        null_value="",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ",
    )


def _as_cells(column: pl.Series) -> pl.Series:
    """Upstream text made safe; each name once, however many rows have it."""
    changed = {text: cell for text in column.unique().drop_nulls() if (cell := csv_text(text)) != text}
    return column.replace(changed) if changed else column


_WRITERS: Final[dict[FileFormat, Callable[[pl.DataFrame, Path, Mapping[str, str]], None]]] = {
    FileFormat.PARQUET: _write_parquet,
    FileFormat.CSV: _write_csv,
}
