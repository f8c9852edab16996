"""Places, and how they changed: bounded by what a subject without a row may have, never by zero."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By
from schemas.frames import TAIL, AttributedUsage, Ranks
from schemas.windows import Window
from tasks.alerts.figures import Figures, by_window
from tasks.alerts.held import Ends, Nobodys
from tasks.alerts.threshold import Interval

LAST_PLACE: Final = 999_999
"""The place of what may lie anywhere below the published top 50."""


def rank_figures(
    frame: dy.DataFrame[Ranks],
    usage: dy.DataFrame[AttributedUsage],
    by: By,
    of_nobody: Mapping[Ends, Nobodys],
) -> dict[Ends, Figures]:
    """Places by (window_start, window_end): 1 is the largest.

    The best place of a subject is behind all that surely have more tokens than may be its own; the worst behind
    all that may have as many. A model without a row had each day at most the day's smallest named row; an author
    may have all of the tail as well, an origin or a lab whatever nobody can attribute.
    """
    named = usage.filter(pl.col("bucket") != TAIL)
    floors = dict(named.group_by("day").agg(pl.col("tokens").min()).iter_rows())
    columns = ["window_start", "window_end", "subject", "tokens", "high_tokens", "rank"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        nobodys = of_nobody[ends]
        unnamed = nobodys.unknown - nobodys.tail if by in {"origin", "lab"} else 0
        hidden = sum(least for day, least in floors.items() if ends[0] <= day <= ends[1])
        hidden += 0 if by == "model" else nobodys.tail + unnamed
        lows = sorted(row[3] for row in rows)
        highs = sorted(row[4] + unnamed for row in rows)
        places = {}
        for _, _, name, tokens, high, rank in rows:
            best = 1 + len(lows) - bisect_right(lows, high + unnamed)
            worst = len(highs) - bisect_left(highs, tokens) if tokens > hidden else LAST_PLACE
            places[name] = Interval(Fraction(best), Fraction(max(worst, best)), Fraction(rank))
        best = 1 + len(lows) - bisect_right(lows, hidden)
        absent = Interval(Fraction(best), Fraction(LAST_PLACE), Fraction(len(rows) + 1))
        found[ends] = Figures(places, absent)
    return found


def rank_change_figures(places: Mapping[Ends, Figures], windows: Sequence[Window]) -> dict[Ends, Figures]:
    """Places gained since the window before by (window_start, window_end); negative: lost.

    A subject that was not ranked in both has none: that it came or left is for a rule on its place.
    """
    found = {}
    for window in windows:
        now = places.get((window.start, window.end))
        before = window.previous()
        then = places.get((before.start, before.end))
        if now is not None and then is not None:
            both = now.of.keys() & then.of.keys()
            found[window.start, window.end] = Figures(
                {name: _gained(then.of[name], now.of[name]) for name in both}
            )
    return found


def _gained(then: Interval, now: Interval) -> Interval:
    return Interval(then.lo - now.hi, then.hi - now.lo, then.point - now.point)
