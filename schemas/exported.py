"""What an export holds: a shape for each of its tables; the reviewed files keep the one they have.

From these shapes follow the check before a table is written, the schema in `datapackage.json`, the columns in
the metadata of each Parquet file and a chapter of the data dictionary.
"""

from typing import Final

import dataframely as dy

from schemas.exported_lists import ExportedApps, ExportedTasks
from schemas.frames import BUCKETS
from schemas.model_frames import OpenWeights
from schemas.reviewed_frames import Attributions, Labs

USD_PER_MTOK_SCALE: Final = 6
"""Decimal places of a price in USD per million tokens: one pico-USD per token is the last of them."""


_BUCKET_WORDS: Final = (
    "origin: a reviewed lab and country; undisclosed: stealth models that nobody has revealed; composite: routers, "
    "which send calls to many labs; unreviewed: authors that nobody has reviewed; tail: below the published top 50"
)


def _moment(*, nullable: bool = False, primary_key: bool = False, description: str) -> dy.Datetime:
    return dy.Datetime(
        nullable=nullable,
        primary_key=primary_key,
        time_zone="UTC",
        time_unit="us",
        description=description,
    )


def _known_at() -> dy.Datetime:
    return _moment(description="when it was learned: the fetch time of the answer")


def _replaced_at() -> dy.Datetime:
    return _moment(nullable=True, description="when a later version was learned; null where this one holds")


def _usd_per_mtok() -> dy.Decimal:
    return dy.Decimal(
        38,
        USD_PER_MTOK_SCALE,
        nullable=True,
        min=0,
        description="USD per million tokens, exact; null = no price",
    )


class ExportedObservations(dy.Schema):
    """Every version of every recorded row, of each channel: what was known at T has known_at <= T < replaced_at."""

    channel = dy.String(primary_key=True)
    day = dy.Date(primary_key=True)
    permaslug = dy.String(primary_key=True, description="`author/model[:variant]`, or `other`")
    snapshot_id = dy.Int64(primary_key=True, description="the vintage, as in `vintages`")
    known_at = _known_at()
    replaced_at = _replaced_at()
    tokens = dy.Int64(nullable=True, min=0, description="null = withdrawn by this vintage")


class ExportedHeadline(dy.Schema):
    """The headline series: tokens of each model on each whole UTC day, each in exactly one bucket."""

    day = dy.Date(primary_key=True)
    permaslug = dy.String(primary_key=True, description="`author/model[:variant]`, or `other`")
    model = dy.String(description="permaslug without its variant; `other` for the tail")
    variant = dy.String(description='"" for the plain model')
    author = dy.String()
    lab = dy.String(nullable=True, description="null unless bucket = origin")
    origin = dy.String(nullable=True, description="ISO 3166-1 alpha-2; null unless bucket = origin")
    bucket = dy.Enum(BUCKETS, description=_BUCKET_WORDS)
    tokens = dy.Int64(min=0)


class _Weekly(dy.Schema):
    window = dy.String(description="the ISO week, as `show --window` reads it")
    window_start = dy.Date(primary_key=True)
    window_end = dy.Date()
    status = dy.Enum(
        ["provisional", "settled"],
        description="provisional for 72 hours after its end: it can still move in the ordinary way",
    )


class ExportedShares(_Weekly):
    """Tokens and share of each origin in each complete ISO week, of all tokens, with the bounds of the share."""

    origin = dy.String(primary_key=True, description="ISO 3166-1 alpha-2 of the lab's seat")
    tokens = dy.Int64(min=0)
    unknown_tokens = dy.Int64(min=0, description="tokens of the week in no origin")
    total_tokens = dy.Int64(min=0)
    share = dy.Float64(nullable=True, min=0, max=1, description="tokens / total_tokens")
    low = dy.Float64(nullable=True, min=0, max=1, description="what is known: the point estimate")
    high = dy.Float64(nullable=True, min=0, max=1, description="if every unknown token were theirs")


class ExportedLeads(_Weekly):
    """How far China's models are ahead of those of the United States in each complete ISO week, of all tokens."""

    a = dy.String(primary_key=True)
    b = dy.String(primary_key=True)
    a_tokens = dy.Int64(min=0, description="known tokens of `a`")
    b_tokens = dy.Int64(min=0, description="known tokens of `b`")
    unknown_tokens = dy.Int64(min=0, description="tokens of the week in no origin")
    total_tokens = dy.Int64(min=0)
    lead = dy.Float64(nullable=True, description="share(a) - share(b)")
    low = dy.Float64(nullable=True, description="if every unknown token were b's")
    high = dy.Float64(nullable=True, description="if every unknown token were a's")
    leader = dy.String(nullable=True, description="who has more known tokens; null on a tie")
    decided = dy.Bool(description="the leader leads however the unknown tokens are dealt out")


class ExportedBuckets(_Weekly):
    """Tokens of all five buckets in each complete ISO week; they add up to the total to the token."""

    bucket = dy.Enum(BUCKETS, primary_key=True, description=_BUCKET_WORDS)
    tokens = dy.Int64(min=0)
    total_tokens = dy.Int64(min=0)


class ExportedVintages(dy.Schema):
    """The answers that changed what is known, each with the archived payload that it was read from."""

    channel = dy.String(primary_key=True, description="exports or api: rankings; models: the catalogue")
    snapshot_id = dy.Int64(
        primary_key=True, description="its number: one sequence for rankings, one for models"
    )
    known_at = _known_at()
    as_of = _moment(
        nullable=True, description="the publisher's own time of the answer; null where it says none"
    )
    url = dy.String()
    sha256 = dy.String()


