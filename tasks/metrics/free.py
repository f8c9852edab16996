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
from tasks.metrics.windowed import PLACE, exact_sum, only_origin, ratio, result, subject_of

FREE: Final = "free"
"""The variant that is offered at no price: `author/model:free`."""


def without_free(usage: dy.DataFrame[AttributedUsage]) -> dy.DataFrame[AttributedUsage]:
    """Usage without the `:free` variants that are named. What the tail holds of them is not known, and stays."""
    return usage.lazy().filter(pl.col("variant") != FREE).pipe(result, AttributedUsage)


def free_shares(usage: Tokens, windows: Sequence[Window], *, by: By = "origin") -> dy.DataFrame[FreeShares]:
    """`:free` tokens over named tokens, of each subject and of `ALL`; oldest window first, `ALL` first in it."""
    of_windows = grouped(usage, windows)
    is_free = (pl.col("variant") == FREE).alias("is_free")
    subject = subject_of(by).alias("subject")
    each = of_windows.whole.coarser(is_free, "origin", subject)
    everything = of_windows.whole.coarser(
        is_free,
        pl.lit(None, pl.String).alias("origin"),
        pl.lit(ALL).alias("subject"),
        where=pl.col("bucket") != TAIL,
    )
    return (
        pl.concat([everything.rows(), each.rows()])
        .group_by(*PLACE, "subject")
        .agg(
            free_tokens=exact_sum("tokens", where=pl.col("is_free")),
            named_tokens=exact_sum("tokens"),
            origin=only_origin(),
        )
        .with_columns(free_share=ratio(pl.col("free_tokens"), "named_tokens"))
        .sort(
            *PLACE, pl.col("subject") == ALL, "free_tokens", "subject", descending=[False, True, True, False]
        )
        .pipe(of_windows.dated)
        .pipe(result, FreeShares)
    )
