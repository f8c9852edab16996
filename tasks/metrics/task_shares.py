"""Whose models are used for which kind of task: shares within tags, with what nobody can attribute."""

from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By
from schemas.list_frames import ALL_TAGS, TaggedShares, TaskShares
from tasks.metrics.windowed import WINDOW, only_origin, result, subject_of

_TAG: Final = (*WINDOW, "tag")


def task_shares(tagged: dy.DataFrame[TaggedShares], *, by: By = "origin") -> dy.DataFrame[TaskShares]:
    """Each subject's share of the tokens of each tag, and of all that was classified; oldest window first.

        share = low = Σ of its models within the tag      high = low + 1 - Σ of all subjects within the tag

    What is unattributed are models that are not listed, ids that the catalogue never had, and what is undisclosed,
    a router's or unreviewed. Every origin of a window is in each of its tags; other subjects only where a model of
    theirs is listed. Of ALL, the shares within tags are weighted with those of the tags.
    """
    rows = pl.concat([tagged.lazy(), tagged.lazy().pipe(_as_everything)])
    tags = _tags(rows)
    subjects = (
        rows.with_columns(subject=subject_of(by))
        .drop_nulls("subject")
        .group_by(*_TAG, "subject")
        .agg(share=pl.col("model_token_share").sum(), origin=only_origin())
    )
    attributed = subjects.group_by(_TAG).agg(attributed=pl.col("share").sum())
    if by == "origin":
        everyone = subjects.select(*WINDOW, "subject", "origin").unique()
        grid = tags.select(_TAG).join(everyone, on=WINDOW)
        subjects = grid.join(subjects.drop("origin"), on=[*_TAG, "subject"], how="left")
    known = pl.col("share").fill_null(0).clip(0, 1)
    unattributed = (1 - pl.col("attributed").fill_null(0)).clip(0, 1)
    is_all = pl.col("tag") == ALL_TAGS
    return (
        subjects.join(tags, on=_TAG)
        .join(attributed, on=_TAG, how="left")
        .with_columns(share=known, low=known, unattributed=unattributed, high=(known + unattributed).clip(0, 1))
        .sort(
            *WINDOW, is_all, "tag_token_share", "tag", "share", "subject",
            descending=[False, False, True, True, False, True, False],
        )
        .pipe(result, TaskShares)
    )  # fmt: skip


def _as_everything(tagged: pl.LazyFrame) -> pl.LazyFrame:
    """The same models as parts of everything that was classified."""
    return tagged.with_columns(
        model_token_share=pl.col("model_token_share") * pl.col("token_share"),
        tag=pl.lit(ALL_TAGS),
        macro_category=pl.lit(None, pl.String),
    )


def _tags(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each tag of each window, ALL among them: how large it is, and how much of it has a model."""
    has_model = pl.col("model_id") != ""
    is_all = pl.col("tag") == ALL_TAGS
    each = rows.filter(~is_all).group_by(_TAG).agg(size=pl.col("token_share").first())
    everything = each.group_by(WINDOW).agg(size=pl.col("size").sum()).with_columns(tag=pl.lit(ALL_TAGS))
    sizes = pl.concat([each, everything.select(*_TAG, "size")])
    return (
        rows.group_by(_TAG)
        .agg(
            macro_category=pl.col("macro_category").first(),
            coverage=pl.col("model_token_share").sum().clip(0, 1),
            models=pl.col("model_id").filter(has_model).n_unique().cast(pl.Int64),
        )
        .join(sizes, on=_TAG)
        .with_columns(tag_token_share=pl.col("size").clip(0, 1))
        .drop("size")
    )