class ExportedPrices(dy.Schema):
    """Every version of every catalogue entry: what was known at T has known_at <= T < replaced_at."""

    canonical_slug = dy.String(primary_key=True)
    variant = dy.String(primary_key=True, description='"" for the plain model')
    snapshot_id = dy.Int64(primary_key=True, description="the vintage, as in `vintages` under models")
    known_at = _known_at()
    replaced_at = _replaced_at()
    listed = dy.Bool(description="whether the catalogue still had it; where not, the rest is as it last was")
    model_id = dy.String(description="the `id` under which the API is called")
    name = dy.String()
    created_at = dy.Int64(nullable=True, description="when the upstream says that it came, unix seconds")
    prompt_usd_per_mtok = _usd_per_mtok()
    completion_usd_per_mtok = _usd_per_mtok()
    is_router = dy.Bool(description="the price varies with where a call is sent")
    conditions = dy.String(
        nullable=True, description="JSON as published: prices by hour or length; null = none"
    )
    is_conditional = dy.Bool(description="the price is that of one of its hours, not its usual one")
    intelligence_index = dy.Float64(
        nullable=True, description="Artificial Analysis, as the catalogue states it"
    )
    glitch = dy.Bool(description="a paid model at 0/0 that no second day confirms: exported, never used")
    hugging_face_id = dy.String(nullable=True)


class ExportedEvents(dy.Schema):
    """The ledger of alerts: facts about windows, and whether people were told of them."""

    rule = dy.String()
    subject = dy.String(description="what the rule looks at: `CN`, `CN over US`, `rankings`")
    window = dy.String(description="as `show --window` reads it")
    window_start = dy.Date()
    window_end = dy.Date()
    direction = dy.String(description="UP or DOWN (crossings and leads), open or close (conditions)")
    status = dy.String(description="active, or retracted: the data no longer say so")
    disposition = dy.String(description="notify, restated, historical or muted: decided once")
    headline = dy.String(description="the sentence that people were told, or would have been")
    first_known_at = _moment(description="standpoint at which the fact was first seen")
    changed_at = _moment(description="standpoint at which the row last changed")


class ExportedPoints(dy.Schema):
    """Every version of every stored point: what had been said at T has known_at <= T < replaced_at, not withdrawn."""

    window = dy.String(description="as `show --window` reads it")
    window_kind = dy.String(primary_key=True, description="week, week:SUN, month or quarter")
    window_start = dy.Date(primary_key=True)
    window_end = dy.Date()
    settles_at = _moment(description="from then on the window is settled, before provisional")
    status = dy.Enum(["provisional", "settled"], description="of the window at the standpoint of the export")
    definition = dy.String(
        primary_key=True,
        description="JSON, keys in order: metric, by, basis and what else decides the figure",
    )
    subject = dy.String(primary_key=True, description="what it is about; empty for the window as a whole")
    measurement_id = dy.Int64(primary_key=True, description="the vintage, as in `measurements`")
    known_at = _moment(description="standpoint of the measurement")
    replaced_at = _moment(
        nullable=True, description="that of the next one that said otherwise; null where this holds"
    )
    withdrawn = dy.Bool(description="whether this measurement no longer had the point; the rest is null then")
    part = dy.Int64(nullable=True, description="the numerator")
    whole = dy.Int64(nullable=True, description="the denominator")
    low = dy.Int64(nullable=True, description="lower bound of `part`")
    high = dy.Int64(nullable=True, description="upper bound of `part`")
    figure = dy.Float64(nullable=True, description="what is no ratio of counts: a price, an index")
    figure_low = dy.Float64(nullable=True, description="its lower bound")
    figure_high = dy.Float64(nullable=True, description="its upper bound")
    coverage = dy.Float64(
        nullable=True,
        description="how much of what it counts the figure knows of: attributed, priced, with an index",
    )
    word = dy.String(
        nullable=True, description="beside the figure: `decided`, the window of a peak, why null"
    )


class ExportedMeasurements(dy.Schema):
    """The measurements that stored points are from, each with the vintages of what it was computed from."""

    measurement_id = dy.Int64(
        primary_key=True, description="its number: in the order in which they were made"
    )
    known_at = _moment(description="its standpoint: what was known then, and nothing later")
    method = dy.Int64(description="number of the way of computing")
    exports_snapshot_id = dy.Int64(
        nullable=True, description="as in `vintages`; null where nothing was known"
    )
    api_snapshot_id = dy.Int64(nullable=True, description="as in `vintages`; null where nothing was known")
    catalogue_snapshot_id = dy.Int64(
        nullable=True, description="as in `vintages`; null where nothing was known"
    )
    reviewed_sha256 = dy.String(description="of the reviewed rows that were known")


EXPORTED: Final[dict[str, type[dy.Schema]]] = {
    "observations": ExportedObservations,
    "headline": ExportedHeadline,
    "shares": ExportedShares,
    "leads": ExportedLeads,
    "buckets": ExportedBuckets,
    "points": ExportedPoints,
    "measurements": ExportedMeasurements,
    "vintages": ExportedVintages,
    "labs": Labs,
    "attributions": Attributions,
    "open_weights": OpenWeights,
    "prices": ExportedPrices,
    "apps": ExportedApps,
    "tasks": ExportedTasks,
    "events": ExportedEvents,
}
"""The tables of an export by name, in the order in which they are written."""
