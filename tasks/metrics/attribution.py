"""Who is behind each token, as known at a standpoint: every token in exactly one bucket."""

from datetime import datetime

import dataframely as dy
import polars as pl

from schemas.frames import BUCKETS, COMPOSITE, ORIGIN, TAIL, UNDISCLOSED, UNREVIEWED, AttributedUsage
from schemas.published_frames import Usage
from schemas.reviewed_frames import Attributions, Labs
from schemas.slugs import OTHER, PSEUDO_AUTHORS, author_of, model_of, variant_of
from tasks.metrics.standings import ALWAYS, on_their_day, standings, usable
from tasks.metrics.windowed import result

_AUTHOR_ROW, _SLUG_ROW = 1, 2
"""Which reviewed row wins: one about the exact model, before one about its author."""


def attribute(
    usage: dy.DataFrame[Usage],
    labs: dy.DataFrame[Labs],
    attributions: dy.DataFrame[Attributions],
    *,
    as_of: datetime,
) -> dy.DataFrame[AttributedUsage]:
    """Usage with model, variant, author, bucket, lab and origin; one row for each of `usage`, in any order.

    * `other` is tail; a router (whatever its valid_from) and a `~` alias are composite.
    * A reviewed row counts from its `valid_from` on, if it was known on the UTC day of `as_of`
      (`known_since`), its confidence is high or medium, and it names a lab and a country. The one with the
      newest `valid_from` decides, of those the one learned last, and one about the exact model goes before
      any about the author. It makes the tokens origin.
    * A row of confidence withdrawn decides in the same way, and says that nothing is known: from the day on
      which that was known, what rows about the exact model had said is the author's word again, if there is one.
    * What is left is undisclosed under a pseudo-author, whose lab rows never count, else unreviewed.
    """
    known = usable(attributions, as_of)
    standing = _standings(_models(usage, known), usable(labs, as_of), known)
    return (
        # The join is on the few hundred models.
        on_their_day(usage.lazy(), standing, "permaslug").pipe(result, AttributedUsage)
    )


def _models(usage: pl.DataFrame, attributions: pl.DataFrame) -> pl.DataFrame:
    """The distinct permaslugs, taken apart, with the bucket that each has while nobody claims it."""
    slug = pl.col("permaslug")
    routers = attributions.filter(pl.col("kind") == "router").select(model="slug", is_router=True).unique()
    return (
        usage.select(slug.unique())
        .with_columns(model=model_of(slug), variant=variant_of(slug), author=author_of(slug))
        .join(routers, on="model", how="left")
        .with_columns(
            unclaimed=pl.when(slug == OTHER)
            .then(pl.lit(TAIL))
            .when(slug.str.starts_with("~") | pl.col("is_router"))
            .then(pl.lit(COMPOSITE))
            .when(pl.col("author").is_in(PSEUDO_AUTHORS))
            .then(pl.lit(UNDISCLOSED))
            .otherwise(pl.lit(UNREVIEWED))
        )
    )


def _standings(models: pl.DataFrame, labs: pl.DataFrame, attributions: pl.DataFrame) -> pl.DataFrame:
    """What each permaslug is, from `since` to the day before `until`, without a gap."""
    return (
        standings(_claims(models, labs, attributions), "permaslug", says=["lab", "origin"])
        .join(models, on="permaslug")
        .with_columns(bucket=_bucket().cast(pl.Enum(BUCKETS)))
    )


def _bucket() -> pl.Expr:
    return pl.when(pl.col("origin").is_not_null()).then(pl.lit(ORIGIN)).otherwise(pl.col("unclaimed"))


def _claims(models: pl.DataFrame, labs: pl.DataFrame, attributions: pl.DataFrame) -> pl.DataFrame:
    """Every reviewed row that speaks about a permaslug, and for each one that says nothing, since ever."""
    nothing = models.select(
        "permaslug",
        lab=pl.lit(None, pl.String),
        origin=pl.lit(None, pl.String),
        valid_from=pl.lit(ALWAYS),
        known_since=pl.lit(ALWAYS),
        precedence=pl.lit(0),
    )
    claimable = models.filter(~pl.col("unclaimed").is_in([TAIL, COMPOSITE]))
    by_author = claimable.filter(pl.col("unclaimed") == UNREVIEWED).join(labs, on="author")
    by_slug = claimable.join(attributions, left_on="model", right_on="slug")
    claims = [nothing, _claim(by_author, _AUTHOR_ROW), _claim(by_slug, _SLUG_ROW)]
    return pl.concat(claims, how="diagonal")


def _claim(reviewed: pl.DataFrame, precedence: int) -> pl.DataFrame:
    withdrawn = pl.col("confidence") == "withdrawn"
    names_somebody = pl.col("lab").is_not_null() & pl.col("country").is_not_null()
    nobody = pl.lit(None, pl.String)
    return reviewed.filter(withdrawn | names_somebody).select(
        "permaslug",
        "valid_from",
        "known_since",
        lab=pl.when(withdrawn).then(nobody).otherwise("lab"),
        origin=pl.when(withdrawn).then(nobody).otherwise("country"),
        precedence=pl.lit(precedence),
    )
