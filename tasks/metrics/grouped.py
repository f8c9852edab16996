"""Usage grouped once by window and model: the small frame from which every figure of token counts follows."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import dataframely as dy
import polars as pl

from schemas.definitions import Basis, Definition, Variants
from schemas.frames import TAIL, AttributedUsage, WindowTokens
from schemas.windows import Window
from tasks.metrics.bases import denominators
from tasks.metrics.coded import Coded, written
from tasks.metrics.packing import DAYS_A_PART, group_by_names
from tasks.metrics.windowed import (
    PLACE,
    WINDOW,
    exact_sum,
    model_name,
    result,
    whole_windows,
    window_days,
    window_frame,
)

NAMES: Final = ("model", "variant", "author", "bucket", "lab", "origin")
STANDING: Final = ("author", "bucket", "lab", "origin")

Made = TypeVar("Made")


@dataclass(frozen=True)
class Grouped:
    """Usage by window: grouped once, asked by every metric.

    Attributes:
        windows: those that were received on every one of their days, oldest first.
        names: the `NAMES`, one row for each combination; its place is its code (a lab may change, so that a
            model has several).
        cells: one row for each window, part of it, and names: window (UInt32, a place in `windows`), part (Int16,
            from 0), code (UInt32), tokens (Int64), and days (Int64): one bit for each day of the part that has a
            row, its first day being the lowest.
        days: of each day received, its smallest named row and its tail, 0 where it has none: day, floor_tokens,
            tail_tokens (Int64).
    """

    windows: list[Window]
    names: pl.DataFrame
    cells: pl.DataFrame
    days: pl.DataFrame
    _found: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, which is made only once."""
        if what not in self._found:
            self._found[what] = make()
        found: Made = self._found[what]
        return found

    def models(self, variants: Variants = "merged") -> Coded:
        """Tokens by model and standing: model, author, bucket, lab, origin."""
        return self.once(("models", variants), lambda: self.whole.coarser(model_name(variants), *STANDING))

    def tokens(self, variants: Variants = "merged") -> pl.LazyFrame:
        """Tokens of each model in each window, in the shape of `WindowTokens`."""
        return self.models(variants).rows().pipe(self.dated).select(WindowTokens.column_names())

    def rows(self, definition: Definition) -> pl.LazyFrame:
        """Tokens by window (its place) and standing, and by model where the definition looks at models."""
        models = self.models(definition.variants)
        if definition.by == "model" or definition.basis.kind == "top":
            return models.rows()
        return self.once("standings", lambda: models.coarser(*STANDING).rows())

    def denominators(self, basis: Basis, variants: Variants = "merged") -> pl.LazyFrame:
        """What stands below the shares of each window (its place), as `bases.denominators` gives it."""
        asked = Definition(
            basis=basis, variants=variants
        )  # by origin: models only if it must find the largest
        return self.once(
            ("denominators", basis, variants), lambda: denominators(self.rows(asked), basis, PLACE).collect()
        ).lazy()

    def parts(self) -> pl.LazyFrame:
        """The cells written out: window_start, window_end, part, the `NAMES`, tokens and days."""
        return written(self.cells, self.names).lazy().pipe(self.dated).drop("window")

    def dated(self, found: pl.LazyFrame) -> pl.LazyFrame:
        """A frame with the place of its windows, and window_start and window_end (Date) beside it."""
        ends = window_frame(self.windows)
        return found.with_columns(pl.lit(ends[name]).gather("window").alias(name) for name in WINDOW)

    @cached_property
    def whole(self) -> Coded:
        """Tokens by all `NAMES`."""
        sums = self.cells.select("window", "code", "tokens")
        if self.has_parts:
            sums = sums.group_by("window", "code").agg(exact_sum("tokens"))
        return Coded(self.names, sums)

    @cached_property
    def has_parts(self) -> bool:
        """Whether a window is so long that its days do not fit into one integer."""
        return bool((self.cells["part"] > 0).any())

    @cached_property
    def calendar(self) -> pl.DataFrame:
        """The days of all windows, as `day_bits` gives them, each with its floor_tokens and tail_tokens."""
        return day_bits(self.windows).join(self.days, on="day")

    @cached_property
    def hidden(self) -> pl.DataFrame:
        """Of each window in its place: window, and the sums of its days' floor_tokens and tail_tokens (Int64)."""
        sums = exact_sum("floor_tokens"), exact_sum("tail_tokens")
        return self.calendar.group_by("window").agg(sums).sort("window")

    def within(self, windows: Sequence[Window]) -> "Grouped":
        """What is known of some of the windows."""
        asked = {(window.start, window.end) for window in windows}
        kept = [window for window in self.windows if (window.start, window.end) in asked]
        if len(kept) == len(self.windows):
            return self
        return Grouped(
            kept, self.names, _only(self.cells, [window in kept for window in self.windows]), self.days
        )


Tokens = dy.DataFrame[AttributedUsage] | Grouped
"""What a metric is computed from: usage, or what was grouped already for several of them."""


def group(usage: pl.DataFrame | pl.LazyFrame, windows: Sequence[Window]) -> Grouped:
    """Group usage by those of `windows` that were received as a whole.

    Names may be strings, or, for frames of millions of rows, enums as `packing.interned` makes them.

    Raises:
        polars.exceptions.InvalidOperationError: a sum of tokens does not fit into 64 bits.
    """
    asked = sorted({(window.start, window.end): window for window in windows}.items())
    every = [window for _, window in asked]
    rows = usage.lazy()
    names, cells, days = group_by_names(rows, day_bits(every), NAMES, _of_days(rows))
    received = whole_windows(days["day"].to_list(), every)
    return Grouped(every, names, cells, days).within(received)


def grouped(tokens: Tokens, windows: Sequence[Window]) -> Grouped:
    """The same as `group`; what is grouped already is not grouped again."""
    return tokens.within(windows) if isinstance(tokens, Grouped) else group(tokens, windows)


def window_tokens(
    usage: Tokens, windows: Sequence[Window], *, variants: Variants = "merged"
) -> dy.DataFrame[WindowTokens]:
    """Tokens of each model in each of `windows` that was received as a whole."""
    return grouped(usage, windows).tokens(variants).pipe(result, WindowTokens)


def day_bits(windows: Sequence[Window]) -> pl.DataFrame:
    """One row a day of a window: window (UInt32, a place in `windows`), part (Int16), day (Date), bit (Int64)."""
    place = (pl.col("day") - pl.col("window_start")).dt.total_days()
    return window_days(windows).select(
        "window",
        "day",
        part=(place // DAYS_A_PART).cast(pl.Int16),
        bit=(2 ** (place % DAYS_A_PART)).cast(pl.Int64),
    )


def _of_days(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of each day, its smallest named row and its tail: day, floor_tokens, tail_tokens (Int64)."""
    is_tail = pl.col("bucket") == TAIL
    floors = rows.filter(~is_tail).group_by("day").agg(floor_tokens=pl.col("tokens").min())
    tails = rows.filter(is_tail).group_by("day").agg(exact_sum("tokens").alias("tail_tokens"))
    return floors.join(tails, on="day", how="full", coalesce=True).with_columns(
        pl.col("floor_tokens", "tail_tokens").fill_null(0)
    )


def _only(cells: pl.DataFrame, kept: list[bool]) -> pl.DataFrame:
    """The cells of some windows, which are numbered anew."""
    flags = pl.Series(kept, dtype=pl.Boolean)
    numbers = flags.cum_sum().cast(pl.UInt32) - 1
    found = cells.filter(flags.gather(cells["window"]))
    return found.with_columns(window=numbers.gather(found["window"]))
