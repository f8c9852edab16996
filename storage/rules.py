"""The reviewed alert rules, the user's own laid over the shipped ones."""

from importlib import resources
from pathlib import Path
from typing import Final

from schemas.errors import ReviewedDataError
from schemas.rules import Entry, lay_over, parse_rules

FILE: Final = "alert_rules.yaml"


def load_rules(overlay: Path | None) -> list[Entry]:
    """Every reviewed rule and the weekly digest, enabled or not.

    One of the folder `overlay` replaces the shipped one of its id.

    Raises:
        ReviewedDataError: a file cannot be read; names file, rule and the repair.
    """
    shipped = parse_rules((resources.files("schemas") / "reference" / FILE).read_text("utf-8"), FILE)
    path = None if overlay is None else overlay / FILE
    if path is None or not path.is_file():
        return shipped
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error
    return lay_over(shipped, parse_rules(text, str(path)))
