"""Frames about list prices: what was published, what was in force, and what usage costs by it.

Prices are exact integers inside (pico-USD per token) and exact decimals outside (USD per million tokens). The
blended price counts three prompt tokens for one completion token: (3 · prompt + completion) / 4.
"""

from typing import Final

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage
from schemas.windowed import Windowed

ALL: Final = "ALL"
"""The subject that is everything named. Authors are lower case and origins have two letters: it can be none of them."""
OBSERVED: Final = "observed"
LEFT: Final = "left"
LATER: Final = "later"
PRICE_STATES: Final = (OBSERVED, LEFT, LATER)
"""How the price of a day is known: listed then; the last one before the model left; the first seen after."""


class _Priced(dy.Schema):
    prompt_pusd_per_token = dy.Int64(nullable=True, min=0)
    completion_pusd_per_token = dy.Int64(nullable=True, min=0)


class PriceVintages(_Priced):
    """Every entry of the catalogue in each vintage that changed it, as known at a standpoint."""

    canonical_slug = dy.String(primary_key=True)
    variant = dy.String(primary_key=True)
    snapshot_id = dy.Int64(primary_key=True)
    known_at = dy.Datetime(time_zone="UTC", time_unit="us")
    read_again_at = dy.Datetime(
        time_zone="UTC",
        time_unit="us",
        nullable=True,
        description="when its list was first read again on a later UTC day; null where it was not",
    )
    listed = dy.Bool(description="false where this vintage no longer had it; the price is then its last one")
    is_router = dy.Bool()
    is_conditional = dy.Bool(description="the price is that of one of its hours, not its usual one")
    created_at = dy.Int64(nullable=True)
    intelligence_index = dy.Float64(nullable=True)


class PriceHistory(_Priced):
    """What changed in the price of a model and variant, and when that was seen; one row a change."""

    canonical_slug = dy.String(primary_key=True)
    variant = dy.String(primary_key=True)
    snapshot_id = dy.Int64(primary_key=True)
    known_at = dy.Datetime(
        time_zone="UTC", time_unit="us", description="seen since; in force from its UTC day on"
    )
    listed = dy.Bool(description="false from where it left the catalogue; the price is then its last one")
    is_router = dy.Bool()
    is_conditional = dy.Bool(
        description="read in an hour with a price of its own: shown, the usual one is used"
    )
    glitch = dy.Bool(description="a paid model at 0/0 that no second day confirms: shown, never used")
    created_at = dy.Int64(nullable=True)


class PricedUsage(AttributedUsage):
    """Usage beside the list price in force on its day; a price is null where none is known."""

    prompt_pusd_per_token = dy.Int64(nullable=True, min=0)
    completion_pusd_per_token = dy.Int64(nullable=True, min=0)
    price_state = dy.Enum(PRICE_STATES, nullable=True, description="null where the entry is in no catalogue")
    price_snapshot_id = dy.Int64(nullable=True, description="the catalogue vintage that the price is from")


class WeightedPrices(Windowed):
    """List price of the tokens of each subject, and of all that are named, weighted by tokens.

    `priced_tokens`, `free_tokens` and `unpriced_tokens` add up to `named_tokens`; the price is that of the first.
    """

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says; or ALL")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    named_tokens = dy.Int64(min=0, description="of the subject")
    priced_tokens = dy.Int64(min=0, description="rows with a known list price above 0")
    free_tokens = dy.Int64(min=0, description="`:free` variants, and rows with a list price of 0")
    unpriced_tokens = dy.Int64(min=0, description="rows without a known list price")
    carried_tokens = dy.Int64(min=0, description="of priced_tokens: at the first price seen after the day")
    coverage = dy.Float64(nullable=True, min=0, max=1, description="priced_tokens / named_tokens")
    weighted_usd_per_mtok = dy.Float64(nullable=True, min=0, description="blended; null with a reason")
    prompt_usd_per_mtok = dy.Float64(nullable=True, min=0, description="if every token had been read")
    completion_usd_per_mtok = dy.Float64(nullable=True, min=0, description="if every token had been written")
    list_usd = dy.Decimal(
        38,
        14,
        nullable=True,
        min=0,
        description="priced_tokens at the blended list price, exact; null where nothing is priced, and not all free",
    )
    dollar_share = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="list_usd / list_usd of ALL; null where either is, or that is 0",
    )
    dollar_share_low = dy.Float64(
        nullable=True, min=0, max=1, description="the smaller of: all prompt, all completion"
    )
    dollar_share_high = dy.Float64(nullable=True, min=0, max=1, description="the larger of the two")
    reason = dy.String(nullable=True, description="why weighted_usd_per_mtok is null")

    @dy.rule()
    def tokens_add_up(cls) -> pl.Expr:
        """Every named token is priced, free or unpriced."""
        return pl.col("named_tokens") == pl.sum_horizontal("priced_tokens", "free_tokens", "unpriced_tokens")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """A price that is null says why, and only such a one does."""
        return pl.col("weighted_usd_per_mtok").is_null() == pl.col("reason").is_not_null()


