"""Answers that hold lists about a window: which reader reads which channel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import dataframely as dy

from schemas.listed import Listed
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Channel, Receipt
from tasks.normalize.apps import read_apps
from tasks.normalize.derivatives import read_derivatives
from tasks.normalize.gateway import read_gateway
from tasks.normalize.set_apart import set_apart
from tasks.normalize.task_shares import read_task_shares

Told = tuple[list[Listed], dy.DataFrame[QuarantinedRows]]


@dataclass(frozen=True)
class NormalizedListings:
    """An answer, taken apart into its lists and the rows that were not understood (see `QuarantinedRows`)."""

    lists: list[Listed]
    quarantined: dy.DataFrame[QuarantinedRows]


def normalize_listings(receipt: Receipt, body: bytes) -> NormalizedListings:
    """Read an archived answer of a channel with listings.

    Raises:
        EnvelopeError: the answer as a whole is not understood; it stays in the archive.
    """
    return NormalizedListings(*_READERS[receipt.channel](receipt, body))


def _derivatives(receipt: Receipt, body: bytes) -> Told:
    return [read_derivatives(receipt, body)], set_apart([], [])


_READERS: Final[dict[Channel, Callable[[Receipt, bytes], Told]]] = {
    Channel.APPS: read_apps,
    Channel.TASKS: read_task_shares,
    Channel.DERIVATIVES: _derivatives,
    Channel.GATEWAY: read_gateway,
}
