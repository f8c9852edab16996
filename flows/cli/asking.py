"""How the words of a question become what the figures are asked for."""

from typing import Final, Literal

from schemas.definitions import By, two_origins
from schemas.errors import UsageError
from schemas.price_frames import ALL

Counted = Literal["origin", "lab", "author", "model", "family"]
_USUAL_BY: Final[dict[str, By]] = {
    "ranks": "model",
    "exits": "model",
    "concentration": "model",
    "hhi": "lab",
}


def usual_by(metric: str, subject: str | None) -> By:
    """What a subject is, where `--by` does not say: `CN` an origin, `a/b` a model, else an author."""
    if subject is None or subject == ALL:
        return _USUAL_BY.get(metric, "origin")
    if "/" in subject:
        return "model"
    return "origin" if len(subject) == 2 and subject.isupper() else "author"


def by_of_tokens(by: Counted | None) -> By | None:
    """What tokens can be counted by, of what `--by` allows.

    Raises:
        UsageError: tokens have no such subject.
    """
    if by == "family":
        raise UsageError("--by family is for derivatives; use origin, lab, author or model.")
    return by


def usual_basis(metric: str, by: By) -> str:
    """The basis where `--basis` does not say: all, but for an index that needs a subject for every token."""
    if metric != "hhi":
        return "all"
    return "attributed" if by in {"origin", "lab"} else "named"


def pair_asked(text: str, *, of_origins: bool) -> tuple[str, str]:
    """The two subjects of `--pair`.

    Raises:
        UsageError: the text names no two, or no two origins where only those can be meant.
    """
    if of_origins:
        return two_origins(text)
    a, _, b = (part.strip() for part in text.partition(","))
    if not a or not b or a == b:
        raise UsageError(f"--pair '{text}' names no two subjects; write CN,US or author/model,author/model.")
    return a, b


def weeks_back(text: str) -> int:
    """The distance of `--over` in windows: `52w` is 52.

    Raises:
        UsageError: the text is no distance.
    """
    number = text.removesuffix("w")
    if not number.isdecimal() or not int(number):
        raise UsageError(f"--over '{text}' is no distance; write 1w or 52w.")
    return int(number)
