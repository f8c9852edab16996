"""The reviewed claims, the user's own laid over the shipped ones."""

from importlib import resources
from pathlib import Path
from typing import Final

from schemas.claims import Claim, parse_claims
from schemas.errors import ReviewedDataError

FILE: Final = "claims.yaml"


def load_claims(overlay: Path | None) -> list[Claim]:
    """Every reviewed claim; one of the folder `overlay` replaces the shipped one of its id, a new one is added.

    Raises:
        ReviewedDataError: a file cannot be read; names file, claim and the repair.
    """
    shipped = parse_claims((resources.files("schemas") / "reference" / FILE).read_text("utf-8"), FILE)
    path = None if overlay is None else overlay / FILE
    own = [] if path is None or not path.is_file() else read_claims(path)
    return list(({claim.id: claim for claim in shipped} | {claim.id: claim for claim in own}).values())


def read_claims(path: Path) -> list[Claim]:
    """The claims of a file.

    Raises:
        ReviewedDataError: it cannot be read; names file, claim and the repair.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path} cannot be read ({error}); name a file of UTF-8 text.") from error
    return parse_claims(text, str(path))
