"""What can be asked of recorded rows, and what a metric is given to answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.model_frames import OpenWeights
from schemas.price_frames import PriceHistory, PriceVintages
from schemas.published_frames import Usage
from schemas.windows import Window, WindowKind


@dataclass(frozen=True)
class Question:
    """What `show` was asked.

    Attributes:
        metric: one of `METRICS`.
        window: the one window asked about, or the span of a series if `kind` is given.
        kind: cut the span of `window` into windows of this kind; None asks about one window.
        subject: only this origin, lab, author or model.
        pair: the two origins of a lead, or any two subjects of a price ratio.
        top: the N of a concentration.
        over: how many windows back growth compares.
        level: the benchmark index that the cheapest must reach.
    """

    metric: str
    window: Window
    kind: WindowKind | None = None
    definition: Definition = field(default_factory=Definition)
    subject: str | None = None
    pair: tuple[str, str] = ("CN", "US")
    top: int = 5
    over: int = 1
    level: float = 0


@dataclass(frozen=True)
class Given:
    """What a metric is computed from; what it has no need for is empty."""

    as_of: datetime
    usage: dy.DataFrame[AttributedUsage]
    history: dy.DataFrame[PriceHistory]
    catalogue: dy.DataFrame[PriceVintages]
    open_weights: dy.DataFrame[OpenWeights]
    attribute: Callable[[dy.DataFrame[Usage]], dy.DataFrame[AttributedUsage]]


@dataclass(frozen=True)
class Metric:
    """How a question is answered.

    Attributes:
        by_subject: rows are about subjects, and named as `by` says.
        whole_history: windows before those asked about are needed.
        with_prices: the history of list prices is needed.
        with_weights: the reviewed weights of models are needed.
        with_index: the figures rest on benchmark indices that the catalogue states.
        fixed: what the metric decides of its definition, so that nothing else can be asked for.
        of_slices: it has a meaning for a slice of the usage, too.
        extra: what of the question belongs to the definition, too.
        ranked: the largest first; else rows stay in the order of the metric.
        notes: what a reader must see beside the figures.
    """

    compute: Callable[[Given, Sequence[Window], Question], pl.DataFrame]
    by_subject: bool = True
    whole_history: bool = False
    with_prices: bool = False
    with_weights: bool = False
    with_index: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)
    of_slices: bool = True
    extra: tuple[str, ...] = ()
    ranked: bool = True
    notes: tuple[str, ...] = ()
