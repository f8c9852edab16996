"""What an upstream gave, whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200.

    Attributes:
        url: what was asked, with its parameters, without secrets.
        headers: names in lower case.
        body: decompressed.
        fetched_at: when it was complete, by the client's clock (aware UTC).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
