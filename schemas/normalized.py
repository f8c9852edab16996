"""What reading an archived answer gives, as far as recording it needs to know."""

from collections.abc import Sequence
from typing import Protocol

import dataframely as dy

from schemas.listed import Listed
from schemas.published_frames import CatalogueRows, QuarantinedRows, RankingRows


class NormalizedRankings(Protocol):
    """A rankings answer: its rows, and those that were not understood."""

    @property
    def rows(self) -> dy.DataFrame[RankingRows]:
        """The rows that were understood."""

    @property
    def quarantined(self) -> dy.DataFrame[QuarantinedRows]:
        """The rows that were not, each with its reason."""


class NormalizedCatalogue(Protocol):
    """A catalogue answer: its entries."""

    @property
    def rows(self) -> dy.DataFrame[CatalogueRows]:
        """The entries that were understood."""


class NormalizedListings(Protocol):
    """An answer that holds lists: each of them, and the rows that were not understood."""

    @property
    def lists(self) -> Sequence[Listed]:
        """The lists that were understood."""

    @property
    def quarantined(self) -> dy.DataFrame[QuarantinedRows]:
        """The rows that were not, each with its reason."""
