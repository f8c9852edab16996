"""Usage grouped once by window and model: the small frame from which every figure of token counts follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Variants
from schemas.frames import AttributedUsage, WindowTokens
from schemas.windows import Window
from tasks.metrics.packing import group_by_names
from tasks.metrics.windowed import WINDOW, exact_sum, model_name, received, window_days

DAYS_A_PART: Final = 60
"""Days that are kept as bits of one integer; a longer window has several parts."""
NAMES: Final = ("model", "variant", "author", "bucket", "lab", "origin")
_STANDING: Final = ("author", "bucket", "lab", "origin")


@dataclass(frozen=True)
class Grouped:
    """Usage by window: grouped once, asked by every metric.

    Attributes:
        usage: the rows that it was made of, in the shape of `AttributedUsage`.
        windows: those that were received on every one of their days, oldest first.
        cells: one row for each window, part of it, model, variant and standing (a lab may change within a
            window): window_start, window_end, part (Int8, from 0), the `NAMES`, tokens (Int64), and days (Int64):
            one bit for each day of the part that has a row, its first day being the lowest.
    """

    usage: pl.LazyFrame
    windows: list[Window]
    cells: pl.DataFrame

    def tokens(self, variants: Variants = "merged") -> pl.LazyFrame:
        """Tokens of each model in each window, in the shape of `WindowTokens`."""
        return (self._merged if variants == "merged" else self._apart).lazy()

    @cached_property
    def _merged(self) -> pl.DataFrame:
        return self._by_model("merged")

    @cached_property
    def _apart(self) -> pl.DataFrame:
        return self._by_model("apart")

    def _by_model(self, variants: Variants) -> pl.DataFrame:
        cells = self.cells.lazy()
        if not (self.cells["part"] > 0).any() and not (self.cells["variant"] != "").any():
            return cells.select(*WINDOW, "model", *_STANDING, "tokens").collect()  # grouped already
        return (
            cells.with_columns(model=model_name(variants))
            .group_by(*WINDOW, "model", *_STANDING)
            .agg(exact_sum("tokens"))
            .collect()
        )

    def within(self, windows: Sequence[Window]) -> "Grouped":
        """What is known of some of the windows."""
        asked = {(window.start, window.end) for window in windows}
        kept = [window for window in self.windows if (window.start, window.end) in asked]
        if len(kept) == len(self.windows):
            return self
        starts, ends = [window.start for window in kept], [window.end for window in kept]
        ranges = pl.DataFrame([starts, ends], schema=dict.fromkeys(WINDOW, pl.Date))
        return Grouped(self.usage, kept, self.cells.join(ranges, on=WINDOW, how="semi"))


Tokens = dy.DataFrame[AttributedUsage] | Grouped
"""What a metric is computed from: usage, or what was grouped already for several of them."""


def group(usage: pl.DataFrame | pl.LazyFrame, windows: Sequence[Window]) -> Grouped:
    """Group usage by those of `windows` that were received as a whole.

    Names may be strings, or, for frames of millions of rows, enums as `packing.interned` makes them.
    """
    rows = usage.lazy()
    whole = received(rows, windows)
    cells = group_by_names(rows, day_bits(whole), (*WINDOW, "part"), NAMES)
    return Grouped(rows, whole, cells)


def grouped(tokens: Tokens, windows: Sequence[Window]) -> Grouped:
    """The same as `group`; what is grouped already is not grouped again."""
    return tokens.within(windows) if isinstance(tokens, Grouped) else group(tokens, windows)


def window_tokens(
    usage: Tokens, windows: Sequence[Window], *, variants: Variants = "merged"
) -> dy.DataFrame[WindowTokens]:
    """Tokens of each model in each of `windows` that was received as a whole."""
    return grouped(usage, windows).tokens(variants).collect().pipe(WindowTokens.validate)


def day_bits(windows: Sequence[Window]) -> pl.DataFrame:
    """One row a day of a window: window_start, window_end, day (Date), part (Int8), bit (Int64)."""
    place = (pl.col("day") - pl.col("window_start")).dt.total_days()
    return window_days(windows).with_columns(
        part=(place // DAYS_A_PART).cast(pl.Int8), bit=(2 ** (place % DAYS_A_PART)).cast(pl.Int64)
    )
