"""Figures about how tokens grow and how they are spread: exact intervals, as of shares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import dataframely as dy

from schemas.frames import Shares
from schemas.price_frames import ALL, FreeShares
from schemas.windows import Window
from tasks.alerts.figures import PER_CENT, Ends, Figures, by_window
from tasks.alerts.threshold import Interval


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one window: tokens by subject, and those of its basis that nobody can attribute."""

    tokens: Mapping[str, int]
    unknown: int
    basis: int


def growth_figures(shares: dy.DataFrame[Shares], windows: list[Window]) -> dict[Ends, Figures]:
    """Growth against the window before by (window_start, window_end), in per cent; of subjects, and of `ALL`.

    What is unknown of two windows is independent: at least what is surely there now over all that may have been
    there before, at most all that may be there now over what was surely there. A window without a point before
    it has none, and neither has a subject of which nothing was known then.
    """
    held = dict(_held(shares))
    found = {}
    for window in windows:
        ends, before = _ends(window), _ends(window.previous())
        if ends in held and before in held:
            found[ends] = Figures(_growth(held[before], held[ends]))
    return found


def _growth(then: Held, now: Held) -> dict[str, Interval]:
    grown = {
        name: Interval(
            lo=_per_cent(now.tokens.get(name, 0), tokens + then.unknown),
            hi=_per_cent(now.tokens.get(name, 0) + now.unknown, tokens),
            at=_per_cent(now.tokens.get(name, 0), tokens),
        )
        for name, tokens in then.tokens.items()
        if tokens > 0
    }
    if then.basis > 0:
        whole = _per_cent(now.basis, then.basis)
        grown[ALL] = Interval(whole, whole)
    return grown


def _per_cent(tokens: int, previous: int) -> Fraction:
    return Fraction(PER_CENT * (tokens - previous), previous)


def hhi_figures(shares: dy.DataFrame[Shares]) -> dict[Ends, Figures]:
    """The Herfindahl-Hirschman index by (window_start, window_end), from 0 to 1, of everything together.

    `at` is that of the attributed tokens, as metrics have it. At least: what is unknown is infinitely
    scattered; at most: all of it is the largest's.
    """
    found = {}
    for ends, held in _held(shares):
        known = sum(held.tokens.values())
        if known > 0:
            largest = max(held.tokens.values())
            squares = sum(tokens * tokens for tokens in held.tokens.values())
            most = squares - largest**2 + (largest + held.unknown) ** 2
            low, high = Fraction(squares, held.basis**2), Fraction(most, held.basis**2)
            found[ends] = Figures({ALL: Interval(low, high, Fraction(squares, known**2))})
    return found


def free_figures(frame: dy.DataFrame[FreeShares]) -> dict[Ends, Figures]:
    """The part of `:free` variants in what is named by (window_start, window_end), in per cent; also of `ALL`.

    A subject without a named token in a window has none.
    """
    columns = ["window_start", "window_end", "subject", "free_tokens", "named_tokens"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        parts = {name: Fraction(PER_CENT * free, named) for _, _, name, free, named in rows if named > 0}
        found[ends] = Figures({name: Interval(part, part) for name, part in parts.items()})
    return found


def _held(shares: dy.DataFrame[Shares]) -> Iterator[tuple[Ends, Held]]:
    columns = ["window_start", "window_end", "subject", "tokens", "unknown_tokens", "basis_tokens"]
    for ends, rows in by_window(shares.select(columns).iter_rows()):
        yield ends, Held({row[2]: row[3] for row in rows}, unknown=rows[0][4], basis=rows[0][5])


def _ends(window: Window) -> Ends:
    return window.start, window.end
