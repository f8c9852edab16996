"""How high a share has been, and how far below that it is."""

import dataframely as dy
import polars as pl

from schemas.frames import Peaks, Shares
from tasks.metrics.windowed import result


def peaks(shares: dy.DataFrame[Shares]) -> dy.DataFrame[Peaks]:
    """The running maximum of each subject's share (Float64, 0-1) and the distance below it, oldest first.

    The peak is the first window that reached it. Windows in which the share is null, or the subject has no
    row, are passed over.
    """
    return with_peaks(shares.lazy()).pipe(result, Peaks)


def with_peaks(shares: pl.LazyFrame) -> pl.LazyFrame:
    """The same of any frame with window_start, window_end, subject and share."""
    share, peak = pl.col("share"), pl.col("peak_share")
    below = peak - share
    return (
        shares.drop_nulls("share")
        .sort("window_start", "window_end", "subject")
        .with_columns(peak_share=share.cum_max().over("subject"))
        .with_columns(is_new=(peak > peak.shift()).fill_null(value=True).over("subject"))
        .with_columns(
            peak_window_start=pl.when("is_new").then("window_start").forward_fill().over("subject"),
            drawdown_points=below * 100,
            drawdown_relative=pl.when(peak > 0).then(below / peak),
        )
    )
