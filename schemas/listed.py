"""Lists that somebody publishes about a window, beside the rankings: what a list of each channel holds.

A list is the whole of what was said about its subject and window. What changes replaces it as a whole, under one
way to record it and one way to read it as of a standpoint (`storage.listings`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.receipts import Channel


class DerivativeCounts(dy.Schema):
    """Direct children of a repository on the Hugging Face Hub: one row; the window is the day of the reading.

    A kind that the Hub left out is null: it was not said, which is not zero.
    """

    finetune = dy.Int64(nullable=True, min=0)
    adapter = dy.Int64(nullable=True, min=0)
    merge = dy.Int64(nullable=True, min=0)
    quantized = dy.Int64(nullable=True, min=0)


class GatewayShares(dy.Schema):
    """Shares of labs on the Vercel AI Gateway: those of one day, which is the window."""

    metric = dy.String(primary_key=True, description="tokens, requests or spend")
    lab = dy.String(primary_key=True, description="the gateway's own name of the lab")
    share_percent = dy.Float64(min=0, max=100, description="percent of that metric on that day, as published")


class AppRows(dy.Schema):
    """The apps of a ranking, at most 100 of them; the window is the span that was asked for."""

    app_id = dy.Int64(primary_key=True, min=0, description="what the upstream knows the app by")
    rank = dy.Int64(min=1, description="place in the ranking, from 1")
    app_name = dy.String(description="as the app calls itself, on one line; another may call itself the same")
    tokens = dy.Int64(min=0, description="prompt and completion tokens of the app within the window")
    requests = dy.Int64(min=0, description="requests of the app within the window")


class TaskRows(dy.Schema):
    """Models within task tags: shares of a sample, no volumes; a tag without models has one row without any."""

    tag = dy.String(primary_key=True, description="`category:task`")
    model_id = dy.String(
        primary_key=True, description='`id` of the catalogue; "" in the row of a tag without models'
    )
    macro_category = dy.String(description="what the tag is filed under: code, data, agent, general")
    token_share = dy.Float64(min=0, max=1, description="of the tag in all classified tokens")
    usage_share = dy.Float64(min=0, max=1, description="of the tag in all classified requests")
    model_token_share = dy.Float64(
        nullable=True, min=0, max=1, description="of the model in the tokens of the tag"
    )
    model_usage_share = dy.Float64(
        nullable=True, min=0, max=1, description="of the model in the requests of the tag"
    )

    @dy.rule()
    def only_models_have_a_share(cls) -> pl.Expr:
        """A row without a model has no share of one, and only such a row."""
        is_none = pl.col("model_id") == ""
        return (is_none == pl.col("model_token_share").is_null()) & (
            is_none == pl.col("model_usage_share").is_null()
        )


LISTED: Final[dict[Channel, tuple[str, type[dy.Schema]]]] = {
    Channel.APPS: ("app_ranking", AppRows),
    Channel.TASKS: ("task_share", TaskRows),
    Channel.DERIVATIVES: ("derivative_count", DerivativeCounts),
    Channel.GATEWAY: ("gateway_share", GatewayShares),
}
"""The table of each channel's rows, and their shape. The table has `listing_id` besides, and no other column."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One list out of an answer.

    Attributes:
        subject: what it is a list of, among the lists of its channel (a repository, a way of sorting).
        start: first UTC day that it is about.
        end: last UTC day that it is about.
        rows: of the shape that `LISTED` names for the channel.
        set_apart: how many rows of it were not understood; above 0 the list is not whole.
    """

    subject: str
    start: date
    end: date
    rows: dy.DataFrame[Any] | pl.DataFrame
    set_apart: int = 0
