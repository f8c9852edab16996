"""Figures that others count and we read: families on the Hub, kinds of tasks, and the second router.

Shares that are published as numbers of floating point are judged to nine places.
"""

from fractions import Fraction
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.family_frames import Derivatives
from schemas.gateway_frames import Crosscheck
from schemas.list_frames import TaskShares
from tasks.alerts.figures import Figures, by_window
from tasks.alerts.held import PER_CENT, Ends
from tasks.alerts.threshold import Interval

_SHARE_PLACES: Final = 9
_ENDS: Final = ["window_start", "window_end"]
_NOTHING: Final = Fraction(0)


def derivative_figures(frame: dy.DataFrame[Derivatives], column: str) -> dict[Ends, Figures]:
    """Counts of what is built upon each family or origin by (window_start, window_end).

    Only where every listed repository of it was read, all four counts, and not long before the end of the window:
    a sum without some of them would fall and rise with what could be read.
    """
    whole = frame.filter(pl.col("complete"), ~pl.col("stale"))
    return {
        ends: Figures({row[2]: _exactly(Fraction(row[3])) for row in rows if row[3] is not None})
        for ends, rows in by_window(whole.select(*_ENDS, "subject", column).iter_rows())
    }


def derivative_share_figures(
    frame: dy.DataFrame[Derivatives], families: dy.DataFrame[Derivatives]
) -> dict[Ends, Figures]:
    """The part of each in what is built upon all listed `families`, in per cent; nothing unless all were read."""
    usable = pl.col("complete").all() & ~pl.col("stale").any()
    whole = families.group_by(_ENDS).agg(usable=usable).filter("usable")
    rows = frame.join(whole, on=_ENDS, how="semi").sort(_ENDS)
    columns = ["subject", "derivatives", "listed_derivatives"]
    return {
        ends: Figures(
            {
                name: _exactly(Fraction(PER_CENT * count, listed))
                for *_, name, count, listed in found
                if listed
            }
        )
        for ends, found in by_window(rows.select(*_ENDS, *columns).iter_rows())
    }


def derivative_growth_figures(frame: dy.DataFrame[Derivatives]) -> dict[Ends, Figures]:
    """Growth since the week before in per cent, over the repositories read for both; nothing on an old reading."""
    rows = frame.filter(~pl.col("stale"), pl.col("previous_derivatives") > 0)
    columns = ["subject", "compared_derivatives", "previous_derivatives"]
    # The frame has the earlier count and the growth: of counts far below 2^53 their product is the later one.
    compared = rows.with_columns(
        compared_derivatives=((pl.col("growth") + 1) * pl.col("previous_derivatives")).round().cast(pl.Int64)
    )
    return {
        ends: Figures({name: _exactly(PER_CENT * (Fraction(now, then) - 1)) for *_, name, now, then in found})
        for ends, found in by_window(compared.select(*_ENDS, *columns).iter_rows())
    }


def task_figures(frame: dy.DataFrame[TaskShares], tag: str) -> dict[Ends, Figures]:
    """Shares within one kind of task by (window_start, window_end) of the reading, in per cent.

    From what is attributed to a subject, to that and all of the tag that nobody can attribute.
    """
    rows = frame.filter(tag=tag).sort(_ENDS)
    columns = ["subject", "low", "high", "unattributed"]
    return {
        ends: Figures(
            {name: _between(low, high) for *_, name, low, high, _ in found}, _between(0, found[0][5])
        )
        for ends, found in by_window(rows.select(*_ENDS, *columns).iter_rows())
    }


def gateway_figures(frame: dy.DataFrame[Crosscheck], part: str | None) -> dict[Ends, Figures]:
    """Shares of origins on the second router by (window_start, window_end), in per cent, up to all unplaced.

    Of tokens, or of what `part` names: requests or spend.
    """
    column = f"gateway_{part}_share" if part else "gateway_share"
    found = {}
    for ends, rows in _of_both(frame):
        stated = {row["origin"]: row[column] for row in rows if row[column] is not None}
        if stated:
            unplaced = max(0.0, 1 - sum(stated.values()))
            found[ends] = Figures(
                {origin: _between(share, min(share + unplaced, 1)) for origin, share in stated.items()},
                _between(0, unplaced),
            )
    return found


def gateway_lead_figures(
    frame: dy.DataFrame[Crosscheck], subject: str, a: str, b: str
) -> dict[Ends, Figures]:
    """The lead of `a` over `b` there in points: one signed interval, with all that is unplaced dealt out."""
    found = {}
    for ends, rows in _of_both(frame):
        shares = {row["origin"]: _number(row["gateway_share"] or 0) for row in rows}
        coverage = rows[0]["gateway_coverage"]
        if coverage is not None:
            unplaced = 1 - _number(coverage)
            lead = shares.get(a, _NOTHING) - shares.get(b, _NOTHING)
            low, high = (PER_CENT * (lead + sign * unplaced) for sign in (-1, 1))
            found[ends] = Figures({subject: Interval(low, high, PER_CENT * lead)})
    return found


def difference_figures(frame: dy.DataFrame[Crosscheck]) -> dict[Ends, Figures]:
    """The share there less that on OpenRouter, in points, of origins that both state; both are open upwards."""
    found = {}
    for ends, rows in _of_both(frame):
        differences = {}
        for row in rows:
            if row["gateway_share"] is not None and row["openrouter_share"] is not None:
                there, most_there, here, most_here = (
                    PER_CENT * _number(row[name])
                    for name in ("gateway_share", "gateway_high", "openrouter_share", "openrouter_high")
                )
                differences[row["origin"]] = Interval(there - most_here, most_there - here, there - here)
        found[ends] = Figures(differences)
    return found


def _of_both(frame: dy.DataFrame[Crosscheck]) -> list[tuple[Ends, list[dict[str, Any]]]]:
    parts = frame.sort(_ENDS).partition_by(_ENDS, as_dict=True, maintain_order=True)
    return [((start, end), rows.to_dicts()) for (start, end), rows in parts.items()]


def _between(low: float, high: float) -> Interval:
    return Interval(PER_CENT * _number(low), PER_CENT * _number(max(low, high)))


def _number(share: float) -> Fraction:
    return Fraction(f"{share:.{_SHARE_PLACES}f}")


def _exactly(value: Fraction) -> Interval:
    return Interval(value, value)
