"""What `show` shows, by what answers it. Written down, so that a read loads only the rooms that answer it.

A test holds these names to the rooms.
"""

from typing import Final

BESIDE_NAMES: Final = ("derivatives", "apps", "trending-apps", "tasks", "crosscheck")
"""Answered by `tasks.beside`."""
LISTING_NAMES: Final = (
    "restatements",
    "rewrites",
    "series",
    "quarantine",
    "alerts",
    "runs",
    "price-history",
)
"""Answered by `tasks.listings`."""
SAID_NAME: Final = "said"
"""Answered by `tasks.said`."""
