"""What a share is a share of: the rows inside a basis, and their denominators.

Both take and give lazy frames in the shape of `WindowTokens`: a metric is collected once, at its end.
"""

import polars as pl

from schemas.definitions import Basis
from schemas.frames import ORIGIN, TAIL
from tasks.metrics.windowed import WINDOW, exact_sum


def inside(rows: pl.LazyFrame, basis: Basis) -> pl.LazyFrame:
    """The rows whose tokens the basis counts.

    `top:N` takes, in each window, the N largest named models (ties by name), as `rows` names them: merged or
    apart. Stealth models and routers have a name, so they can be among them.
    """
    bucket = pl.col("bucket")
    match basis.kind:
        case "all":
            return rows
        case "named":
            return rows.filter(bucket != TAIL)
        case "attributed":
            return rows.filter(bucket == ORIGIN)
        case "pair":
            return rows.filter(pl.col("origin").is_in(basis.pair or ()))
        case "top":
            named = rows.filter(bucket != TAIL)
            largest = (
                named.group_by(*WINDOW, "model")
                .agg(exact_sum("tokens"))
                .sort("tokens", "model", descending=[True, False])
                .group_by(*WINDOW, maintain_order=True)
                .head(basis.top or 0)
            )
            return named.join(largest, on=[*WINDOW, "model"], how="semi")


def denominators(rows: pl.LazyFrame, basis: Basis) -> pl.LazyFrame:
    """Of each window, what stands below its shares (Int64).

    Columns window_start, window_end; total_tokens of the window; basis_tokens; and inside the basis,
    unknown_tokens (in no origin) and tail_tokens (in no named model).
    """
    parts = (
        inside(rows, basis)
        .group_by(*WINDOW)
        .agg(
            basis_tokens=exact_sum("tokens"),
            unknown_tokens=exact_sum("tokens", where=pl.col("bucket") != ORIGIN),
            tail_tokens=exact_sum("tokens", where=pl.col("bucket") == TAIL),
        )
    )
    totals = rows.group_by(*WINDOW).agg(total_tokens=exact_sum("tokens"))
    return totals.join(parts, on=WINDOW, how="left").with_columns(
        pl.col("basis_tokens", "unknown_tokens", "tail_tokens").fill_null(0)
    )
