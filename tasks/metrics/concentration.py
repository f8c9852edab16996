"""How much of a window its N largest carry, where those are from, and how evenly it is spread."""

from collections.abc import Sequence

import dataframely as dy
import polars as pl

from schemas.definitions import Basis, By, Definition
from schemas.frames import Concentration, Hhi
from schemas.windows import Window
from tasks.metrics.bases import inside, inside_of
from tasks.metrics.coded import Coded, placed, recoded, written
from tasks.metrics.grouped import Grouped, Tokens, grouped
from tasks.metrics.places import places
from tasks.metrics.windowed import PLACE, exact_sum, ratio, result, subject_of, subject_tokens

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
    of_windows = grouped(usage, windows)
    counted = inside_of(of_windows.models(definition.variants), definition.basis)
    subjects, ranked = _ranked(of_windows, counted, definition)
    largest = ranked.filter(pl.col("rank") <= n).select("window", "code", "tokens")
    top = (
        written(largest, subjects)
        .lazy()
        .group_by(*PLACE, maintain_order=True)
        .agg(top_tokens=exact_sum("tokens"), subjects="subject")
    )
    return (
        top.join(_by_origin(counted, definition.by, largest), on=PLACE)
        .join(of_windows.denominators(definition.basis, definition.variants), on=PLACE)
        .with_columns(n=pl.lit(n, pl.Int64), top_share=ratio(pl.col("top_tokens"), "basis_tokens"))
        .sort(PLACE)
        .pipe(of_windows.dated)
        .pipe(result, Concentration)
    )


def _ranked(of_windows: Grouped, counted: Coded, definition: Definition) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The subjects, and their tokens in their places."""
    if definition.basis.kind in {"all", "named"}:  # the tail is nobody's: the places of both are the same
        found = places(of_windows, definition.by, definition.variants)
        return found.subjects, found.rows
    subjects = counted.coarser(subject_of(definition.by).alias("subject"))
    return subjects.names, placed(subjects.sums)


def _by_origin(counted: Coded, by: By, largest: pl.DataFrame) -> pl.LazyFrame:
    """Of each window the tokens of its `largest` subjects by origin, largest first: window, origin_tokens."""
    split = counted.coarser(subject_of(by).alias("subject"), "origin")
    _, subject = recoded(split.names, "subject")
    among = split.sums.with_columns(subject=subject.gather(split.sums["code"])).join(
        largest, left_on=["window", "subject"], right_on=["window", "code"], how="semi"
    )
    return (
        written(among.drop("subject"), split.names.select("origin"))
        .lazy()
        .group_by(*PLACE, "origin")
        .agg(exact_sum("tokens"))
        .sort("tokens", "origin", descending=[True, False])
        .group_by(*PLACE, maintain_order=True)
        .agg(origin_tokens=pl.struct("origin", "tokens"))
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
    of_windows = grouped(usage, windows)
    rows = of_windows.rows(definition)
    tokens, basis = pl.col("tokens").cast(pl.Int128), pl.col("basis_tokens").cast(pl.Int128)
    squares = (
        inside(rows, definition.basis, PLACE)
        .pipe(subject_tokens, definition.by)
        .group_by(PLACE)
        .agg(subjects=pl.len().cast(pl.Int64), squares=(tokens * tokens).sum())
    )
    return (
        of_windows.denominators(definition.basis, definition.variants)
        .join(squares, on=PLACE, how="left")
        .with_columns(
            pl.col("subjects").fill_null(0),
            hhi=pl.when(basis > 0).then(pl.col("squares").fill_null(0) / (basis * basis)),
        )
        .sort(PLACE)
        .pipe(of_windows.dated)
        .pipe(result, Hhi)
    )
