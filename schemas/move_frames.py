"""Frames about what changed between two windows: the total, who left, and what moved a share."""

import dataframely as dy
import polars as pl

from schemas.windowed import Windowed


class Totals(Windowed):
    """All tokens of a window, against the window before (or `over` windows before)."""

    total_tokens = dy.Int64(min=0)
    named_tokens = dy.Int64(min=0, description="all but the tail")
    previous_total_tokens = dy.Int64(nullable=True, min=0, description="null where that window has no point")
    growth = dy.Float64(nullable=True, min=-1, description="total_tokens / previous_total_tokens - 1")
    like_for_like = dy.Float64(
        nullable=True, min=-1, description="growth of the models that are named in both windows"
    )
    reason = dy.String(nullable=True, description="why growth is null")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """A growth that is null says why, and only such a one does."""
        return pl.col("growth").is_null() == pl.col("reason").is_not_null()


class Exits(Windowed):
    """Who was ranked in the window before and is not in this one. Absence from the top 50 is not zero."""

    subject = dy.String(primary_key=True)
    origin = dy.String(nullable=True, description="of the subject in the window before")
    previous_start = dy.Date()
    previous_end = dy.Date()
    previous_rank = dy.Int64(min=1)
    previous_tokens = dy.Int64(min=0)
    high_tokens = dy.Int64(min=0, description="what it may have had at most, below the top 50 of each day")


class Contributions(Windowed):
    """Each model's part of the change of a subject's share since the window before (or `over` windows before).

    Of each subject the parts add up to the change exactly, as fractions of the integers here: tokens /
    basis_tokens - previous_tokens / previous_basis_tokens, where no tokens count as none known.
    """

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says")
    model = dy.String(primary_key=True, description="one of its models, in either window")
    tokens = dy.Int64(nullable=True, min=0, description="of the model, inside the basis; null = none seen")
    previous_tokens = dy.Int64(nullable=True, min=0, description="the same in the window before")
    basis_tokens = dy.Int64(min=0)
    previous_basis_tokens = dy.Int64(min=0)
    contribution_points = dy.Float64(description="percentage points of the share that the model added")
    share_change_points = dy.Float64(description="percentage points by which the subject's share changed")
    first_listed_on = dy.Date(nullable=True, description="when the catalogue says that the model came")
    launched = dy.Bool(nullable=True, description="it came after the window compared with; null = not known")
    price_usd_per_mtok = dy.Decimal(
        38, 8, nullable=True, min=0, description="blended list price on the last day; null = not known"
    )
    previous_price_usd_per_mtok = dy.Decimal(
        38, 8, nullable=True, min=0, description="the same on the last day of the window before"
    )
    price_change = dy.Float64(
        nullable=True,
        min=-1,
        description="price / previous price - 1; null where either is not known, or 0 before",
    )
