"""The automations as they stand in their file, read without Prefect, which takes a second to import."""

from importlib import resources
from pathlib import Path
from typing import Any, Final

from schemas.errors import ReviewedDataError
from schemas.strict_yaml import entries_of

FILE: Final = "automations.yaml"


def read_entries(path: Path | None = None) -> list[dict[str, Any]]:
    """The automations of a file as they stand there; of the shipped one if none is given.

    Raises:
        ReviewedDataError: the file cannot be read.
    """
    try:
        text = (path or resources.files("flows") / FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error
    return entries_of(text, str(path or FILE), "automation")
