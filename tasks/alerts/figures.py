"""The figures that rules look at: of every subject of a window one exact interval, and one for those without a row."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.frames import TAIL, AttributedUsage, Buckets, Concentration, Leads, Ranks, Restatements, Shares
from tasks.alerts.detector import Point
from tasks.alerts.threshold import Interval

PER_CENT: Final = 100
LAST_PLACE: Final = 999_999
"""The place of what may lie anywhere below the published top 50."""
_ZERO: Final = Fraction(0)
Ends = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one window by subject.

    Attributes:
        absent: what any other subject's can be; None where that is not known.
        unknown: subjects of which nothing is known.
    """

    of: Mapping[str, Interval] = field(default_factory=dict)
    absent: Interval | None = None
    unknown: Collection[str] = ()

    def get(self, subject: str) -> Interval | None:
        """The figure of a subject."""
        return None if subject in self.unknown else self.of.get(subject, self.absent)


def interval(low: int, high: int, whole: int) -> Interval:
    """Two counts of tokens in per cent of a whole."""
    return Interval(Fraction(PER_CENT * low, whole), Fraction(PER_CENT * high, whole))


def share_figures(frame: dy.DataFrame[Shares]) -> dict[Ends, Figures]:
    """Shares by (window_start, window_end), in per cent, of origins or labs.

    From what is attributed to a subject, to that and every unknown token. A window without a row of a subject
    holds none of its known tokens, so its share there is bounded by the unknown ones.
    """
    columns = ["window_start", "window_end", "subject", "tokens", "basis_tokens", "unknown_tokens"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        whole, unknown = rows[0][4], rows[0][5]
        if whole > 0:
            shares = {name: interval(tokens, tokens + unknown, whole) for _, _, name, tokens, _, _ in rows}
            found[ends] = Figures(shares, interval(0, unknown, whole))
    return found


def lead_figures(frame: dy.DataFrame[Leads], subject: str) -> dict[Ends, Figures]:
    """The lead by (window_start, window_end), in percentage points: one signed interval, `a - b ± unknown`.

    Comparing two share intervals instead would count the same unknown tokens twice.
    """
    columns = ["window_start", "window_end", "a_tokens", "b_tokens", "unknown_tokens", "basis_tokens"]
    return {
        (start, end): Figures({subject: interval(a - b - unknown, a - b + unknown, whole)})
        for start, end, a, b, unknown, whole in frame.select(columns).iter_rows()
        if whole > 0
    }


def top_figures(
    frame: dy.DataFrame[Concentration], buckets: dy.DataFrame[Buckets], subject: str
) -> dict[Ends, Figures]:
    """What the N largest models carry by (window_start, window_end), in per cent of all tokens.

    From their published tokens to those and the tail: on a day below the top 50 a model is in the tail.
    """
    tails = {
        (start, end): tokens
        for start, end, tokens in buckets.filter(pl.col("bucket") == TAIL)
        .select("window_start", "window_end", "tokens")
        .iter_rows()
    }
    columns = ["window_start", "window_end", "top_tokens", "basis_tokens"]
    return {
        (start, end): Figures({subject: interval(tokens, tokens + tails[start, end], whole)})
        for start, end, tokens, whole in frame.select(columns).iter_rows()
        if whole > 0
    }


def rank_figures(frame: dy.DataFrame[Ranks], usage: dy.DataFrame[AttributedUsage]) -> dict[Ends, Figures]:
    """Places by (window_start, window_end): 1 is the largest.

    The best place of a subject is behind all that surely have more tokens than its absent days may hide; the
    worst behind all that may have as many. One without a row had each day at most the day's smallest named row.
    """
    named = usage.filter(pl.col("bucket") != TAIL)
    floors = dict(named.group_by("day").agg(pl.col("tokens").min()).iter_rows())
    columns = ["window_start", "window_end", "subject", "tokens", "high_tokens", "rank"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        hidden = sum(least for day, least in floors.items() if ends[0] <= day <= ends[1])
        lows = sorted(row[3] for row in rows)
        highs = sorted(row[4] for row in rows)
        places = {}
        for _, _, name, tokens, high, rank in rows:
            best = 1 + len(lows) - bisect_right(lows, high)
            worst = len(highs) - bisect_left(highs, tokens) if tokens > hidden else LAST_PLACE
            places[name] = Interval(Fraction(best), Fraction(max(worst, best)), Fraction(rank))
        best = 1 + len(lows) - bisect_right(lows, hidden)
        absent = Interval(Fraction(best), Fraction(LAST_PLACE), Fraction(len(rows) + 1))
        found[ends] = Figures(places, absent)
    return found


def restated_days(
    changes: dy.DataFrame[Restatements], usage: dy.DataFrame[AttributedUsage]
) -> dict[date, tuple[Fraction, datetime]]:
    """How much of each day changed after it had settled, and when the last of that was learned.

    In per cent of what the day has now: the distance of each row from what it was when the day settled, up or
    down, so that tokens which only changed their name are seen. A row that came or went counts whole.
    """
    first: dict[tuple[date, str], int] = {}
    last: dict[tuple[date, str], int] = {}
    learned: dict[date, datetime] = {}
    columns = ["day", "permaslug", "old_tokens", "new_tokens", "new_known_at"]
    settled = changes.filter("settled").sort("new_known_at", maintain_order=True)
    for day, slug, old, new, known_at in settled.select(columns).iter_rows():
        first.setdefault((day, slug), old or 0)
        last[day, slug] = new or 0
        learned[day] = known_at
    totals: dict[date, int] = dict.fromkeys(learned, 0)
    for day, tokens in usage.filter(pl.col("day").is_in(list(learned))).select("day", "tokens").iter_rows():
        totals[day] += tokens
    moved: dict[date, int] = dict.fromkeys(learned, 0)
    for (day, slug), tokens in last.items():
        moved[day] += abs(tokens - first[day, slug])
    return {
        day: (Fraction(PER_CENT * moved[day], totals[day]), learned[day]) for day in learned if totals[day]
    }


def drawdown(shares: Iterable[Point]) -> list[Point]:
    """How far a share lies below the highest so far, in points, window by window.

    What is unknown of two windows is independent: at least the surest peak before less what the share can be
    now, at most the highest possible peak less what is surely there now.
    """
    found: list[Point] = []
    peak = Interval(_ZERO, _ZERO)
    for window, value in shares:
        if value is None:
            found.append((window, None))
            continue
        least, most = max(_ZERO, peak.lo - value.hi), max(_ZERO, peak.hi - value.lo)
        peak = Interval(max(peak.lo, value.lo), max(peak.hi, value.hi))
        found.append((window, Interval(least, most, peak.lo - value.lo)))
    return found


def by_window(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Ends, list[tuple[Any, ...]]]]:
    """Rows of one window together, by (window_start, window_end); metrics give them sorted by window."""
    for ends, group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield ends, list(group)
