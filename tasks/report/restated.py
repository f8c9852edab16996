"""What an answer changed of the settled past, in one line."""

import dataframely as dy
import polars as pl

from schemas.published_frames import Rewrites
from schemas.slices import Slice
from tasks.report.numbers import tokens_short


def restated_line(rewrites: dy.DataFrame[Rewrites], of: Slice | None = None) -> str | None:
    """How many weeks were rewritten that had been final, from what to what, by which model most; None if none was.

    A young day that moved is no news, even if it is only noticed after it had rewritten.

    Args:
        rewrites: what one answer changed, oldest week first.
        of: the slice that it is about, if it is about one.
    """
    rewritten = rewrites.filter("final")
    if rewritten.is_empty():
        return None
    weeks = rewritten["window"].to_list()
    old, new = sum(rewritten["old_tokens"].to_list()), sum(rewritten["new_tokens"].to_list())
    moved = f"{tokens_short(old)} → {tokens_short(new)} tokens on those days"
    change = f" ({100 * (new - old) / old:+.2f} %)" if old else ""
    most = rewritten.sort(pl.col("model_change").abs(), descending=True, maintain_order=True)["model"][0]
    span = weeks[0] if len(weeks) == 1 else f"{len(weeks)} weeks, {weeks[0]} to {weeks[-1]}"
    rows = sum(rewritten["rows"].to_list())
    what = f"{of}{' (estimate)' if of.sampled else ''} in {span}" if of else span
    return (
        f"Restated: {what}: {rows:,} row{'s' if rows > 1 else ''}, {moved}{change}, most by {most}; "
        f"see `tokentide show rewrites{f' --series {of}' if of else ''}`."
    )
