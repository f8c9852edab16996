"""Frames of what was published: read off an answer, recorded, and seen again from a standpoint.

A token column is an exact integer (Int64).
"""

import dataframely as dy


class RankingRows(dy.Schema):
    """Clean rows of one rankings answer: what was published, nothing attributed yet."""

    day = dy.Date(primary_key=True)
    permaslug = dy.String(primary_key=True, description="author/model[:variant], or `other`")
    tokens = dy.Int64(min=0, description="tokens of that model on that UTC day")


class QuarantinedRows(dy.Schema):
    """Rows that were not understood, each with its reason; they are shown, never counted as zero."""

    row_number = dy.Int64(primary_key=True, min=1, description="1-based position in the payload")
    day = dy.Date(nullable=True, description="the day it belongs to; null where that was not readable")
    reason = dy.String(description="what is wrong, in words")
    raw = dy.String(description="the row as published, cut to 300 characters, control characters stripped")


class CatalogueRows(dy.Schema):
    """One entry of `/models`: keyed by (canonical slug, variant), because canonical slugs are not unique."""

    canonical_slug = dy.String(primary_key=True)
    variant = dy.String(primary_key=True, description='"" for the plain model')
    model_id = dy.String(description="the `id` under which the API is called")
    name = dy.String()
    created_at = dy.Int64(nullable=True, description="unix seconds")
    prompt_pusd_per_token = dy.Int64(nullable=True, min=0, description="pico-USD per token; null = no price")
    completion_pusd_per_token = dy.Int64(
        nullable=True, min=0, description="pico-USD per token; null = no price"
    )
    is_router = dy.Bool(description="price -1: the price varies with where the router sends a call")
    hugging_face_id = dy.String(nullable=True)
    conditions = dy.String(
        nullable=True, description="JSON as published: prices by hour or length; null = none"
    )
    is_conditional = dy.Bool(description="the price is that of one of its hours, not its usual one")
    intelligence_index = dy.Float64(
        nullable=True, description="Artificial Analysis, as the catalogue states it"
    )


class DayStates(dy.Schema):
    """Which days were received, seen from one standpoint."""

    day = dy.Date(primary_key=True)
    rows = dy.Int64(min=0, description="rows that were understood")
    quarantined = dy.Int64(min=0, description="rows that were not; above 0 the day is not whole")


class Usage(dy.Schema):
    """The headline series as of one standpoint: tokens of each model and variant on each whole UTC day."""

    day = dy.Date()
    permaslug = dy.String(description="author/model[:variant], or `other`; unique with `day`")
    tokens = dy.Int64(min=0)


class Restatements(dy.Schema):
    """Rows of days that were held already and then changed, came late or were withdrawn."""

    day = dy.Date()
    permaslug = dy.String()
    channel = dy.String(description="exports or api: each has its own vintages")
    old_tokens = dy.Int64(nullable=True, min=0, description="null where there was no row")
    new_tokens = dy.Int64(nullable=True, min=0, description="null where the row was withdrawn")
    change = dy.Int64(nullable=True, description="new_tokens - old_tokens; null where either is")
    old_known_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="us", description="null where the day had no such row"
    )
    new_known_at = dy.Datetime(time_zone="UTC", time_unit="us")
    settled = dy.Bool(description="the day had settled when it changed: 72 hours after it ended")


class Rewrites(dy.Schema):
    """Restatements by ISO week: what one vintage changed in days of the week that were held already."""

    window = dy.String(description="the ISO week, 2026-W25")
    window_start = dy.Date(primary_key=True, description="its Monday")
    window_end = dy.Date(description="its Sunday")
    channel = dy.String()
    vintage = dy.Int64(primary_key=True, description="number of the snapshot that brought the change")
    known_at = dy.Datetime(time_zone="UTC", time_unit="us")
    days = dy.Int64(min=1, max=7, description="days of the week with a restated row")
    rows = dy.Int64(min=1, description="restated rows")
    old_tokens = dy.Int64(min=0, description="of all rows of those days, before")
    new_tokens = dy.Int64(min=0, description="of all rows of those days, after")
    change = dy.Int64(description="new_tokens - old_tokens")
    relative = dy.Float64(nullable=True, description="change / old_tokens; null where that is 0")
    settled = dy.Bool(description="one of those days at least had settled when it changed")
    final = dy.Bool(
        description="one of those days at least had been stated after it had settled: history changed"
    )
    model = dy.String(description="whose tokens changed most, with its variant")
    model_change = dy.Int64(description="by how much, over those days; a row that is not there counts as 0")
