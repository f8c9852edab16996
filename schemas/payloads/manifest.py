"""The manifest of a keyless export: which file it stands for, and what its bytes must be."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.receipts import Sha256


class ExportFile(BaseModel):
    """One encoding of the data. Its `url` is not read: a manifest never says which host we ask."""

    model_config = ConfigDict(frozen=True)

    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256


class ExportFiles(BaseModel):
    """The two encodings of the same rows."""

    model_config = ConfigDict(frozen=True)

    csv: ExportFile
    json_: Annotated[ExportFile, Field(alias="json")]


class ExportManifest(BaseModel):
    """`/datasets/exports/rankings-daily/<date>.manifest.json`.

    Attributes:
        snapshot_date: names the dated file; its 30 UTC days end the day before.
        retrieved_at: the publisher's as-of.
        row_count: data rows in each of the files.
    """

    model_config = ConfigDict(frozen=True)

    dataset: Literal["rankings-daily"]
    schema_version: Literal["v1"]
    snapshot_date: date
    retrieved_at: AwareDatetime
    row_count: Annotated[int, Field(ge=0)]
    files: ExportFiles
