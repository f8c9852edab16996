"""How much of usage costs nothing by its name, and usage without it: promotions drive peaks."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By
from schemas.frames import TAIL, AttributedUsage
from schemas.price_frames import ALL, FreeShares
from schemas.windows import Window
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import WINDOW, columns_of, exact_sum, only_origin, ratio, subject_of

FREE: Final = "free"
"""The variant that is offered at no price: `author/model:free`."""


def without_free(usage: dy.DataFrame[AttributedUsage]) -> dy.DataFrame[AttributedUsage]:
    """Usage without the `:free` variants that are named. What the tail holds of them is not known, and stays."""
    return AttributedUsage.validate(usage.filter(pl.col("variant") != FREE))


def free_shares(usage: Tokens, windows: Sequence[Window], *, by: By = "origin") -> dy.DataFrame[FreeShares]:
    """`:free` tokens over named tokens, of each subject and of `ALL`; oldest window first, `ALL` first in it."""
    named = grouped(usage, windows).cells.lazy().filter(pl.col("bucket") != TAIL)
    everything = named.with_columns(subject=pl.lit(ALL), origin=pl.lit(None, pl.String))
    each = named.with_columns(subject=subject_of(by).cast(pl.String)).drop_nulls("subject")
    is_all = pl.col("subject") == ALL
    return (
        pl.concat([everything, each])
        .group_by(*WINDOW, "subject")
        .agg(
            free_tokens=exact_sum("tokens", where=pl.col("variant") == FREE),
            named_tokens=exact_sum("tokens"),
            origin=only_origin(),
        )
        .with_columns(free_share=ratio(pl.col("free_tokens"), "named_tokens"))
        .sort(*WINDOW, is_all, "free_tokens", "subject", descending=[False, False, True, True, False])
        .select(columns_of(FreeShares))
        .collect()
        .pipe(FreeShares.validate)
    )
