"""The stored figures that run over all windows of a kind: peaks, changes of leader, and the chained price index."""

from typing import Final

import polars as pl

from schemas.definitions import ALL_TOKENS, Definition
from tasks.metrics.kept import SHARES_BY_ORIGIN, leads_under
from tasks.metrics.kept_prices import PRICE_LINKS
from tasks.metrics.peaks import with_peaks
from tasks.metrics.price_index import chained
from tasks.metrics.sources import KEPT_WINDOWS, PAIR, spelled
from tasks.metrics.windowed import WINDOW, ratio

_OF: Final = ("window_kind", "definition", "subject")
_PEAKING: Final = (Definition(), Definition(without_free=True))
_PEAKS: Final = {spelled("shares", each): spelled("peaks", each) for each in _PEAKING}
_DRAWDOWNS: Final = {spelled("shares", each): spelled("drawdown", each) for each in _PEAKING}
_CROSSINGS: Final = {
    leads_under(ALL_TOKENS, without_free=free): spelled(
        "crossings", Definition(without_free=free), pair=",".join(PAIR)
    )
    for free in (False, True)
}
PEAKS: Final = _PEAKS[SHARES_BY_ORIGIN]
DRAWDOWN: Final = _DRAWDOWNS[SHARES_BY_ORIGIN]
CROSSINGS: Final = _CROSSINGS[leads_under(ALL_TOKENS, without_free=False)]
PRICE_INDEX: Final = spelled("price-index", basis="named", variants="apart")
FOLDED_FROM: Final = (*_PEAKS, *_CROSSINGS, PRICE_LINKS)
"""The definitions whose points of all windows the folds need."""
FOLDED: Final = (*_PEAKS.values(), *_DRAWDOWNS.values(), *_CROSSINGS.values(), PRICE_INDEX)
"""The definitions whose points are folded."""


def fold(points: pl.DataFrame) -> list[pl.LazyFrame]:
    """The points under `FOLDED`, from the points of all windows under `FOLDED_FROM`; each has its definition."""
    return [*_peaks(points.lazy()), _crossings(points.lazy()), *_price_indices(points.lazy())]


def _peaks(points: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The highest share so far, with its window, and how far below it the window is, in points."""
    shares = points.filter(pl.col("definition").is_in(list(_PEAKS)))
    found = with_peaks(
        shares.select(*WINDOW, subject=pl.struct(_OF), share=ratio(pl.col("part"), "whole"))
    ).unnest("subject")
    definition = pl.col("definition")
    return [
        found.with_columns(
            definition=definition.replace_strict(_PEAKS),
            figure="peak_share",
            word=_window_in_words("peak_window_start"),
        ),
        found.with_columns(
            definition=definition.replace_strict(_DRAWDOWNS),
            figure="drawdown_points",
            word=_window_in_words("peak_window_start"),
        ),
    ]


def _crossings(points: pl.LazyFrame) -> pl.LazyFrame:
    """The leads in whose window somebody else led than in the last one with a leader (see `leads.crossings`)."""
    leader = pl.when(pl.col("part") > 0).then(pl.lit(PAIR[0])).otherwise(pl.lit(PAIR[1]))
    before = pl.col("leader").shift().over(_OF)
    return (
        points.filter(pl.col("definition").is_in(list(_CROSSINGS)), pl.col("part") != 0)
        .sort("window_start")
        .with_columns(leader=leader)
        .with_columns(before=before)
        .filter(pl.col("leader") != pl.col("before"))
        .with_columns(
            definition=pl.col("definition").replace_strict(_CROSSINGS),
            word=pl.format("{} after {}, {}", "leader", "before", "word"),
        )
    )


def _price_indices(points: pl.LazyFrame) -> list[pl.LazyFrame]:
    links = points.filter(pl.col("definition") == PRICE_LINKS).rename({"figure": "fisher"})
    return [
        chained(links.filter(pl.col("window_kind") == kind)).select(
            "window_kind",
            *WINDOW,
            "subject",
            "coverage",
            definition=pl.lit(PRICE_INDEX),
            figure="index",
            word=_window_in_words("base_start"),
        )
        for kind in KEPT_WINDOWS
    ]


def _window_in_words(start: str) -> pl.Expr:
    """How a window is spelled that begins on a day, as `str` of it does."""
    day, kind = pl.col(start), pl.col("window_kind")
    quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
    return (
        pl.when(kind == "week")
        .then(day.dt.to_string("%G-W%V"))
        .when(kind == "month")
        .then(day.dt.to_string("%Y-%m"))
        .when(kind == "quarter")
        .then(quarter)
        .otherwise(pl.format("{}@{}", kind, day.dt.to_string("%Y-%m-%d")))
    )
