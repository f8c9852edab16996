"""Frames of stored points: figures of windows in one shape, whatever the metric."""

from typing import Final, Literal

import dataframely as dy

Reads = Literal["ratio", "growth", "figure", "place"]
READS: Final[dict[str, Reads]] = {
    "shares": "ratio",
    "buckets": "ratio",
    "leads": "ratio",
    "crossings": "ratio",
    "growth": "growth",
    "totals": "growth",
    "contributions": "figure",
    "peaks": "figure",
    "drawdown": "figure",
    "ranks": "place",
    "exits": "place",
    "concentration": "ratio",
    "origin-of-top": "ratio",
    "hhi": "figure",
    "free-share": "ratio",
    "open-weights": "ratio",
    "quality": "figure",
    "prices": "figure",
    "dollar-share": "figure",
    "price-ratio": "figure",
    "price-link": "figure",
    "price-index": "figure",
    "cheapest": "figure",
}
"""The metrics that are stored, and what their figure is: `part` / `whole`, that less 1, `figure`, or `part`."""


class _Figures(dy.Schema):
    window_kind = dy.String(primary_key=True, description="week, week:SUN, month or quarter")
    window_start = dy.Date(primary_key=True, description="its first UTC day")
    window_end = dy.Date(description="its last UTC day")
    definition = dy.String(
        primary_key=True,
        description="JSON, keys in order: metric, by, basis and what else decides the figure",
    )
    subject = dy.String(primary_key=True, description="what it is about; empty for the window as a whole")
    part = dy.Int64(nullable=True, description="the numerator")
    whole = dy.Int64(nullable=True, description="the denominator")
    low = dy.Int64(nullable=True, description="lower bound of `part`")
    high = dy.Int64(nullable=True, description="upper bound of `part`")
    figure = dy.Float64(nullable=True, description="what is no ratio of counts: a price, an index")
    figure_low = dy.Float64(nullable=True, description="its lower bound")
    figure_high = dy.Float64(nullable=True, description="its upper bound")
    coverage = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="how much of what it counts the figure knows of: attributed, priced, with an index",
    )
    word = dy.String(
        nullable=True, description="beside the figure: `decided`, the window of a peak, why null"
    )


class Points(_Figures):
    """Figures of windows as they are stored; docs/metrics.md says what stands where, for each metric."""


class StoredPoints(_Figures):
    """Points as a standpoint knows them, each with the measurement that it is from."""

    measurement_id = dy.Int64(description="the vintage of the point")
    known_at = dy.Datetime(time_zone="UTC", time_unit="us", description="standpoint of that measurement")
    settles_at = dy.Datetime(
        time_zone="UTC", time_unit="us", description="from then on the window is settled, before provisional"
    )


COUNTS: Final = ("part", "whole", "low", "high")
FIGURES: Final = ("figure", "figure_low", "figure_high", "coverage")
VALUES: Final = (*COUNTS, *FIGURES, "word")
"""What of a point may change from one vintage to the next."""
KEY: Final = ("window_kind", "window_start", "definition", "subject")
