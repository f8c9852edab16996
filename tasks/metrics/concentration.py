"""How much of a window its N largest carry, where those are from, and how evenly it is spread."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import Basis, Definition
from schemas.frames import Concentration, Hhi
from schemas.windows import Window
from tasks.metrics.bases import denominators, inside
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.windowed import (
    WINDOW,
    columns_of,
    exact_sum,
    largest_first,
    ratio,
    subject_of,
    subject_tokens,
)

_BY_MODEL = Definition(by="model")
_LABS_ATTRIBUTED = Definition(by="lab", basis=Basis("attributed"))


def concentration(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    n: int,
    definition: Definition = _BY_MODEL,
) -> dy.DataFrame[Concentration]:
    """Tokens of the `n` largest subjects of each window over its basis, oldest window first.

    Ties are placed by name. `origin_tokens` splits the same tokens by origin (null: in no origin), so that an
    origin's part of the `n` largest is its tokens over `top_tokens`.
    """
    rows = grouped(usage, windows).tokens(definition.variants)
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
        .select(columns_of(Concentration))
        .collect()
        .pipe(Concentration.validate)
    )


def hhi(
    usage: Tokens,
    windows: Sequence[Window],
    *,
    definition: Definition = _LABS_ATTRIBUTED,
) -> dy.DataFrame[Hhi]:
    """The Herfindahl-Hirschman index of each window: Σ tokens² / basis_tokens² over its subjects; oldest first.

    Read it where every token of the basis has a subject: labs (or origins) on `attributed`, authors (or
    models) on `named`. On a wider basis what has no subject counts as if it were infinitely scattered.
    """
    rows = grouped(usage, windows).tokens(definition.variants)
    tokens, basis = pl.col("tokens").cast(pl.Int128), pl.col("basis_tokens").cast(pl.Int128)
    squares = (
        inside(rows, definition.basis)
        .pipe(subject_tokens, definition.by)
        .group_by(WINDOW)
        .agg(subjects=pl.len().cast(pl.Int64), squares=(tokens * tokens).sum())
    )
    return (
        denominators(rows, definition.basis)
        .join(squares, on=WINDOW, how="left")
        .with_columns(
            pl.col("subjects").fill_null(0),
            hhi=pl.when(basis > 0).then(pl.col("squares").fill_null(0) / (basis * basis)),
        )
        .sort(WINDOW)
        .select(Hhi.column_names())
        .collect()
        .pipe(Hhi.validate)
    )