class PriceRatios(Windowed):
    """How many times the weighted price of `b` that of `a` is."""

    a = dy.String(primary_key=True)
    b = dy.String(primary_key=True)
    a_usd_per_mtok = dy.Float64(nullable=True, min=0)
    b_usd_per_mtok = dy.Float64(nullable=True, min=0)
    a_coverage = dy.Float64(nullable=True, min=0, max=1, description="priced part of the named tokens of `a`")
    b_coverage = dy.Float64(nullable=True, min=0, max=1, description="priced part of the named tokens of `b`")
    ratio = dy.Float64(
        nullable=True, min=0, description="a_usd_per_mtok / b_usd_per_mtok; null with a reason"
    )
    reason = dy.String(nullable=True, description="why ratio is null")


class PriceIndex(Windowed):
    """Chained Fisher index of blended list prices, over what is in both of two neighbouring windows.

    Prices are those in force on the last day of each window and listed then; quantities are its tokens.
    """

    previous_start = dy.Date(nullable=True)
    previous_end = dy.Date(nullable=True)
    items = dy.Int64(min=0, description="models and variants compared")
    matched_tokens = dy.Int64(min=0, description="of this window, of the items compared")
    named_tokens = dy.Int64(min=0)
    coverage = dy.Float64(nullable=True, min=0, max=1, description="matched_tokens / named_tokens")
    laspeyres = dy.Float64(
        nullable=True, min=0, description="dearer by, with the tokens of the window before"
    )
    paasche = dy.Float64(nullable=True, min=0, description="dearer by, with the tokens of this window")
    fisher = dy.Float64(nullable=True, min=0, description="√(laspeyres · paasche); null with a reason")
    index = dy.Float64(min=0, description="product of fisher since base_start, where it is 1")
    base_start = dy.Date(description="first window of the unbroken chain")
    reason = dy.String(nullable=True, description="why fisher is null, and the chain begins anew")


class FreeShares(Windowed):
    """Tokens of `:free` variants in the named tokens of each subject, and of all."""

    subject = dy.String(primary_key=True, description="an origin, lab, author or model, as `by` says; or ALL")
    origin = dy.String(nullable=True, description="of the subject; null where it has none, or several")
    free_tokens = dy.Int64(min=0, description="of `:free` variants")
    named_tokens = dy.Int64(min=0)
    free_share = dy.Float64(nullable=True, min=0, max=1, description="free_tokens / named_tokens")


class Cheapest(Windowed):
    """The cheapest listed model that reaches a benchmark level, at the end of each window."""

    level = dy.Float64(min=0, primary_key=True, description="the index that was asked for")
    model = dy.String(nullable=True, description="canonical slug; null with a reason")
    variant = dy.String(nullable=True, description='"" for the plain model')
    intelligence_index = dy.Float64(nullable=True, description="of that model, as the catalogue stated it")
    price_usd_per_mtok = dy.Decimal(38, 8, nullable=True, min=0, description="its blended list price")
    candidates = dy.Int64(min=0, description="entries at a price that reach the level")
    with_index = dy.Int64(min=0, description="entries at a price that have an index")
    listed = dy.Int64(min=0, description="entries at a price")
    reason = dy.String(nullable=True, description="why there is none")

    @dy.rule()
    def null_has_a_reason(cls) -> pl.Expr:
        """Where there is none the row says why, and only there."""
        return pl.col("price_usd_per_mtok").is_null() == pl.col("reason").is_not_null()
