"""How good the models are that people use, beside the best that there is: usage against frontier.

The index is looked up by (model, variant) = (canonical slug, variant), as prices are: a variant without an index
borrows none.
"""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import COMPOSITE, TAIL, AttributedUsage
from schemas.model_frames import Quality
from schemas.price_frames import ALL, PriceVintages
from schemas.published_frames import Usage
from schemas.windows import Window
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.prices import beside
from tasks.metrics.windowed import (
    WINDOW,
    exact_sum,
    model_name,
    only_origin,
    ratio,
    result,
    subject_of,
    window_frame,
)

NO_INDEX: Final = "none of the tokens is of a model with an index"
_MICRO: Final = 1_000_000
"""Indices are counted in millionths, so that sums over tokens are exact."""
_KEY: Final = ("canonical_slug", "variant")


def offered(vintages: dy.DataFrame[PriceVintages], windows: Sequence[Window]) -> dy.DataFrame[Usage]:
    """What the catalogue listed at the end of each window, as usage of no tokens on that day, oldest first.

    An entry that was read only later counts from the day on which the catalogue says that it came.
    """
    came = pl.from_epoch("created_at").dt.date()
    known = (
        vintages.lazy()
        .sort("snapshot_id")
        .group_by(*_KEY, pl.col("known_at").dt.date().alias("day"), maintain_order=True)
        .agg(pl.col("listed").last(), came=came.last())
        .sort("day")
    )
    first = known.select(*_KEY, "day", "came")
    ends = window_frame(windows).lazy().select(day="window_end").unique().sort("day")
    suffix = pl.when(pl.col("variant") != "").then(":" + pl.col("variant")).otherwise(pl.lit(""))
    items = (
        vintages.lazy()
        .select(model="canonical_slug", variant="variant")
        .unique()
        .with_columns(permaslug=pl.col("model") + suffix)
        .sort("permaslug")
    )
    return (
        ends.join(items, how="cross", maintain_order="left_right")
        .pipe(beside, known.drop("came"), "backward")
        .pipe(beside, first, "forward")
        .filter(pl.coalesce("listed", pl.col("came") <= pl.col("day")))
        .select("day", "permaslug", tokens=pl.lit(0, pl.Int64))
        .pipe(result, Usage)
    )


def quality(
    usage: Tokens,
    offer: dy.DataFrame[AttributedUsage],
    vintages: dy.DataFrame[PriceVintages],
    windows: Sequence[Window],
    *,
    by: By = "origin",
    variants: Variants = "merged",
) -> dy.DataFrame[Quality]:
    """Token-weighted and best benchmark index of each subject with named tokens, and of `ALL`.

    Oldest window first, `ALL` first in it, then the largest. `weighted_index` = Σ tokens · index over the tokens
    with an index, exact until the one division; `best_index` is the highest of what the subject had on offer on
    the last day of the window. Routers are no models, so they are not on offer.

    Args:
        usage: the tokens.
        offer: what `offered` gave for these windows, attributed.
        vintages: what the catalogue stated, as far as the standpoint knows.
        windows: those to be computed.
        by: what a subject is.
        variants: whether a `:variant` is a model of its own, where models are the subjects.
    """
    of_all = pl.col("subject") == ALL
    indexed = pl.col("indexed_tokens")
    has_index = pl.col("index").is_not_null()
    named = (
        grouped(usage, windows)
        .parts()
        .filter(pl.col("bucket") != TAIL)
        .with_columns(pl.col("model", "variant").cast(pl.String), day="window_end")
    )
    used = (
        _by_subject(with_index(named, vintages), by, variants)
        .group_by(*WINDOW, "subject")
        .agg(
            named_tokens=exact_sum("tokens"),
            indexed_tokens=exact_sum("tokens", where=has_index),
            carried_tokens=exact_sum("tokens", where=has_index & pl.col("carried")),
            summed=(pl.col("tokens").cast(pl.Int128) * pl.col("index")).sum(),
            origin=only_origin(),
        )
    )
    return (
        used.join(_best(offer, vintages, windows, by, variants), on=[*WINDOW, "subject"], how="left")
        .with_columns(
            pl.col("offered", "offered_with_index").fill_null(0),
            coverage=ratio(pl.col("indexed_tokens"), "named_tokens"),
            weighted_index=pl.when(indexed > 0).then(pl.col("summed") / (indexed.cast(pl.Int128) * _MICRO)),
            reason=pl.when(indexed == 0).then(pl.lit(NO_INDEX)),
        )
        .sort(*WINDOW, of_all, "named_tokens", "subject", descending=[False, False, True, True, False])
        .pipe(result, Quality)
    )


