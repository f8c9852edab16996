"""Whether two channels are one series, and which of them speaks for a day: pure, frames in, frames out."""

from datetime import UTC, datetime

import polars as pl

from schemas.windows import GRACE


def settled(day: pl.Expr, moment: datetime | pl.Expr) -> pl.Expr:
    """Whether a UTC day had settled at `moment`: 72 hours after it ended (Boolean)."""
    if isinstance(moment, datetime):
        moment = pl.lit(moment.astimezone(UTC))
    return (day.cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + pl.duration(days=1) + GRACE) <= moment


def shared_days(exports: pl.DataFrame, api: pl.DataFrame, standpoint: datetime) -> pl.DataFrame:
    """The settled days that both channels hold whole: `day`, oldest first.

    Args:
        exports: `day`, `quarantined` of the keyless exports.
        api: the same of the keyed API.
        standpoint: decides what has settled (aware UTC).
    """
    whole = pl.col("quarantined") == 0
    return (
        exports.filter(whole)
        .join(api.filter(whole), on="day", how="semi")
        .filter(settled(pl.col("day"), standpoint))
        .select("day")
        .sort("day")
    )


def disagreement(exports: pl.DataFrame, api: pl.DataFrame) -> str | None:
    """In one sentence, how far the same days differ between the channels; None if they agree to the token.

    Args:
        exports: `day`, `permaslug`, `tokens` of the shared settled days.
        api: the same of the same days.
    """
    both = exports.join(api, on=["day", "permaslug"], how="full", coalesce=True, suffix="_api")
    differing = both.filter(pl.col("tokens").ne_missing(pl.col("tokens_api"))).with_columns(
        by=(pl.col("tokens").fill_null(0) - pl.col("tokens_api").fill_null(0)).abs()
    )
    if differing.is_empty():
        return None
    worst = differing.sort("by", "day", "permaslug", descending=[True, False, False]).row(0, named=True)
    others = f", and {differing.height - 1} more differ" if differing.height > 1 else ""
    return (
        f"The exports and the API differ on {worst['day']}: {worst['permaslug']} has "
        f"{_said(worst['tokens'])} by exports and {_said(worst['tokens_api'])} by api{others}; "
        "only the exports are used."
    )


def speakers(exports: pl.DataFrame, api: pl.DataFrame) -> pl.DataFrame:
    """Which channel speaks for each day: the exports where they have the day whole, else the API.

    Args:
        exports: `day`, `row_count`, `quarantined` of the keyless exports.
        api: the same of the keyed API.

    Returns:
        `channel` (String), `day`, `row_count`, `quarantined`; one row a day, oldest first. A day that neither
        has whole is the exports' where they have it at all.
    """
    both = pl.concat(
        [exports.with_columns(channel=pl.lit("exports")), api.with_columns(channel=pl.lit("api"))]
    )
    return (
        both.with_columns(whole=pl.col("quarantined") == 0)
        .sort("day", "whole", descending=[False, True], maintain_order=True)
        .unique("day", keep="first", maintain_order=True)
        .select("channel", "day", "row_count", "quarantined")
    )


def _said(tokens: int | None) -> str:
    return "no row" if tokens is None else f"{tokens:,} tokens"
