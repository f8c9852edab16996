"""The frames of usage and of what is computed from it: one schema a stage, with dtypes and units.

Token columns are exact integers (Int64). Sums over many rows are taken in Int128 and cast back strictly,
because an Int64 sum wraps around silently. Shares are numbers between 0 and 1, divided once, at the end.
"""

from typing import Final

import dataframely as dy
import polars as pl

from schemas.windowed import Windowed

ORIGIN: Final = "origin"
UNDISCLOSED: Final = "undisclosed"
COMPOSITE: Final = "composite"
UNREVIEWED: Final = "unreviewed"
TAIL: Final = "tail"
UNKNOWN_BUCKETS: Final = (UNDISCLOSED, COMPOSITE, UNREVIEWED, TAIL)
"""Where tokens go that nobody can attribute: never to a side."""
BUCKETS: Final = (ORIGIN, *UNKNOWN_BUCKETS)


class AttributedUsage(dy.Schema):
    """Usage with each token in exactly one bucket, as known at the standpoint."""

    day = dy.Date()
    model = dy.String(description="permaslug without its variant; `other` for the tail")
    variant = dy.String(description='"" for the plain model')
    author = dy.String()
    lab = dy.String(nullable=True, description="null unless bucket = origin")
    origin = dy.String(nullable=True, description="ISO 3166-1 alpha-2; null unless bucket = origin")
    bucket = dy.Enum(BUCKETS)
    tokens = dy.Int64(min=0)

    @dy.rule()
    def known_means_origin(cls) -> pl.Expr:
        """A country is given exactly to the tokens of the origin bucket."""
        return (pl.col("bucket") == ORIGIN) == pl.col("origin").is_not_null()


class WindowTokens(dy.Schema):
    """Tokens of each model in each complete window: what every figure about a window is computed from.

    A model that changes its bucket inside a window (a lab that moved, a reveal dated mid-week) has a row
    for each, so that every token stays in exactly one.
    """

    window_start = dy.Date()
    window_end = dy.Date()
    model = dy.String(description="with or without `:variant`; `other` for the tail")
    author = dy.String()
    bucket = dy.Enum(BUCKETS)
    lab = dy.String(nullable=True)
    origin = dy.String(nullable=True)
    tokens = dy.Int64(min=0)


class Shares(Windowed):
    """Tokens and share of each subject in each complete window.

    A subject without a token in a window has no row there: it lies in [0, high] like any other, but
    nothing says that it is zero.
    """

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    tokens = dy.Int64(min=0, description="of the subject, inside the basis")
    basis_tokens = dy.Int64(min=0, description="the denominator")
    unknown_tokens = dy.Int64(min=0, description="inside the basis, in no origin")
    total_tokens = dy.Int64(min=0, description="of the whole window")
    share = dy.Float64(nullable=True, min=0, max=1, description="tokens / basis_tokens; null: empty basis")
    low = dy.Float64(nullable=True, min=0, max=1, description="what is known: the point estimate")
    high = dy.Float64(nullable=True, min=0, max=1, description="if all that could be the subject's were")
    conditional = dy.Bool(description="bounds hold only given what is attributed (attributed, pair)")

    @dy.rule()
    def bounds_hold_the_share(cls) -> pl.Expr:
        """The point estimate lies between its bounds."""
        return (pl.col("low") <= pl.col("share")) & (pl.col("share") <= pl.col("high"))


class Buckets(Windowed):
    """Tokens of all five buckets in each complete window; they add up to the total to the token."""

    bucket = dy.Enum(BUCKETS, primary_key=True)
    tokens = dy.Int64(min=0)
    total_tokens = dy.Int64(min=0)

    @dy.rule()
    def add_up(cls) -> pl.Expr:
        """No token is lost between the buckets, and none is counted twice."""
        added = pl.col("tokens").cast(pl.Int128).sum().over("window_start", "window_end")
        return added == pl.col("total_tokens")


