"""What a share is a share of: the rows inside a basis, and their denominators.

Both take and give lazy frames in the shape of `WindowTokens`, or with the place of the window (`PLACE`): a metric
is collected once, at its end.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.definitions import Basis
from schemas.frames import ORIGIN, TAIL
from tasks.metrics.coded import Coded, placed, recoded
from tasks.metrics.windowed import WINDOW, exact_sum


def inside(rows: pl.LazyFrame, basis: Basis, window: Sequence[str] = WINDOW) -> pl.LazyFrame:
    """The rows whose tokens the basis counts.

    `top:N` takes, in each window, the N largest named models (ties by name), as `rows` names them: merged or
    apart. Stealth models and routers have a name, so they can be among them.
    """
    if basis.kind != "top":
        return rows.filter(_counted(basis))
    named = rows.filter(_NAMED)
    largest = (
        named.group_by(*window, "model")
        .agg(exact_sum("tokens"))
        .sort("tokens", "model", descending=[True, False])
        .group_by(*window, maintain_order=True)
        .head(basis.top or 0)
    )
    return named.join(largest, on=[*window, "model"], how="semi")


def inside_of(models: Coded, basis: Basis) -> Coded:
    """The same of what is coded, by `model` and standing."""
    everything = models.names.columns
    if basis.kind == "all":
        return models
    if basis.kind != "top":
        return models.coarser(*everything, where=_counted(basis))
    named = models.coarser(*everything, where=_NAMED)
    _, model = recoded(named.names, "model")
    largest = placed(named.coarser("model").sums).filter(pl.col("rank") <= (basis.top or 0))
    sums = named.sums.with_columns(model=model.gather(named.sums["code"])).join(
        largest, left_on=["window", "model"], right_on=["window", "code"], how="semi"
    )
    return Coded(named.names, sums.drop("model"))


_NAMED: Final = pl.col("bucket") != TAIL


def _counted(basis: Basis) -> pl.Expr:
    match basis.kind:
        case "named":
            return _NAMED
        case "attributed":
            return pl.col("bucket") == ORIGIN
        case "pair":
            return pl.col("origin").is_in(basis.pair or ())
    return pl.lit(value=True)


def denominators(rows: pl.LazyFrame, basis: Basis, window: Sequence[str] = WINDOW) -> pl.LazyFrame:
    """Of each window, what stands below its shares (Int64).

    Columns `window`; total_tokens of the window; basis_tokens; and inside the basis,
    unknown_tokens (in no origin) and tail_tokens (in no named model).
    """
    parts = (
        inside(rows, basis, window)
        .group_by(*window)
        .agg(
            basis_tokens=exact_sum("tokens"),
            unknown_tokens=exact_sum("tokens", where=pl.col("bucket") != ORIGIN),
            tail_tokens=exact_sum("tokens", where=pl.col("bucket") == TAIL),
        )
    )
    totals = rows.group_by(*window).agg(total_tokens=exact_sum("tokens"))
    return totals.join(parts, on=window, how="left").with_columns(
        pl.col("basis_tokens", "unknown_tokens", "tail_tokens").fill_null(0)
    )
