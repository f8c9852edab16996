"""The stored figures that compare a window with an earlier one, each put into the one shape of a point."""

from typing import Final

import polars as pl

from schemas.definitions import By, Definition
from tasks.metrics.contributions import contributions
from tasks.metrics.growth import growth, totals
from tasks.metrics.ranks import exits, ranks
from tasks.metrics.sources import WHOLE, YEARS, Kept, Sources, spelled
from tasks.metrics.windowed import WINDOW

RANKED: Final = 50
"""Places that are stored, as many as the upstream publishes of a day."""
_GROWING: Final[tuple[By, ...]] = ("origin", "lab", "model")
_PLACED: Final[tuple[By, ...]] = ("model", "lab")


def _growth(by: By, over: int) -> Kept:
    return Kept(
        spelled("growth", Definition(by), over=over),
        lambda given: (
            growth(given.grouped, given.comparable(over), by=by, over=over)
            .lazy()
            .select(
                *WINDOW,
                "subject",
                part="tokens",
                whole="previous_tokens",
                figure="like_for_like",
                word="reason",
            )
        ),
        over,
    )


def _totals(over: int) -> Kept:
    return Kept(
        spelled("totals", over=over),
        lambda given: (
            totals(given.grouped, given.comparable(over), over=over)
            .lazy()
            .select(
                *WINDOW,
                WHOLE,
                part="total_tokens",
                whole="previous_total_tokens",
                figure="like_for_like",
                word="reason",
            )
        ),
        over,
    )


def _contributions(given: Sources) -> pl.LazyFrame:
    """Of each origin a definition of its own, so that a model may have a part in the changes of several."""
    found = contributions(given.grouped, given.history, given.windows)
    definitions = {origin: moved_by(origin) for origin in found["subject"].unique()}
    return found.lazy().select(
        *WINDOW,
        definition=pl.col("subject").replace_strict(definitions, return_dtype=pl.String),
        subject="model",
        part="tokens",
        whole="previous_tokens",
        figure="contribution_points",
    )


def moved_by(origin: str) -> str:
    """The definition of each model's part of the change of an origin's share of all tokens."""
    return spelled("contributions", Definition(), of=origin, over=1)


def _ranks(by: By) -> Kept:
    return Kept(
        spelled("ranks", Definition(by)),
        lambda given: (
            ranks(given.grouped, given.windows, by=by)
            .lazy()
            .filter(pl.col("rank") <= RANKED)
            .select(
                *WINDOW,
                "subject",
                part="rank",
                whole="previous_rank",
                low="tokens",
                high="high_tokens",
                word=pl.when("entered").then(pl.lit("entered")),
            )
        ),
    )


def _exits(by: By) -> Kept:
    return Kept(
        spelled("exits", Definition(by)),
        lambda given: (
            exits(given.grouped, given.windows, by=by)
            .lazy()
            .filter(pl.col("previous_rank") <= RANKED)
            .select(*WINDOW, "subject", whole="previous_rank", high="high_tokens", word=pl.lit("left"))
        ),
    )


KEPT_MOVES: Final = (
    *(_growth(by, over) for by in _GROWING for over in (1, *YEARS)),
    *(_totals(over) for over in (1, *YEARS)),
    Kept(moved_by("each"), _contributions),
    *(each(by) for each in (_ranks, _exits) for by in _PLACED),
)
"""Every figure that compares the tokens of a window with those of an earlier one."""