class Leads(Windowed):
    """How far origin `a` is ahead of origin `b`, in shares of the basis; one row a complete window."""

    a = dy.String(primary_key=True)
    b = dy.String(primary_key=True)
    a_tokens = dy.Int64(min=0)
    b_tokens = dy.Int64(min=0)
    unknown_tokens = dy.Int64(min=0, description="inside the basis, in no origin")
    basis_tokens = dy.Int64(min=0)
    total_tokens = dy.Int64(min=0)
    lead = dy.Float64(nullable=True, description="share(a) - share(b); null where the basis is empty")
    low = dy.Float64(nullable=True, description="if every unknown token of the basis were b's")
    high = dy.Float64(nullable=True, description="if every unknown token of the basis were a's")
    conditional = dy.Bool(description="low and high hold only given what is attributed (attributed, pair)")
    leader = dy.String(nullable=True, description="who has more known tokens; null on a tie")
    decided = dy.Bool(description="the leader leads however the unknown tokens are dealt out")


class Crossings(Windowed):
    """Windows in which the leader of a pair changed."""

    leader = dy.String()
    previous_leader = dy.String()
    previous_end = dy.Date(description="last day of the newest window before that had a leader")
    decided = dy.Bool(description="the new lead holds however the unknown tokens are dealt out")
    first = dy.Bool(description="the first lead of this origin in recorded history")
    missing_before = dy.Int64(
        min=0, description="windows without a point between previous_end and window_start"
    )


class Growth(Windowed):
    """Tokens against the window before (or `over` windows before)."""

    subject = dy.String(primary_key=True)
    tokens = dy.Int64(min=0)
    previous_tokens = dy.Int64(nullable=True, min=0, description="null where the subject had no row there")
    growth = dy.Float64(nullable=True, min=-1, description="tokens / previous_tokens - 1; null with a reason")
    like_for_like = dy.Float64(
        nullable=True, min=-1, description="growth of the models that the subject had in both windows"
    )
    reason = dy.String(nullable=True, description="why growth is null")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """A growth that is null says why, and only such a one does."""
        return pl.col("growth").is_null() == pl.col("reason").is_not_null()


class Peaks(Windowed):
    """The running maximum of a share, and the distance below it."""

    subject = dy.String(primary_key=True)
    share = dy.Float64(min=0, max=1)
    peak_share = dy.Float64(min=0, max=1)
    peak_window_start = dy.Date(description="of the first window that reached the peak")
    drawdown_points = dy.Float64(min=0, max=100, description="percentage points below the peak")
    drawdown_relative = dy.Float64(
        nullable=True, min=0, max=1, description="part of the peak that is gone; null where the peak is 0"
    )


class Ranks(Windowed):
    """Places within a window. Absence from the top 50 is censored, not zero."""

    subject = dy.String(primary_key=True)
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    tokens = dy.Int64(min=0)
    rank = dy.Int64(min=1, description="1 is the largest; equal tokens are placed by name")
    previous_rank = dy.Int64(
        nullable=True, min=1, description="null where it was not ranked, or the window before has no point"
    )
    rank_change = dy.Int64(nullable=True, description="places gained (positive) since the window before")
    entered = dy.Bool(nullable=True, description="not ranked in the window before; null: that has no point")
    days_absent = dy.Int64(min=0, description="days of the window without a row of the subject")
    high_tokens = dy.Int64(min=0, description="tokens + what the absent days may hide at most")


class Concentration(Windowed):
    """How much the N largest carry."""

    n = dy.Int64(min=1, primary_key=True, description="as asked for; there may be fewer subjects")
    top_tokens = dy.Int64(min=0)
    basis_tokens = dy.Int64(min=0)
    total_tokens = dy.Int64(min=0)
    top_share = dy.Float64(
        nullable=True, min=0, max=1, description="top_tokens / basis_tokens; null: empty basis"
    )
    subjects = dy.List(dy.String(), description="the N largest, largest first")
    origin_tokens = dy.List(
        dy.Struct({"origin": dy.String(nullable=True), "tokens": dy.Int64()}),
        description="what the N largest carry by origin, largest first; origin null = in no origin",
    )


class Hhi(Windowed):
    """How much tokens are in few hands: the Herfindahl-Hirschman index."""

    subjects = dy.Int64(min=0, description="labs, authors, origins or models that were counted")
    basis_tokens = dy.Int64(min=0)
    total_tokens = dy.Int64(min=0)
    hhi = dy.Float64(
        nullable=True, min=0, max=1, description="Σ (tokens / basis_tokens)²; null where the basis is empty"
    )
