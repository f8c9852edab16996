"""What moved a share: each model's part of its change, and what else changed about the model."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.move_frames import Contributions
from schemas.price_frames import OBSERVED, PriceHistory
from schemas.slugs import model_of, variant_of
from schemas.windows import Window
from tasks.metrics.bases import inside
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.prices import BLENDED_USD_PER_MTOK, in_force
from tasks.metrics.windowed import WINDOW, exact_sum, predecessors, result, subject_of

_PLAIN: Final = Definition()
_PREVIOUS: Final = ("previous_start", "previous_end")


def contributions(
    usage: Tokens,
    history: dy.DataFrame[PriceHistory],
    windows: Sequence[Window],
    *,
    definition: Definition = _PLAIN,
    over: int = 1,
) -> dy.DataFrame[Contributions]:
    """Each model's part of the change of each subject's share since `over` windows before.

    Oldest window first, in it the largest change and the largest part first.

        contribution = tokens / basis_tokens - previous_tokens / previous_basis_tokens

    over the models that are the subject's in either window, so that the parts add up to the change of the
    share exactly. A model that came or was attributed in between counts with all it has; one that left, with
    all it had. That others grew shows as every model of the subject shrinking. `windows` must hold the
    windows compared with; a window without one, or with nothing in its basis, has no rows. List prices and
    the day of listing stand beside it: they are circumstances, not causes.
    """
    before = pl.col("previous_price_usd_per_mtok").cast(pl.Float64)
    of_windows = grouped(usage, windows)
    rows = of_windows.tokens(definition.variants)
    basis = (
        of_windows.denominators(definition.basis, definition.variants)
        .filter(pl.col("basis_tokens") > 0)
        .pipe(of_windows.dated)
    )
    models = (
        inside(rows, definition.basis)
        .with_columns(subject=subject_of(definition.by))
        .drop_nulls("subject")
        .group_by(*WINDOW, "subject", "model")
        .agg(exact_sum("tokens"))
    )
    pairs = (
        predecessors(of_windows.windows, over=over)
        .drop_nulls()
        .lazy()
        .join(basis.select(*WINDOW, "basis_tokens"), on=WINDOW)
        .join(basis.select(*WINDOW, previous_basis_tokens="basis_tokens"), left_on=_PREVIOUS, right_on=WINDOW)
    )
    return (
        _both(models, pairs)
        .collect()  # once, for all that is asked of it below
        .lazy()
        .with_columns(change=_change())
        .with_columns(
            contribution_points=100 * (pl.col("change") / _product()),
            share_change_points=100 * (pl.col("change").sum().over(*WINDOW, "subject") / _product()),
        )
        .pipe(_beside_listing, history)
        .with_columns(
            launched=pl.col("first_listed_on") > pl.col("previous_end"),
            price_change=pl.when(before > 0).then(pl.col("price_usd_per_mtok").cast(pl.Float64) / before - 1),
        )
        .sort(
            *WINDOW,
            pl.col("share_change_points").abs(),
            "subject",
            pl.col("contribution_points").abs(),
            "model",
            descending=[False, False, True, False, True, False],
        )
        .pipe(result, Contributions)
    )


def _both(models: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each model that a subject had in a window or in the one before it, null where it had none."""
    key = [*WINDOW, "subject", "model"]
    now = pairs.select(*WINDOW).join(models, on=WINDOW)
    before = (
        pairs.select(*WINDOW, *_PREVIOUS)
        .join(models.rename({"tokens": "previous_tokens"}), left_on=_PREVIOUS, right_on=WINDOW)
        .drop(_PREVIOUS)
    )
    return now.join(before, on=key, how="full", coalesce=True).join(pairs, on=WINDOW)


def _change() -> pl.Expr:
    """The change of the share over its common denominator (`_product`): an exact integer (Int128)."""
    tokens, previous = (pl.col(name).fill_null(0).cast(pl.Int128) for name in ("tokens", "previous_tokens"))
    return tokens * pl.col("previous_basis_tokens") - previous * pl.col("basis_tokens")


def _product() -> pl.Expr:
    return pl.col("basis_tokens").cast(pl.Int128) * pl.col("previous_basis_tokens")


def _beside_listing(rows: pl.LazyFrame, history: dy.DataFrame[PriceHistory]) -> pl.LazyFrame:
    """Each model beside its listing, and its list price on the last days of both windows where listed then."""
    key = ["model", "variant"]
    named = rows.with_columns(variant=variant_of(pl.col("model")), shown=pl.col("model"))
    named = named.with_columns(model=model_of(pl.col("model")))
    ends = [named.select(*key, day=end) for end in ("window_end", "previous_end")]
    at_end = (
        in_force(pl.concat(ends).unique(), history)
        .select(
            *key,
            "day",
            price_usd_per_mtok=pl.when(pl.col("price_state") == OBSERVED).then(BLENDED_USD_PER_MTOK),
            first_listed_on=pl.from_epoch("created_at").dt.date(),
        )
        .collect()
        .lazy()
    )
    before = at_end.select(*key, "day", previous_price_usd_per_mtok="price_usd_per_mtok")
    return (
        named.join(at_end, left_on=[*key, "window_end"], right_on=[*key, "day"], how="left")
        .join(before, left_on=[*key, "previous_end"], right_on=[*key, "day"], how="left")
        .with_columns(model="shown")
    )
