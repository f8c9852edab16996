"""Frames about what models are: whether anybody can have their weights, and how good a benchmark finds them."""

from typing import Final

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage
from schemas.reviewed_frames import CONFIDENCE
from schemas.windowed import Windowed

OPEN: Final = "open"
CLOSED: Final = "closed"
WEIGHTS: Final = (OPEN, CLOSED)
ANY: Final = "*"
"""What stands at the end of a reviewed slug that is about every model whose slug begins so."""


class OpenWeights(dy.Schema):
    """Reviewed models: whether their weights can be downloaded by anybody, whatever the licence.

    Corrected as `labs.csv` is: by a row that is known since a later day, or withdrawn by one without a state. Of
    several rows about a model the longest slug decides; weights that came later have a row for each state.
    """

    slug = dy.String(
        primary_key=True,
        description="author/model without variant; with `*` at its end, every model whose slug begins so",
    )
    weights = dy.Enum(WEIGHTS, nullable=True, description="open or closed; null only where withdrawn")
    valid_from = dy.Date(primary_key=True, description="first day of usage that it holds for")
    known_since = dy.Date(primary_key=True)
    evidence = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    checked_on = dy.Date()
    note = dy.String(nullable=True)


class WeighedUsage(AttributedUsage):
    """Usage beside whether the weights of its model were published on that day, as known at the standpoint."""

    weights = dy.Enum(
        WEIGHTS, nullable=True, description="null: nobody has reviewed it, or it is no one model"
    )


class OpenWeightShares(Windowed):
    """Tokens of models with published weights: of each subject, and of all.

    `open_tokens`, `closed_tokens` and `unreviewed_tokens` add up to `tokens`.
    """

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says; or ALL")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    tokens = dy.Int64(min=0, description="of the subject, inside the basis")
    open_tokens = dy.Int64(min=0, description="of models with published weights")
    closed_tokens = dy.Int64(min=0, description="of models without")
    unreviewed_tokens = dy.Int64(
        min=0, description="nobody has reviewed the weights; of ALL also stealth models, routers and the tail"
    )
    high_tokens = dy.Int64(min=0, description="open_tokens, and all that may be the subject's and open")
    basis_tokens = dy.Int64(min=0, description="the denominator of share, low and high")
    total_tokens = dy.Int64(min=0, description="of the whole window")
    share = dy.Float64(nullable=True, min=0, max=1, description="open_tokens / basis_tokens")
    low = dy.Float64(nullable=True, min=0, max=1, description="what is known: the point estimate")
    high = dy.Float64(nullable=True, min=0, max=1, description="high_tokens / basis_tokens")
    own_low = dy.Float64(nullable=True, min=0, max=1, description="open_tokens / tokens")
    own_high = dy.Float64(
        nullable=True, min=0, max=1, description="(open_tokens + unreviewed_tokens) / tokens"
    )
    coverage = dy.Float64(nullable=True, min=0, max=1, description="(open_tokens + closed_tokens) / tokens")
    conditional = dy.Bool(description="bounds hold only given what is attributed (attributed, pair)")

    @dy.rule()
    def tokens_add_up(cls) -> pl.Expr:
        """Every token is open, closed or unreviewed."""
        return pl.col("tokens") == pl.sum_horizontal("open_tokens", "closed_tokens", "unreviewed_tokens")

    @dy.rule()
    def bounds_hold_the_share(cls) -> pl.Expr:
        """The point estimate lies between its bounds."""
        return (pl.col("low") <= pl.col("share")) & (pl.col("share") <= pl.col("high"))


class Quality(Windowed):
    """How good the models are that people use of each subject, and the best one that it offers.

    The index is the Artificial Analysis Intelligence Index that the catalogue stated last by the end of the
    window, or else first after it (*carried*).
    """

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says; or ALL")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    named_tokens = dy.Int64(min=0, description="of the subject")
    indexed_tokens = dy.Int64(min=0, description="of models and variants with an index")
    carried_tokens = dy.Int64(
        min=0, description="of indexed_tokens: by an index first stated after the window"
    )
    coverage = dy.Float64(nullable=True, min=0, max=1, description="indexed_tokens / named_tokens")
    weighted_index = dy.Float64(nullable=True, min=0, description="weighted by tokens; null with a reason")
    best_index = dy.Float64(nullable=True, min=0, description="highest of what it offered; null = none known")
    best_model = dy.String(nullable=True, description="which that is; of equal ones the first by name")
    best_is_carried = dy.Bool(nullable=True, description="that index was first stated after the window")
    offered = dy.Int64(min=0, description="its entries in the catalogue at the end of the window")
    offered_with_index = dy.Int64(min=0, description="those of them that have an index")
    reason = dy.String(nullable=True, description="why weighted_index is null")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """An index that is null says why, and only such a one does."""
        return pl.col("weighted_index").is_null() == pl.col("reason").is_not_null()
