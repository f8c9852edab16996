"""What became dearer or cheaper in a week, in words: list prices of the models that people use most."""

from decimal import Decimal
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.price_frames import PriceHistory
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.wording import counted
from tasks.metrics.contributions import contributions

_EVERY_NAME: Final = Definition(by="author")
"""Whoever is behind it: a price is news although nobody has reviewed its author."""
_SHOWN: Final = 5
_NAME: Final = 60


def price_moves_in_words(
    usage: dy.DataFrame[AttributedUsage], history: dy.DataFrame[PriceHistory], before: Window, week: Window
) -> str:
    """`List prices, blended, in USD per million tokens: a/b 4 → 2 (-50 %); 2 other changes.`; nothing without one.

    Those in force on the last days of the two windows, listed on both, of models with tokens in `week`; the model
    with the most tokens first. A glitch or the price of certain hours is no price (`tasks.metrics.prices`).
    """
    old, new = pl.col("previous_price_usd_per_mtok"), pl.col("price_usd_per_mtok")
    moved = (
        contributions(usage, history, [before, week], definition=_EVERY_NAME)
        .filter(pl.col("tokens") > 0, old.is_not_null(), new.is_not_null(), old != new)
        .sort("tokens", "model", descending=[True, False])
        .select("model", old, new)
        .rows()
    )
    if not moved:
        return ""
    shown = ", ".join(f"{printable(name, _NAME)} {_change(was, now)}" for name, was, now in moved[:_SHOWN])
    rest = len(moved) - _SHOWN
    more = f"; {counted(rest, 'other change')}" if rest > 0 else ""
    return f"List prices, blended, in USD per million tokens: {shown}{more}."


def _change(was: Decimal, now: Decimal) -> str:
    """`4 → 2 (-50 %)`; no part of nothing."""
    part = f" ({(now - was) / was:+.0%})".replace("%", " %") if was else ""
    return f"{_plain(was)} → {_plain(now)}{part}"


def _plain(price: Decimal) -> str:
    """A price without the zeros that only fill up its scale."""
    return f"{price.normalize():f}"
