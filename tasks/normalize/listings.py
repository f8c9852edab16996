"""Answers that hold lists about a window: which reader reads which channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import dataframely as dy

from schemas.frames import QuarantinedRows
from schemas.listed import Listed
from schemas.receipts import Channel, Receipt
from tasks.normalize.derivatives import read_derivatives
from tasks.normalize.gateway import read_gateway


def _none() -> dy.DataFrame[QuarantinedRows]:
    return QuarantinedRows.validate(QuarantinedRows.create_empty())


@dataclass(frozen=True)
class NormalizedListings:
    """An answer, taken apart into its lists and the rows that were not understood (see `QuarantinedRows`)."""

    lists: list[Listed]
    quarantined: dy.DataFrame[QuarantinedRows] = field(default_factory=_none)


def normalize_listings(receipt: Receipt, body: bytes) -> NormalizedListings:
    """Read an archived answer of a channel with listings.

    Raises:
        EnvelopeError: the answer as a whole is not understood; it stays in the archive.
    """
    return _READERS[receipt.channel](receipt, body)


def _derivatives(receipt: Receipt, body: bytes) -> NormalizedListings:
    return NormalizedListings([read_derivatives(receipt, body)])


def _gateway(receipt: Receipt, body: bytes) -> NormalizedListings:
    return NormalizedListings(*read_gateway(receipt, body))


_READERS: Final[dict[Channel, Callable[[Receipt, bytes], NormalizedListings]]] = {
    Channel.DERIVATIVES: _derivatives,
    Channel.GATEWAY: _gateway,
}
