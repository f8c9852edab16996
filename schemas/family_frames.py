"""Frames of model families on the Hugging Face Hub, and the reviewed names of the second router's labs."""

import dataframely as dy
import polars as pl

from schemas.reviewed_frames import CONFIDENCE
from schemas.windowed import Windowed


class Families(dy.Schema):
    """Reviewed base repositories of open-weight families: `schemas/reference/families.csv`.

    The lab and its country are those of `author` in `labs.csv`, so that the two cannot disagree. Corrected as
    that file is: by a row that is known since a later day.
    """

    repository = dy.String(primary_key=True, description="owner/name on the Hub, in its own spelling")
    family = dy.String(description="the family that it is counted to; one repository is in one family")
    author = dy.String(description="whose weights they are: an author of `labs.csv`")
    known_since = dy.Date(primary_key=True)
    evidence = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    checked_on = dy.Date()
    note = dy.String(nullable=True)


class GatewayLabs(dy.Schema):
    """Reviewed names that the Vercel AI Gateway gives to labs: `schemas/reference/gateway_labs.csv`."""

    name = dy.String(primary_key=True, description="the gateway's name of the lab")
    author = dy.String(description="the same lab as an author of `labs.csv`")
    known_since = dy.Date(primary_key=True)
    evidence = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    checked_on = dy.Date()
    note = dy.String(nullable=True)


class FamilyRepositories(dy.Schema):
    """The listed repositories as known at a standpoint, each with the lab behind it."""

    repository = dy.String(primary_key=True)
    family = dy.String()
    lab = dy.String(nullable=True, description="null where the author is not reviewed")
    origin = dy.String(nullable=True, description="ISO 3166-1 alpha-2; null where the author is not reviewed")


class RepositoryReadings(dy.Schema):
    """Dated readings of repositories, as known at a standpoint. A kind that the Hub did not state is null."""

    repository = dy.String(primary_key=True)
    read_on = dy.Date(primary_key=True, description="UTC day on which the counts were true")
    finetune = dy.Int64(nullable=True, min=0)
    adapter = dy.Int64(nullable=True, min=0)
    merge = dy.Int64(nullable=True, min=0)
    quantized = dy.Int64(nullable=True, min=0)


class Derivatives(Windowed):
    """What is built upon the listed families, as read on or before the last day of each window.

    Counts of repositories without a reading are not in the sums: a row that is not `complete` is a lower bound.
    """

    subject = dy.String(primary_key=True, description="a family, or an origin, as `by` says")
    lab = dy.String(nullable=True, description="of a family; null where it has none, or several")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    repositories = dy.Int64(min=1, description="listed base repositories")
    repositories_read = dy.Int64(min=0, description="of these, those whose four counts were all read")
    read_on = dy.Date(nullable=True, description="day of the newest reading that was used")
    oldest_read_on = dy.Date(nullable=True, description="day of the oldest reading that was used")
    finetune = dy.Int64(nullable=True, min=0)
    adapter = dy.Int64(nullable=True, min=0)
    merge = dy.Int64(nullable=True, min=0)
    derivatives = dy.Int64(
        nullable=True, min=0, description="finetune + adapter + merge; null where nothing was read"
    )
    quantized = dy.Int64(nullable=True, min=0)
    complete = dy.Bool(description="every listed repository has a reading with all four counts")
    stale = dy.Bool(
        description="a reading that was used is more than 8 days older than the end of the window"
    )
    listed_derivatives = dy.Int64(nullable=True, min=0, description="of all listed families: the denominator")
    share = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="derivatives / listed_derivatives: of what is listed, not of the Hub",
    )
    compared_repositories = dy.Int64(min=0, description="read for this window, and for the one before")
    previous_derivatives = dy.Int64(nullable=True, min=0, description="of the compared repositories, then")
    growth = dy.Float64(nullable=True, min=-1, description="of the compared repositories; null with a reason")
    reason = dy.String(nullable=True, description="why growth is null")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """A growth that is null says why, and only such a one does."""
        return pl.col("growth").is_null() == pl.col("reason").is_not_null()
