"""How much a subject grew, and how much of that is the same models growing."""

from collections.abc import Sequence
from typing import Final, Literal

import dataframely as dy
import polars as pl

from schemas.definitions import By, Variants
from schemas.frames import TAIL, Growth
from schemas.move_frames import Totals
from schemas.windows import Window
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import (
    WINDOW,
    columns_of,
    exact_sum,
    largest_first,
    predecessors,
    ratio,
    subject_of,
)

NO_POINT: Final = "the window compared with is incomplete or not recorded"
NOT_SEEN: Final = "no tokens of it were seen in the window compared with"
_PREVIOUS: Final = ("previous_start", "previous_end")


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
    pairs = predecessors(of_windows.windows, over=over).lazy()
    models = (
        of_windows.tokens(variants)
        .with_columns(subject=subject_of(by))
        .drop_nulls("subject")
        .group_by(*WINDOW, "subject", "model")
        .agg(exact_sum("tokens"))
    )
    subjects = models.group_by(*WINDOW, "subject").agg(exact_sum("tokens"))
    return (
        _beside_previous(subjects, pairs, ["subject"], how="left")
        .join(_like_for_like(models, pairs), on=[*WINDOW, "subject"], how="left")
        .with_columns(growth=ratio(pl.col("tokens"), "previous_tokens") - 1, reason=_reason())
        .pipe(largest_first)
        .select(columns_of(Growth))
        .collect()
        .pipe(Growth.validate)
    )


def totals(usage: Tokens, windows: Sequence[Window], *, over: int = 1) -> dy.DataFrame[Totals]:
    """All tokens of each window, and their growth as `growth` defines it; oldest first.

    The tail is in the total. It is no model, so `like_for_like` is over those named in both windows.
    """
    of_windows = grouped(usage, windows)
    pairs = predecessors(of_windows.windows, over=over).lazy()
    rows = of_windows.tokens()
    is_named = pl.col("bucket") != TAIL
    named = rows.filter(is_named).with_columns(subject=pl.lit("total"))
    models = named.group_by(*WINDOW, "subject", "model").agg(exact_sum("tokens"))
    return (
        rows.group_by(WINDOW)
        .agg(exact_sum("tokens"), named_tokens=exact_sum("tokens", where=is_named))
        .pipe(lambda of_window: _beside_previous(of_window, pairs, [], how="left"))
        .join(_like_for_like(models, pairs), on=WINDOW, how="left")
        .with_columns(growth=ratio(pl.col("tokens"), "previous_tokens") - 1, reason=_reason())
        .rename({"tokens": "total_tokens", "previous_tokens": "previous_total_tokens"})
        .sort(WINDOW)
        .select(Totals.column_names())
        .collect()
        .pipe(Totals.validate)
    )


def _reason() -> pl.Expr:
    """Why there is no growth; null where there is one."""
    return (
        pl.when(pl.col("previous_start").is_null())
        .then(pl.lit(NO_POINT))
        .when(pl.col("previous_tokens").fill_null(0) == 0)
        .then(pl.lit(NOT_SEEN))
    )


def _beside_previous(
    tokens: pl.LazyFrame, pairs: pl.LazyFrame, keys: list[str], *, how: Literal["left", "inner"]
) -> pl.LazyFrame:
    """Each row's tokens beside those of the same key in the window compared with."""
    before = tokens.rename(
        {"window_start": _PREVIOUS[0], "window_end": _PREVIOUS[1], "tokens": "previous_tokens"}
    )
    return tokens.join(pairs, on=WINDOW).join(before, on=[*_PREVIOUS, *keys], how=how)


def _like_for_like(models: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """Growth of the models that a subject had in both windows; no row where there is none."""
    return (
        _beside_previous(models, pairs, ["subject", "model"], how="inner")
        .group_by(*WINDOW, "subject")
        .agg(exact_sum("tokens"), exact_sum("previous_tokens"))
        .select(*WINDOW, "subject", like_for_like=ratio(pl.col("tokens"), "previous_tokens") - 1)
    )
