"""Frames of stored points: figures of ISO weeks in one shape, whatever the metric."""

from typing import Final, Literal

import dataframely as dy

Reads = Literal["ratio", "growth", "figure", "place"]
READS: Final[dict[str, Reads]] = {
    "shares": "ratio",
    "buckets": "ratio",
    "leads": "ratio",
    "growth": "growth",
    "totals": "growth",
    "peaks": "figure",
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
    window_start = dy.Date(primary_key=True, description="Monday of the ISO week")
    definition = dy.String(
        primary_key=True,
        description="JSON, keys in order: metric, by, basis and what else decides the figure",
    )
    subject = dy.String(primary_key=True, description="what it is about; empty for the week as a whole")
    part = dy.Int64(nullable=True, description="the numerator")
    whole = dy.Int64(nullable=True, description="the denominator")
    low = dy.Int64(nullable=True, description="lower bound of `part`")
    high = dy.Int64(nullable=True, description="upper bound of `part`")
    figure = dy.Float64(nullable=True, description="what is no ratio of counts: a price, an index")
    figure_low = dy.Float64(nullable=True, description="its lower bound")
    figure_high = dy.Float64(nullable=True, description="its upper bound")
    word = dy.String(nullable=True, description="beside the figure: `decided`, the week of a peak, why null")


class Points(_Figures):
    """Figures of ISO weeks as they are stored; docs/metrics.md says what stands where, for each metric."""


class StoredPoints(_Figures):
    """Points as a standpoint knows them, each with the measurement that it is from."""

    measurement_id = dy.Int64(description="the vintage of the point")
    known_at = dy.Datetime(time_zone="UTC", time_unit="us", description="standpoint of that measurement")


VALUES: Final = ("part", "whole", "low", "high", "figure", "figure_low", "figure_high", "word")
"""What of a point may change from one vintage to the next."""
KEY: Final = ("window_start", "definition", "subject")
