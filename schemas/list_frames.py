"""Frames about lists that stand beside the rankings: apps, and models within kinds of tasks."""

from typing import Final, Literal

import dataframely as dy
import polars as pl

from schemas.windowed import Windowed

Sort = Literal["popular", "trending"]
"""The rankings of apps: by tokens, or by how much more than before they are."""


ALL_TAGS: Final = "ALL"
"""The tag that is everything classified; no published tag may be called so."""


class AppRanks(Windowed):
    """Apps of a window by place, beside the window before it. Absence from the list before is not zero."""

    rank = dy.Int64(min=1, description="place in the ranking, from 1")
    app_id = dy.Int64(primary_key=True, min=0, description="what the upstream knows the app by")
    app_name = dy.String(description="as the app calls itself, on one line; another may call itself the same")
    tokens = dy.Int64(min=0)
    requests = dy.Int64(min=0)
    share = dy.Float64(nullable=True, min=0, max=1, description="tokens / listed_tokens: of what is listed")
    listed_tokens = dy.Int64(min=0, description="of all apps in the list: the denominator")
    previous_rank = dy.Int64(nullable=True, min=1, description="its place in the window before")
    rank_change = dy.Int64(nullable=True, description="places gained since then; null with a reason")
    previous_tokens = dy.Int64(nullable=True, min=0)
    previous_high_tokens = dy.Int64(
        nullable=True, min=0, description="where it was not listed then: what it may have had at most"
    )
    growth = dy.Float64(nullable=True, min=-1, description="tokens / previous_tokens - 1")
    reason = dy.String(nullable=True, description="why rank_change is null")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """A change of place that is null says why, and only such a one does."""
        return pl.col("rank_change").is_null() == pl.col("reason").is_not_null()


class TaggedShares(Windowed):
    """Models within task tags beside who is behind them, as known at a standpoint; see `TaskRows`.

    Who is behind an `id` that the catalogue never had is not known: its names and its bucket are null.
    """

    tag = dy.String(primary_key=True)
    model_id = dy.String(primary_key=True, description='`id` of the catalogue; "" for a tag without models')
    macro_category = dy.String()
    token_share = dy.Float64(min=0, max=1, description="of the tag in all classified tokens")
    usage_share = dy.Float64(min=0, max=1, description="of the tag in all classified requests")
    model_token_share = dy.Float64(nullable=True, min=0, max=1)
    bucket = dy.String(nullable=True)
    origin = dy.String(nullable=True)
    lab = dy.String(nullable=True)
    author = dy.String(nullable=True)
    model = dy.String(nullable=True, description="canonical slug, without variant")


class TaskShares(Windowed):
    """A subject's share of the tokens within each task tag; `share` is `low`, what is known.

    The tag ALL is everything that was classified.
    """

    tag = dy.String(primary_key=True, description="`category:task`, or ALL")
    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    macro_category = dy.String(nullable=True, description="what the tag is filed under; null for ALL")
    tag_token_share = dy.Float64(min=0, max=1, description="of the tag in all classified tokens")
    share = dy.Float64(min=0, max=1, description="of the subject in the tokens of the tag, as far as known")
    low = dy.Float64(min=0, max=1, description="the same: what is known")
    high = dy.Float64(min=0, max=1, description="if everything unattributed of the tag were the subject's")
    unattributed = dy.Float64(min=0, max=1, description="part of the tag that is no subject's")
    coverage = dy.Float64(min=0, max=1, description="part of the tag whose models are listed")
    models = dy.Int64(min=0, description="models that are listed within the tag")

    @dy.rule()
    def bounds_in_order(cls) -> pl.Expr:
        """What is known is the lower bound."""
        return (pl.col("low") == pl.col("share")) & (pl.col("low") <= pl.col("high"))
