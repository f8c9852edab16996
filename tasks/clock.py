"""The clock: everything below the edge is given a time, and only the edge asks for it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the world (aware UTC)."""
    return datetime.now(UTC)
