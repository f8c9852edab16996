"""Where two routers agree on the shares of origins, and on who leads: side by side, never added up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl

from schemas.family_frames import GatewayLabs
from schemas.frames import Leads, Shares
from schemas.gateway_frames import AttributedDays, Crosscheck, GatewayDays
from schemas.reviewed_frames import Labs
from schemas.windows import Window
from tasks.metrics.standings import newest, standings, usable
from tasks.metrics.windowed import WINDOW, window_days

_KEY: Final = (*WINDOW, "origin")


def attribute_days(
    days: dy.DataFrame[GatewayDays],
    names: dy.DataFrame[GatewayLabs],
    labs: dy.DataFrame[Labs],
    *,
    as_of: datetime,
) -> dy.DataFrame[AttributedDays]:
    """Each share with the origin of its lab: by the reviewed name, then by `labs.csv` as valid on the day.

    Which reviewed rows count is as in `tasks.metrics.attribution`.
    """
    authors = newest(names, "name", as_of).select("name", "author")
    seats = standings(
        usable(labs, as_of).select(
            "author",
            "valid_from",
            "known_since",
            precedence=pl.lit(0),
            origin=pl.when(pl.col("confidence") != "withdrawn").then("country"),
        ),
        "author",
        says=["origin"],
    )
    return AttributedDays.cast(
        days.join(authors, on="name", how="left")
        .sort("day")
        .join_asof(seats.sort("since"), left_on="day", right_on="since", by="author", check_sortedness=False)
        .select(AttributedDays.column_names())
        .sort("day", "metric", "name")
    )


def crosscheck(
    shares: dy.DataFrame[Shares],
    leads: dy.DataFrame[Leads],
    gateway: dy.DataFrame[AttributedDays],
    windows: Sequence[Window],
    *,
    pair: tuple[str, str],
) -> dy.DataFrame[Crosscheck]:
    """Both routers for each window and each origin that either of them knows; largest on either first.

    Args:
        shares: by origin of all tokens, of the windows that OpenRouter has whole.
        leads: of the same windows and the `pair`.
        gateway: days of the second router. A window of which a day is missing there has no point there.
        windows: those asked about.
        pair: the two origins that who leads is asked of.
    """
    there = _gateway_windows(gateway, windows)
    points = _gateway_points(gateway, there, windows)
    sides = _sides(points, there, pair)
    known = (1 - pl.col("unknown_tokens") / pl.col("total_tokens")).alias("openrouter_coverage")
    here = shares.select(*WINDOW, origin="subject", openrouter_share="share", openrouter_high="high")
    coverage = shares.group_by(WINDOW).first().select(*WINDOW, known)
    led = leads.select(*WINDOW, openrouter_leader="leader", openrouter_decided="decided")
    return Crosscheck.cast(
        here.join(points.drop("gateway_coverage"), on=_KEY, how="full", coalesce=True)
        .join(coverage, on=WINDOW, how="left")
        .join(led, on=WINDOW, how="left")
        .join(sides, on=WINDOW, how="left")
        .with_columns(_high(router) for router in ("openrouter", "gateway"))
        .with_columns(
            difference_points=100 * (pl.col("gateway_share") - pl.col("openrouter_share")),
            apart=(pl.col("gateway_share").fill_null(0) > pl.col("openrouter_high"))
            | (pl.col("openrouter_share").fill_null(0) > pl.col("gateway_high")),
            agree=pl.when(pl.col("openrouter_decided") & pl.col("gateway_decided")).then(
                pl.col("openrouter_leader") == pl.col("gateway_leader")
            ),
        )
        .sort(
            *WINDOW,
            pl.max_horizontal("openrouter_share", "gateway_share"),
            "origin",
            descending=[False, False, True, False],
        )
        .select(Crosscheck.column_names())
    )


def _high(router: str) -> pl.Expr:
    """The most that an origin may have there: of one that nothing is known of, all that nobody can attribute."""
    unattributed = (1 - pl.col(f"{router}_coverage")).clip(0, 1)
    return pl.coalesce(f"{router}_high", unattributed).alias(f"{router}_high")


def _gateway_windows(gateway: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
    """Of each window how many of its days the gateway has: window_start, window_end, gateway_days, whole."""
    days = gateway.select("day").unique().with_columns(there=pl.lit(1))
    return (
        window_days(windows)
        .join(days, on="day", how="left")
        .group_by(WINDOW)
        .agg(gateway_days=pl.col("there").sum().cast(pl.Int64), whole=pl.col("there").is_not_null().all())
    )


def _gateway_points(gateway: pl.DataFrame, there: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
    """The mean daily share of each origin in each window that is there whole, with what nobody can attribute."""
    whole = there.filter("whole")
    daily = gateway.join(window_days(windows), on="day").join(whole, on=WINDOW)
    means = (
        daily.group_by(*_KEY, "metric", "gateway_days")
        .agg(pl.col("share").sum())
        .with_columns(share=pl.min_horizontal(pl.col("share") / pl.col("gateway_days"), 1.0))
        .drop_nulls("origin")
    )
    points = means.filter(metric="tokens").select(*_KEY, gateway_share="share")
    for metric in ("requests", "spend"):
        other = means.filter(metric=metric).select(*_KEY, pl.col("share").alias(f"gateway_{metric}_share"))
        points = points.join(other, on=_KEY, how="full", coalesce=True)
    together = pl.col("gateway_share").sum().over(WINDOW)
    return points.with_columns(gateway_coverage=pl.min_horizontal(together, 1.0)).with_columns(
        gateway_high=pl.min_horizontal(pl.col("gateway_share") + 1 - pl.col("gateway_coverage"), 1.0)
    )


def _sides(points: pl.DataFrame, there: pl.DataFrame, pair: tuple[str, str]) -> pl.DataFrame:
    """Of each window what both origins of the pair have on the gateway, who leads there, and whether for sure."""
    a, b = (
        points.filter(origin=origin).select(*WINDOW, pl.col("gateway_share").alias(side))
        for origin, side in zip(pair, ("a", "b"), strict=True)
    )
    known = points.group_by(WINDOW).agg(gateway_coverage=pl.col("gateway_coverage").first())
    lead = pl.col("a") - pl.col("b")
    return (
        there.join(known, on=WINDOW, how="left")
        .join(a, on=WINDOW, how="left")
        .join(b, on=WINDOW, how="left")
        .with_columns(
            pl.when("whole").then(pl.col(name).fill_null(0)).alias(name)
            for name in ("a", "b", "gateway_coverage")
        )
        .select(
            *WINDOW,
            "gateway_days",
            "gateway_coverage",
            gateway_leader=pl.when(lead > 0).then(pl.lit(pair[0])).when(lead < 0).then(pl.lit(pair[1])),
            gateway_decided=lead.abs() > 1 - pl.col("gateway_coverage"),
        )
    )
