"""Figures on list prices: a value only where the prices of enough of the tokens are known, else nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Basis
from schemas.frames import AttributedUsage
from schemas.price_frames import ALL, OBSERVED, PriceHistory, PriceIndex, WeightedPrices
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
