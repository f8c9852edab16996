"""What the points of a window depend on, as one number a window: equal numbers, equal points."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from schemas.windows import Window
from tasks.metrics.sources import Sources
from tasks.metrics.standings import usable
from tasks.metrics.windowed import WINDOW, window_days

_ITEM: Final = ("canonical_slug", "variant")
_STATED: Final = (
    "prompt_pusd_per_token",
    "completion_pusd_per_token",
    "listed",
    "is_router",
    "is_conditional",
    "intelligence_index",
)
"""What figures take from a vintage of the catalogue. When it was read again decides about `glitch` alone."""
_SAYS: Final = ("lab", "country", "weights", "valid_from", "known_since", "confidence")
"""What figures take from a reviewed row, beside whom it is about."""


def window_hashes(given: Sources, method: int) -> dict[Window, int]:
    """Of each complete window a hash (64 bits, signed) of everything that its points are computed from.

    That is the attributed rows of its days, each with the first price and the first benchmark index of its model
    where these came later; and, up to its end, what the catalogue stated and what is reviewed; and what was on
    offer by then although the catalogue was read only later. A sum of hashes does not depend on their order, and
    wraps. A newer Polars may hash otherwise: then every window is measured anew, to the same points.
    """
    stated = _stated(given, method)
    first = _first_words(stated)
    since = pl.concat(
        [
            stated.lazy().select("day", "number"),
            _offered_before_read(first, method),
            *_reviewed(given, method),
        ]
    )
    rows = window_days(given.windows).lazy().join(_of_days(given, first, method), on="day")
    found = (
        rows.group_by(WINDOW)
        .agg(number=pl.col("number").sum())
        .sort("window_end")
        .join_asof(_by_then(since), left_on="window_end", right_on="day", strategy="backward")
        .select(*WINDOW, number=pl.col("number") + pl.col("known").fill_null(0))
        .collect()
    )
    numbers = {(start, end): number for start, end, number in found.rows()}
    return {window: numbers[window.start, window.end] for window in given.windows}


def _hash_of(columns: Sequence[str], seed: int) -> pl.Expr:
    return pl.struct(columns).hash(seed).reinterpret(signed=True)


def _of_days(given: Sources, first: pl.DataFrame, seed: int) -> pl.LazyFrame:
    """The rows of each day: `day`, `number`."""
    later_price = pl.when(pl.col("read_on") > pl.col("day")).then("first_number")
    later_index = pl.when(pl.col("indexed_on") > pl.col("day")).then("first_index")
    words = first.lazy().select(*_ITEM, "read_on", "first_number", "indexed_on", "first_index")
    return (
        given.usage.lazy()
        .join(words, left_on=["model", "variant"], right_on=_ITEM, how="left")
        .with_columns(first_number=later_price, first_index=later_index)
        .select("day", number=_hash_of([*given.usage.columns, "first_number", "first_index"], seed))
        .group_by("day")
        .agg(pl.col("number").sum())
    )


def _stated(given: Sources, seed: int) -> pl.DataFrame:
    """Every vintage of the catalogue's entries, oldest first: its `day`, and its `number`."""
    marks = given.history.select(*_ITEM, "snapshot_id", "glitch")
    return (
        given.catalogue.join(marks, on=[*_ITEM, "snapshot_id"], how="left")
        .sort(*_ITEM, "snapshot_id")
        .with_columns(
            day=pl.col("known_at").dt.date(),
            number=_hash_of([*_ITEM, "snapshot_id", *_STATED, "glitch"], seed),
            came_on=pl.from_epoch("created_at").dt.date(),
        )
    )


def _first_words(stated: pl.DataFrame) -> pl.DataFrame:
    """Of each entry when it was first read, its word of that day and when that says that it came; its first index."""
    read = stated.group_by(*_ITEM, maintain_order=True).agg(read_on=pl.col("day").first())
    on_first_day = (
        stated.join(read, left_on=[*_ITEM, "day"], right_on=[*_ITEM, "read_on"], how="semi")
        .group_by(*_ITEM, maintain_order=True)
        .agg(first_number=pl.col("number").sum(), came_on=pl.col("came_on").last())
    )
    indexed = stated.drop_nulls("intelligence_index")
    began = indexed.group_by(*_ITEM, maintain_order=True).agg(indexed_on=pl.col("day").first())
    index = (
        indexed.join(began, left_on=[*_ITEM, "day"], right_on=[*_ITEM, "indexed_on"], how="semi")
        .group_by(*_ITEM, maintain_order=True)
        .agg(first_index=pl.col("intelligence_index").last())
    )
    return (
        read.join(on_first_day, on=_ITEM)
        .join(began, on=_ITEM, how="left")
        .join(index, on=_ITEM, how="left")
    )  # fmt: skip


def _offered_before_read(first: pl.DataFrame, seed: int) -> pl.LazyFrame:
    """Entries that the catalogue dates back, or whose index came later: a number from one day, taken back on another.

    Between the two a window's points take of the entry what was learned only after it.
    """
    number = _hash_of([*_ITEM, "first_index"], seed)
    begins = pl.min_horizontal("came_on", "read_on")
    ends = pl.max_horizontal("read_on", "indexed_on")
    return pl.concat(
        [first.lazy().select(day=begins, number=number), first.lazy().select(day=ends, number=-number)]
    )


def _reviewed(given: Sources, seed: int) -> list[pl.LazyFrame]:
    """Reviewed rows from the day on which they are valid; a router is one on every day."""
    always = pl.lit(date.min)
    return [
        usable(rows, given.as_of)
        .lazy()
        .select(
            day=pl.when(pl.col("kind") == "router").then(always).otherwise("valid_from")
            if "kind" in rows.columns
            else pl.col("valid_from"),
            number=_hash_of([about, *(name for name in _SAYS if name in rows.columns)], seed),
        )
        for about, rows in (
            ("author", given.labs),
            ("slug", given.attributions),
            ("slug", given.open_weights),
        )
    ]


def _by_then(since: pl.LazyFrame) -> pl.LazyFrame:
    """What holds from a day on, added up to what is `known` on each."""
    return (
        since.group_by("day")
        .agg(pl.col("number").sum())
        .sort("day")
        .select("day", known=pl.col("number").cum_sum())
    )
