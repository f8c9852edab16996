"""Figures on list prices: a value only where the prices of enough of the tokens are known, else nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Basis, Variants
from schemas.frames import AttributedUsage
from schemas.price_frames import ALL, OBSERVED, Cheapest, PriceHistory, PriceIndex, WeightedPrices
from schemas.windows import Window
from tasks.alerts.figures import Figures
from tasks.alerts.held import Ends
from tasks.alerts.threshold import Interval
from tasks.metrics.bases import inside
from tasks.metrics.grouped import window_tokens
from tasks.metrics.prices import BLENDED_USD_PER_MTOK, in_force

BEYOND: Final = 999_999
"""How many times a price changed that came from nothing, or fell to it."""
INDEX_PLACES: Final = 6
"""A Fisher index is a root, and so no fraction: it is judged to so many places."""
_TOKENS_A_PRICE: Final = 1_000_000
_SHARE_PLACES: Final = 9
_USD_PER_MTOK: Final = Decimal("0.000001")
"""Of a pico-USD per token."""
_UNCHANGED: Final = Interval(Fraction(1), Fraction(1))


@dataclass(frozen=True, slots=True)
class PriceMove:
    """The list price of a model and variant at the end of two windows, in USD per million tokens, blended."""

    before: Decimal
    now: Decimal

    @property
    def times(self) -> Fraction:
        """How many times dearer or cheaper it became; 1 where it did not change."""
        low, high = sorted((Fraction(self.before), Fraction(self.now)))
        if low == high:
            return Fraction(1)
        return high / low if low > 0 else Fraction(BEYOND)


def weighted_figures(frame: dy.DataFrame[WeightedPrices], least_coverage: Fraction) -> dict[Ends, Figures]:
    """Weighted list prices by (window_start, window_end), in USD per million tokens; of subjects, and of `ALL`."""
    found: dict[Ends, dict[str, Interval]] = {}
    columns = ["window_start", "window_end", "subject", "list_usd", "priced_tokens", "named_tokens"]
    for start, end, name, list_usd, priced, named in frame.select(columns).iter_rows():
        of_window = found.setdefault((start, end), {})
        if priced > 0 and Fraction(priced, named) >= least_coverage:
            price = Fraction(list_usd) * _TOKENS_A_PRICE / priced
            of_window[name] = Interval(price, price)
    return {ends: Figures(prices) for ends, prices in found.items()}


def dollar_figures(frame: dy.DataFrame[WeightedPrices], least_coverage: Fraction) -> dict[Ends, Figures]:
    """Shares of list-price dollars by (window_start, window_end), in per cent of those of all that is named.

    From everything read to everything written, since nobody publishes which; nothing where the prices of too few
    of all tokens, or of the subject's, are known.
    """
    found: dict[Ends, dict[str, Interval]] = {}
    whole: dict[Ends, Fraction] = {}
    columns = [
        "window_start", "window_end", "subject", "list_usd", "priced_tokens", "named_tokens",
        "dollar_share_low", "dollar_share_high",
    ]  # fmt: skip
    for start, end, name, list_usd, priced, named, low, high in frame.select(columns).iter_rows():
        if priced <= 0 or Fraction(priced, named) < least_coverage:
            continue
        if name == ALL:  # the first of each window
            whole[start, end] = Fraction(list_usd)
        elif (start, end) in whole:
            at = 100 * Fraction(list_usd) / whole[start, end]
            ends = [100 * Fraction(f"{end:.{_SHARE_PLACES}f}") for end in (low, high)]
            of_window = found.setdefault((start, end), {})
            of_window[name] = Interval(min(at, *ends), max(at, *ends), at)
    return {ends: Figures(shares) for ends, shares in found.items()}


def cheapest_figures(frame: dy.DataFrame[Cheapest]) -> dict[Ends, Figures]:
    """The lowest list price of a model that is good enough, in USD per million tokens; where one is known."""
    columns = ["window_start", "window_end", "price_usd_per_mtok"]
    known = frame.drop_nulls("price_usd_per_mtok").select(columns)
    return {
        (start, end): Figures({ALL: Interval(Fraction(price), Fraction(price))})
        for start, end, price in known.iter_rows()
    }


def list_price_figures(
    history: dy.DataFrame[PriceHistory], windows: Sequence[Window], part: str | None, variants: Variants
) -> dict[Ends, Figures]:
    """The list price of each model at the end of a window, in USD per million tokens, where it is listed then.

    Of tokens read (`prompt`), written (`completion`) or, without a `part`, three read for one written. `apart`
    names each variant by its slug; `merged` has the plain model only.
    """
    price = BLENDED_USD_PER_MTOK
    if part is not None:
        price = pl.col(f"{part}_pusd_per_token").cast(pl.Decimal(38, 0)) * pl.lit(_USD_PER_MTOK)
    days = pl.LazyFrame({"day": [window.end for window in windows]}, schema={"day": pl.Date}).unique()
    items = history.lazy().select(model="canonical_slug", variant="variant").unique()
    variant = pl.col("variant")
    slug = pl.col("model") + pl.when(variant == "").then(pl.lit("")).otherwise(":" + variant)
    listed = (
        in_force(items.join(days, how="cross"), history)
        .filter(pl.col("price_state") == OBSERVED, (variant == "") | pl.lit(variants == "apart"))
        .select("day", slug=slug, price=price)
        .drop_nulls("price")
        .collect()
    )
    by_day: dict[date, dict[str, Interval]] = {}
    for day, name, usd in listed.iter_rows():
        by_day.setdefault(day, {})[name] = Interval(Fraction(usd), Fraction(usd))
    return {_ends(window): Figures(by_day.get(window.end, {})) for window in windows}


def ratio_figures(prices: dict[Ends, Figures], subject: str, above: str, below: str) -> dict[Ends, Figures]:
    """How many times the one price over the other, where both are known well enough."""
    found = {}
    for ends, of_window in prices.items():
        one, other = of_window.get(above), of_window.get(below)
        if one is not None and other is not None and other.lo > 0:
            ratio = one.lo / other.lo
            found[ends] = Figures({subject: Interval(ratio, ratio)})
    return found


def index_figures(frame: dy.DataFrame[PriceIndex], least_coverage: Fraction) -> dict[Ends, Figures]:
    """The chained index by (window_start, window_end); 100 where its chain begins, which is itself no figure."""
    found = {}
    columns = ["window_start", "window_end", "index", "fisher", "matched_tokens", "named_tokens"]
    for start, end, index, fisher, matched, named in frame.select(columns).iter_rows():
        if fisher is not None and Fraction(matched, named) >= least_coverage:
            value = 100 * Fraction(f"{index:.{INDEX_PLACES}f}")
            found[start, end] = Figures({ALL: Interval(value, value)})
    return found


def change_figures(
    usage: dy.DataFrame[AttributedUsage],
    history: dy.DataFrame[PriceHistory],
    windows: Sequence[Window],
    basis: Basis,
) -> dict[Ends, Figures]:
    """How many times the list price of each model of the basis changed since the end of the window before.

    A price is that in force on the last day, listed then; glitches and the prices of certain hours are none
    (`in_force`). A model outside the basis is one whose price nobody watches: 1. One without a price at both ends
    has no figure. (That of a model's own name, not of `:free` and other twins.)
    """
    whole = {(window.start, window.end) for window in windows}
    later = [window for window in windows if _ends(window.previous()) in whole]
    watched = inside(window_tokens(usage, later).lazy(), basis).select("window_start", "window_end", "model")
    rows = watched.unique().collect()
    found = {}
    for window in later:
        models = rows.filter(pl.col("window_end") == window.end)["model"].to_list()
        moves = price_moves(history, models, window)
        factors = {model: Interval(move.times, move.times) for model, move in moves.items()}
        found[_ends(window)] = Figures(factors, _UNCHANGED, unknown=set(models) - moves.keys())
    return found


def price_moves(
    history: dy.DataFrame[PriceHistory], models: Sequence[str], window: Window
) -> dict[str, PriceMove]:
    """The list prices of models at the end of the window before and of this one, where both are known."""
    days = pl.LazyFrame({"day": [window.previous().end, window.end]}, schema={"day": pl.Date})
    wanted = pl.LazyFrame({"model": list(models)}, schema={"model": pl.String}).with_columns(
        variant=pl.lit("")
    )
    listed = (
        in_force(wanted.join(days, how="cross"), history)
        .filter(pl.col("price_state") == OBSERVED)
        .select("model", "day", price=BLENDED_USD_PER_MTOK)
        .drop_nulls("price")
        .sort("model", "day")
        .group_by("model", maintain_order=True)
        .agg("price")
        .filter(pl.col("price").list.len() == days.collect().height)
        .collect()
    )
    return {model: PriceMove(*prices) for model, prices in listed.iter_rows()}


def _ends(window: Window) -> Ends:
    return window.start, window.end
