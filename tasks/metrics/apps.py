"""Places of apps, and what changed since the window before."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from schemas.list_frames import AppRanks
from schemas.windows import Window
from tasks.metrics.windowed import WINDOW, exact_sum, ratio, result

LONGEST: Final = 100
"""Rows of a ranking that is cut off; a shorter one names every app that there is."""
NO_LIST: Final = "no ranking of the window before is recorded"
NOT_LISTED: Final = "not in the ranking of the window before"
_BEFORE: Final = ("previous_start", "previous_end")


def app_ranks(
    lists: pl.DataFrame, windows: Sequence[Window], *, by_tokens: bool = True
) -> dy.DataFrame[AppRanks]:
    """Apps of each window by place, with their share of what is listed; oldest window first.

    Who was not in a ranking by tokens before had at most what its last app had, or nothing if it was not full;
    where rows of it were not understood, or it was ranked otherwise, nothing is known of them.

    Args:
        lists: rankings of the windows and of those before them: `window_start`, `window_end` (Date), `set_apart`
            (Int32: rows that were not understood), and the columns of `AppRows`.
        windows: those to answer; one that has no ranking has no row.
        by_tokens: whether the rankings are by tokens, so that place says something about them.
    """
    pairs = [(each.start, each.end, each.previous().start, each.previous().end) for each in set(windows)]
    wanted = pl.LazyFrame(pairs, schema=dict.fromkeys((*WINDOW, *_BEFORE), pl.Date), orient="row")
    found = lists.lazy().join(wanted, on=WINDOW)
    before = lists.lazy().rename(dict(zip(WINDOW, _BEFORE, strict=True)))
    places = before.select(*_BEFORE, "app_id", previous_rank="rank", previous_tokens="tokens")
    is_known = by_tokens & (pl.col("set_apart").first() == 0)
    hidden = pl.when(pl.len() >= LONGEST).then(pl.col("tokens").min()).otherwise(0)
    ends = before.group_by(_BEFORE).agg(has_list=pl.lit(value=True), hidden=pl.when(is_known).then(hidden))
    listed = found.group_by(WINDOW).agg(listed_tokens=exact_sum("tokens"))
    return (
        found.join(listed, on=WINDOW)
        .join(places, on=[*_BEFORE, "app_id"], how="left")
        .join(ends, on=_BEFORE, how="left")
        .with_columns(
            share=ratio(pl.col("tokens"), "listed_tokens"),
            growth=ratio(pl.col("tokens"), "previous_tokens") - 1,
            rank_change=pl.col("previous_rank") - pl.col("rank"),
            previous_high_tokens=pl.when(pl.col("previous_rank").is_null()).then("hidden"),
        )
        .with_columns(
            reason=pl.when(pl.col("rank_change").is_null()).then(
                pl.when(pl.col("has_list")).then(pl.lit(NOT_LISTED)).otherwise(pl.lit(NO_LIST))
            )
        )
        .sort(*WINDOW, "rank")
        .pipe(result, AppRanks)
    )
