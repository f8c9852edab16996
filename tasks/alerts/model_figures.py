"""Figures about what models are: whether anybody can have their weights, and how good a benchmark finds them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import dataframely as dy

from schemas.model_frames import OpenWeightShares, Quality
from schemas.price_frames import ALL
from tasks.alerts.figures import Figures, by_window
from tasks.alerts.held import PER_CENT, Ends, Held
from tasks.alerts.threshold import Interval

INDEX_PLACES: Final = 6
"""A benchmark index is a number of floating point: it is judged to so many places, as those of the catalogue are."""
_COLUMNS: Final = [
    "window_start",
    "window_end",
    "subject",
    "tokens",
    "open_tokens",
    "unreviewed_tokens",
    "high_tokens",
]


def open_weight_figures(
    frame: dy.DataFrame[OpenWeightShares], found: Mapping[Ends, Held]
) -> dict[Ends, Figures]:
    """Tokens of open models by (window_start, window_end), in per cent of the basis; of subjects, and of `ALL`.

    From the tokens of models that are known to be open, to those and all that may be the subject's and open. On a
    basis without the unknown tokens all of them may be, and join it.
    """
    shares = {}
    for ends, rows in by_window(frame.select(_COLUMNS).iter_rows()):
        of = found[ends]
        if of.basis <= 0:
            continue
        widest = of.basis + of.room.joining
        parts = {}
        for _, _, name, _, known, _, high in rows:
            at = Fraction(PER_CENT * known, of.basis) if of.room.joining else None
            most = Fraction(PER_CENT * (high + of.room.joining), widest)
            parts[name] = Interval(Fraction(PER_CENT * known, widest), most, at)
        shares[ends] = Figures(parts, of.share(0))
    return shares


def open_part_figures(
    frame: dy.DataFrame[OpenWeightShares], found: Mapping[Ends, Held]
) -> dict[Ends, Figures]:
    """The part of open models in a subject's own tokens by (window_start, window_end), in per cent; also of `ALL`.

    What is unknown may be the subject's: closed, which makes the part smaller, or open.
    """
    shares = {}
    for ends, rows in by_window(frame.select(_COLUMNS).iter_rows()):
        parts = {}
        for _, _, name, tokens, known, unreviewed, high in rows:
            if tokens > 0:
                possible = 0 if name == ALL else found[ends].room.possible
                elsewhere = high - known - unreviewed
                parts[name] = Interval(
                    lo=Fraction(PER_CENT * known, tokens + possible),
                    hi=Fraction(PER_CENT * high, tokens + elsewhere),
                    at=Fraction(PER_CENT * known, tokens),
                )
        shares[ends] = Figures(parts)
    return shares


def index_of_use_figures(frame: dy.DataFrame[Quality], least_coverage: Fraction) -> dict[Ends, Figures]:
    """The benchmark index of what is used, weighted by tokens, by (window_start, window_end); also of `ALL`.

    Nothing where fewer of a subject's named tokens have an index than is asked for.
    """
    columns = ["window_start", "window_end", "subject", "weighted_index", "indexed_tokens", "named_tokens"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        found[ends] = Figures(
            {
                name: _exactly(index)
                for _, _, name, index, indexed, named in rows
                if index is not None and Fraction(indexed, named) >= least_coverage
            }
        )
    return found


def best_index_figures(frame: dy.DataFrame[Quality]) -> dict[Ends, Figures]:
    """The highest benchmark index on offer at the end of each window; of subjects with named tokens, and of `ALL`."""
    columns = ["window_start", "window_end", "subject", "best_index"]
    return {
        ends: Figures({name: _exactly(index) for _, _, name, index in rows if index is not None})
        for ends, rows in by_window(frame.select(columns).iter_rows())
    }


def _exactly(index: float) -> Interval:
    value = Fraction(f"{index:.{INDEX_PLACES}f}")
    return Interval(value, value)
