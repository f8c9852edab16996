"""Places within a window, and what absence from the published top 50 may hide."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import Ranks
from schemas.move_frames import Exits
from schemas.windows import Window
from tasks.metrics.coded import previous, written
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.places import places
from tasks.metrics.windowed import WINDOW, places_before, predecessors, result


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
    found, before = places(of_windows, by, variants), places_before(of_windows.windows)
    below_the_top = pl.col("hidden_tokens")
    if by != "model":
        below_the_top += pl.lit(of_windows.hidden["tail_tokens"]).gather("window")
    return (
        written(found.rows.with_columns(previous(found.rows, before, "rank")), found.subjects)
        .lazy()
        .with_columns(
            origin=pl.when(pl.col("low_origin") == pl.col("high_origin")).then(
                pl.lit(found.origins["origin"]).gather("low_origin")
            ),
            rank_change=pl.col("previous_rank") - pl.col("rank"),
            entered=pl.when(pl.lit(before).gather("window").is_not_null()).then(
                pl.col("previous_rank").is_null()
            ),
            high_tokens=pl.col("tokens") + below_the_top,
        )
        .pipe(of_windows.dated)
        .pipe(result, Ranks)
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
        pl.col("floor_tokens") if by == "model" else pl.col("floor_tokens") + pl.col("tail_tokens")
    )
    return (
        predecessors(of_windows.windows)
        .lazy()
        .join(before, on=["previous_start", "previous_end"])
        .join(ranked, on=[*WINDOW, "subject"], how="anti")
        .join(of_windows.hidden.lazy().pipe(of_windows.dated), on=WINDOW)
        .with_columns(high_tokens=below_the_top)
        .sort(*WINDOW, "previous_rank")
        .pipe(result, Exits)
    )