def index_sources(vintages: dy.DataFrame[PriceVintages], windows: Sequence[Window]) -> pl.Series:
    """The catalogue vintages (Int64) that state an index which holds for some model in one of the windows."""
    ends = window_frame(windows).lazy().select(day="window_end").unique().sort("day")
    items = vintages.lazy().select(model="canonical_slug", variant="variant").unique()
    found = with_index(ends.join(items, how="cross"), vintages)
    return found.select("index_snapshot_id").drop_nulls().unique().collect().to_series().sort()


def _best(
    offer: dy.DataFrame[AttributedUsage],
    vintages: dy.DataFrame[PriceVintages],
    windows: Sequence[Window],
    by: By,
    variants: Variants,
) -> pl.LazyFrame:
    """Of each subject the best entry that it had on offer at the end of each window, and how many it had."""
    ends = window_frame(windows).lazy().unique().with_columns(day="window_end")
    entries = offer.lazy().filter(pl.col("bucket") != COMPOSITE).join(ends, on="day")
    return (
        _by_subject(with_index(entries, vintages), by, variants)
        .sort("index", "model", "variant", descending=[True, False, False], nulls_last=True)
        .group_by(*WINDOW, "subject", maintain_order=True)
        .agg(
            offered=pl.len().cast(pl.Int64),
            offered_with_index=pl.col("index").count().cast(pl.Int64),
            best_index=pl.col("index").first() / _MICRO,
            best_model=pl.when(pl.col("index").first().is_not_null()).then(pl.col("model").first()),
            best_is_carried=pl.col("carried").first(),
        )
    )


def with_index(wanted: pl.LazyFrame, vintages: dy.DataFrame[PriceVintages]) -> pl.LazyFrame:
    """Rows with `model`, `variant` and `day` beside the `index` (Int64, millionths) that holds on that day.

    With whether it is `carried` (Bool: first stated later), and the vintage that states it (`index_snapshot_id`,
    Int64); null where none does.
    """
    micro = (pl.col("intelligence_index") * _MICRO).round().cast(pl.Int64)
    stated = (
        vintages.lazy()
        .drop_nulls("intelligence_index")
        .sort("snapshot_id")
        .group_by(*_KEY, pl.col("known_at").dt.date().alias("day"), maintain_order=True)
        .agg(stated=pl.struct(index=micro, index_snapshot_id="snapshot_id").last())
        .sort("day")
    )
    either = pl.coalesce("stated", "later")
    return (
        wanted.sort("day")
        .pipe(beside, stated, "backward")
        .pipe(beside, stated.rename({"stated": "later"}), "forward")
        .with_columns(stated=either, carried=pl.when(either.is_not_null()).then(pl.col("stated").is_null()))
        .drop("later")
        .unnest("stated")
    )


def _by_subject(rows: pl.LazyFrame, by: By, variants: Variants) -> pl.LazyFrame:
    """Each row as its subject's, and once more as one of `ALL`."""
    everything = rows.with_columns(subject=pl.lit(ALL), origin=pl.lit(None, pl.String))
    # The entry keeps its name beside that of the subject, which may be the same model in several variants.
    each = rows.with_columns(subject=model_name(variants) if by == "model" else subject_of(by)).drop_nulls(
        "subject"
    )
    return pl.concat([everything, each])
