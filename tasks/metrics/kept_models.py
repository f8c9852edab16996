"""The stored figures about what models are, each put into the one shape of a point."""

from typing import Final

import polars as pl

from schemas.definitions import Basis, Definition
from tasks.metrics.open_weights import open_weight_shares
from tasks.metrics.quality import quality
from tasks.metrics.sources import Kept, Sources, spelled
from tasks.metrics.windowed import WINDOW


def _open_weights(definition: Definition) -> Kept:
    return Kept(
        spelled("open-weights", definition),
        lambda given: (
            open_weight_shares(given.weighed_of(definition), given.windows, definition=definition)
            .lazy()
            .select(
                *WINDOW,
                "subject",
                part="open_tokens",
                whole="basis_tokens",
                low="open_tokens",
                high="high_tokens",
                coverage="coverage",
            )
        ),
    )


def _quality(given: Sources) -> pl.LazyFrame:
    found = quality(given.grouped, given.offer, given.catalogue, given.windows).lazy()
    return found.select(
        *WINDOW,
        "subject",
        part="indexed_tokens",
        whole="named_tokens",
        figure="weighted_index",
        figure_high="best_index",
        coverage="coverage",
        word=pl.coalesce("best_model", "reason"),
    )


KEPT_MODELS: Final = (
    _open_weights(Definition()),
    _open_weights(Definition(without_free=True)),
    _open_weights(Definition("lab")),
    _open_weights(Definition(basis=Basis("attributed"))),
    Kept(spelled("quality", by="origin", basis="named"), _quality),
)
"""Every figure about open weights and benchmark indices that is stored of a window."""
