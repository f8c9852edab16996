"""What a share is a share of: the rows inside a basis, and their denominators."""

import dataframely as dy
import polars as pl

from schemas.definitions import Basis
from schemas.frames import ORIGIN, TAIL, WindowTokens
from tasks.metrics.windowed import WINDOW, exact_sum


def inside(rows: dy.DataFrame[WindowTokens], basis: Basis) -> dy.DataFrame[WindowTokens]:
    """The rows whose tokens the basis counts.

    `top:N` takes, in each window, the N largest named models (ties by name), as `rows` names them: merged or
    apart. Stealth models and routers have a name, so they can be among them.
    """
    bucket = pl.col("bucket")
    match basis.kind:
        case "all":
            return rows
        case "named":
            found = rows.filter(bucket != TAIL)
        case "attributed":
            found = rows.filter(bucket == ORIGIN)
        case "pair":
            found = rows.filter(pl.col("origin").is_in(basis.pair or ()))
        case "top":
            named = rows.filter(bucket != TAIL)
            largest = (
                named.group_by(*WINDOW, "model")
                .agg(exact_sum("tokens"))
                .sort("tokens", "model", descending=[True, False])
                .group_by(*WINDOW, maintain_order=True)
                .head(basis.top or 0)
            )
            found = named.join(largest, on=[*WINDOW, "model"], how="semi")
    return found.pipe(WindowTokens.validate)


def denominators(rows: dy.DataFrame[WindowTokens], basis: Basis) -> pl.DataFrame:
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
