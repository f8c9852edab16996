"""How much of a window its N largest carry, and where those are from."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage, Concentration
from schemas.windows import Window
from tasks.metrics.bases import denominators, inside
from tasks.metrics.windowed import WINDOW, exact_sum, largest_first, ratio, subject_of, window_tokens

_BY_MODEL = Definition(by="model")


def concentration(
    usage: dy.DataFrame[AttributedUsage],
    windows: Sequence[Window],
    *,
    n: int,
    definition: Definition = _BY_MODEL,
) -> dy.DataFrame[Concentration]:
    """Tokens of the `n` largest subjects of each window over its basis, oldest window first.

    Ties are placed by name. `origin_tokens` splits the same tokens by origin (null: in no origin), so that an
    origin's part of the `n` largest is its tokens over `top_tokens`.
    """
    rows = window_tokens(usage, windows, variants=definition.variants).lazy()
    counted = (
        inside(rows, definition.basis).with_columns(subject=subject_of(definition.by)).drop_nulls("subject")
    )
    largest = (
        counted.group_by(*WINDOW, "subject")
        .agg(exact_sum("tokens"))
        .pipe(largest_first)
        .group_by(*WINDOW, maintain_order=True)
        .head(n)
    )
    origins = (
        counted.join(largest, on=[*WINDOW, "subject"], how="semi")
        .group_by(*WINDOW, "origin")
        .agg(exact_sum("tokens"))
        .sort("tokens", "origin", descending=[True, False])
        .group_by(*WINDOW, maintain_order=True)
        .agg(origin_tokens=pl.struct("origin", "tokens"))
    )
    return (
        largest.group_by(*WINDOW, maintain_order=True)
        .agg(top_tokens=exact_sum("tokens"), subjects="subject")
        .join(origins, on=WINDOW)
        .join(denominators(rows, definition.basis), on=WINDOW)
        .with_columns(n=pl.lit(n, pl.Int64), top_share=ratio(pl.col("top_tokens"), "basis_tokens"))
        .sort(WINDOW)
        .select(Concentration.column_names())
        .collect()
        .pipe(Concentration.validate)
    )
