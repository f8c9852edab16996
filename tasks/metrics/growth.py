"""How much a subject grew, and how much of that is the same models growing."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By, Definition, Variants
from schemas.frames import TAIL, Growth
from schemas.move_frames import Totals
from schemas.windows import Window
from tasks.metrics.coded import Coded, previous, recoded
from tasks.metrics.grouped import Grouped, Tokens, grouped
from tasks.metrics.windowed import PLACE, exact_sum, largest_first, places_before, ratio, result, subject_of

NO_POINT: Final = "the window compared with is incomplete or not recorded"
NOT_SEEN: Final = "no tokens of it were seen in the window compared with"


def growth(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    by: By = "origin",
    over: int = 1,
    variants: Variants = "merged",
) -> dy.DataFrame[Growth]:
    """Tokens of each subject against the window `over` windows before; oldest first, then largest first.

    `windows` must hold the windows compared with, too; one that is not there has no point, and growth since
    then is null with the reason. `like_for_like` compares only the models that were the subject's in both
    windows: a model that came, went or was attributed meanwhile is no growth of the others (docs/metrics.md).
    `over=52` with weeks is a year.
    """
    of_windows = grouped(usage, windows)
    before = places_before(of_windows.windows, over=over)
    models, subjects = of_windows.once(("growth", by, variants), lambda: _counted(of_windows, by, variants))
    return (
        subjects.sums.lazy()
        .with_columns(
            previous(subjects.sums, before, "tokens"),
            subject=pl.lit(subjects.names["subject"]).gather("code"),
        )
        .join(_like_for_like(models, before), on=["window", "code"], how="left")
        .with_columns(growth=ratio(pl.col("tokens"), "previous_tokens") - 1, reason=_reason(before))
        .pipe(largest_first)
        .pipe(of_windows.dated)
        .pipe(result, Growth)
    )


def totals(usage: Tokens, windows: Sequence[Window], *, over: int = 1) -> dy.DataFrame[Totals]:
    """All tokens of each window, and their growth as `growth` defines it; oldest first.

    The tail is in the total. It is no model, so `like_for_like` is over those named in both windows.
    """
    of_windows = grouped(usage, windows)
    before = places_before(of_windows.windows, over=over)
    everything = pl.lit("total").alias("subject")
    named = of_windows.models("merged").coarser(everything, "model", where=pl.col("bucket") != TAIL)
    of_all = (
        of_windows.rows(Definition())
        .group_by(PLACE)
        .agg(exact_sum("tokens"), named_tokens=exact_sum("tokens", where=pl.col("bucket") != TAIL))
        .with_columns(code=pl.lit(0, pl.UInt32))
        .collect()
    )
    return (
        of_all.lazy()
        .with_columns(previous(of_all, before, "tokens"))
        .join(_like_for_like(named, before), on=["window", "code"], how="left")
        .with_columns(growth=ratio(pl.col("tokens"), "previous_tokens") - 1, reason=_reason(before))
        .rename({"tokens": "total_tokens", "previous_tokens": "previous_total_tokens"})
        .sort(PLACE)
        .pipe(of_windows.dated)
        .pipe(result, Totals)
    )


def _counted(of_windows: Grouped, by: By, variants: Variants) -> tuple[Coded, Coded]:
    """Tokens by subject and model, and by subject."""
    models = of_windows.models(variants).coarser(subject_of(by).alias("subject"), "model")
    return models, models.coarser("subject")


def _reason(before: pl.Series) -> pl.Expr:
    """Why there is no growth; null where there is one."""
    return (
        pl.when(pl.lit(before).gather("window").is_null())
        .then(pl.lit(NO_POINT))
        .when(pl.col("previous_tokens").fill_null(0) == 0)
        .then(pl.lit(NOT_SEEN))
    )


def _like_for_like(models: Coded, before: pl.Series) -> pl.LazyFrame:
    """Growth of the models that a subject had in both windows, by window and code of the subject."""
    _, subject = recoded(models.names, "subject")
    return (
        models.sums.lazy()
        .with_columns(previous(models.sums, before, "tokens"))
        .drop_nulls("previous_tokens")
        .group_by("window", code=pl.lit(subject).gather("code"))
        .agg(exact_sum("tokens"), exact_sum("previous_tokens"))
        .select("window", "code", like_for_like=ratio(pl.col("tokens"), "previous_tokens") - 1)
    )
