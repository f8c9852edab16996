"""Places within a window, and what absence from the published top 50 may hide."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import TAIL, Ranks
from schemas.move_frames import Exits
from schemas.windows import Window
from tasks.metrics.grouped import DAYS_A_PART, Grouped, Tokens, day_bits, grouped
from tasks.metrics.windowed import (
    WINDOW,
    columns_of,
    exact_sum,
    largest_first,
    model_name,
    predecessors,
    subject_of,
    subject_tokens,
)


def ranks(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    by: By = "model",
    variants: Variants = "merged",
) -> dy.DataFrame[Ranks]:
    """The place of each subject in each window, oldest window first, then first place first.

    `windows` must hold each window's predecessor for a change of rank to be known. Who is missing on a
    received day is below the top 50 of that day, not at zero. `high_tokens` adds, for a model, the smallest
    named row of each day of its absence; for an origin, lab or author, which may have any number of models
    below the top 50, that and the tail of the whole window (docs/metrics.md). A model counts as present if
    one of its variants is. Tokens that are undisclosed, composite or unreviewed are not in `high_tokens`.
    """
    of_windows = grouped(usage, windows)
    days = _days(of_windows)
    hidden = pl.col("window_floor") - pl.col("present_floor")
    below_the_top = hidden if by == "model" else hidden + pl.col("window_tail")
    return (
        of_windows.tokens(variants)
        .pipe(subject_tokens, by)
        .join(_presence(of_windows, days, by, variants), on=[*WINDOW, "subject"])
        .join(_hidden(days), on=WINDOW)
        .with_columns(
            days_absent=(pl.col("days") - pl.col("days_present")).cast(pl.Int64),
            high_tokens=pl.col("tokens") + below_the_top,
        )
        .pipe(largest_first)
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(WINDOW))
        .pipe(_beside_previous, predecessors(of_windows.windows).lazy())
        .select(columns_of(Ranks))
        .collect()
        .pipe(Ranks.validate)
    )


def exits(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    by: By = "model",
    variants: Variants = "merged",
) -> dy.DataFrame[Exits]:
    """Who was ranked in the window before and is not in this one; oldest window first, then by former rank.

    `windows` must hold the windows before. Who left the top 50 is not at zero: see `ranks` for `high_tokens`.
    """
    of_windows = grouped(usage, windows)
    ranked = ranks(of_windows, windows, by=by, variants=variants).lazy()
    before = ranked.select(
        "subject",
        "origin",
        previous_start="window_start",
        previous_end="window_end",
        previous_rank="rank",
        previous_tokens="tokens",
    )
    below_the_top = (
        pl.col("window_floor") if by == "model" else pl.col("window_floor") + pl.col("window_tail")
    )
    return (
        predecessors(of_windows.windows)
        .lazy()
        .join(before, on=["previous_start", "previous_end"])
        .join(ranked, on=[*WINDOW, "subject"], how="anti")
        .join(_hidden(_days(of_windows)), on=WINDOW)
        .with_columns(high_tokens=below_the_top)
        .sort(*WINDOW, "previous_rank")
        .select(columns_of(Exits))
        .collect()
        .pipe(Exits.validate)
    )


def _hidden(days: pl.LazyFrame) -> pl.LazyFrame:
    """Of each window: its days, the sum of their smallest named rows, and of their tails."""
    return days.group_by(WINDOW).agg(
        days=pl.len(), window_floor=exact_sum("floor_tokens"), window_tail=exact_sum("tail_tokens")
    )


def _floors(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Of each day: the smallest named row as published, and the tail; 0 where the day has none."""
    named = pl.col("bucket") != TAIL
    return usage.group_by("day").agg(
        floor_tokens=pl.col("tokens").filter(named).min().fill_null(0),
        tail_tokens=exact_sum("tokens", where=~named),
    )


def _days(of_windows: Grouped) -> pl.LazyFrame:
    """One row a day of a window: its part and bit, its smallest named row and its tail."""
    return day_bits(of_windows.windows).lazy().join(_floors(of_windows.usage), on="day")


def _presence(of_windows: Grouped, days: pl.LazyFrame, by: By, variants: Variants) -> pl.LazyFrame:
    """On how many days of a window a subject has a row, and the sum of those days' smallest named rows."""
    part = [*WINDOW, "part"]
    longest = max((window.length_days for window in of_windows.windows), default=1)
    bits = [1 << place for place in range(min(DAYS_A_PART, longest))]
    floors = days.group_by(part).agg(
        pl.col("floor_tokens").filter(pl.col("bit") == bit).sum().alias(f"floor_{bit}") for bit in bits
    )
    present = [pl.when(pl.col("days") & bit != 0).then(f"floor_{bit}").otherwise(0) for bit in bits]
    return (
        of_windows.cells.lazy()
        .with_columns(model=model_name(variants))
        .with_columns(subject=subject_of(by))
        .drop_nulls("subject")
        .group_by(*part, "subject")
        .agg(pl.col("days").bitwise_or())
        .join(floors, on=part)
        .with_columns(
            present_floor=pl.sum_horizontal(floor.cast(pl.Int128) for floor in present),
            days_present=pl.col("days").bitwise_count_ones(),
        )
        .group_by(*WINDOW, "subject")
        .agg(pl.col("days_present").sum(), exact_sum("present_floor"))
    )


def _beside_previous(ranked: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    before = ranked.select(
        "subject", previous_start="window_start", previous_end="window_end", previous_rank="rank"
    )
    return (
        ranked.join(pairs, on=WINDOW)
        .join(before, on=["previous_start", "previous_end", "subject"], how="left")
        .sort(*WINDOW, "rank")
        .with_columns(
            rank_change=pl.col("previous_rank") - pl.col("rank"),
            entered=pl.when(pl.col("previous_start").is_not_null()).then(pl.col("previous_rank").is_null()),
        )
    )
