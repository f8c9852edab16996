"""Lists that somebody publishes about a window, beside the rankings: what a list of each channel holds.

A list is the whole of what was said about its subject and window. What changes replaces it as a whole, under one
way to record it and one way to read it as of a standpoint (`storage.listings`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.receipts import Channel


class DerivativeCounts(dy.Schema):
    """Direct children of a repository on the Hugging Face Hub: one row; the window is the day of the reading."""

    finetune = dy.Int64(min=0)
    adapter = dy.Int64(min=0)
    merge = dy.Int64(min=0)
    quantized = dy.Int64(min=0)


LISTED: Final[dict[Channel, tuple[str, type[dy.Schema]]]] = {
    Channel.DERIVATIVES: ("derivative_count", DerivativeCounts),
}
"""The table of each channel's rows, and their shape. The table has `listing_id` besides, and no other column."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One list out of an answer.

    Attributes:
        subject: what it is a list of, among the lists of its channel (a repository, a way of sorting).
        start: first UTC day that it is about.
        end: last UTC day that it is about.
        rows: of the shape that `LISTED` names for the channel.
    """

    subject: str
    start: date
    end: date
    rows: dy.DataFrame[Any] | pl.DataFrame
