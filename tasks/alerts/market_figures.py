"""Figures about how tokens grow, what moves a share, and how they are spread: exact intervals, as of shares."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import dataframely as dy

from schemas.move_frames import Contributions
from schemas.price_frames import ALL, FreeShares
from schemas.windows import Window
from tasks.alerts.figures import Figures, by_window
from tasks.alerts.held import PER_CENT, Ends, Held
from tasks.alerts.threshold import Interval


def growth_figures(
    found: Mapping[Ends, Held], windows: Iterable[Window], *, over: int = 1
) -> dict[Ends, Figures]:
    """Growth against the window `over` windows before, in per cent; of subjects, and of `ALL`.

    By (window_start, window_end). What is unknown of two windows is independent: at least what is surely there
    now over all that may have been there before, at most all that may be there now over what was surely there. A
    window without a point before it has none, and neither has a subject of which nothing was known then.
    """
    grown = {}
    for window in windows:
        ends, before = _ends(window), _ends(_back(window, over))
        if ends in found and before in found:
            grown[ends] = Figures(_growth(found[before], found[ends]))
    return grown


def _back(window: Window, over: int) -> Window:
    for _ in range(over):
        window = window.previous()
    return window


def _growth(then: Held, now: Held) -> dict[str, Interval]:
    grown = {
        name: _grown(then.count(name), now.count(name)) for name, tokens in then.tokens.items() if tokens > 0
    }
    if then.basis > 0:
        grown[ALL] = _grown(then.whole(), now.whole())
    return grown


def _grown(then: Interval, now: Interval) -> Interval:
    lo, hi = PER_CENT * (now.lo / then.hi - 1), PER_CENT * (now.hi / then.lo - 1)
    return Interval(lo, hi, PER_CENT * (now.lo / then.lo - 1) if then.hi > then.lo else None)


def like_for_like_figures(frame: dy.DataFrame[Contributions]) -> dict[Ends, Figures]:
    """Growth of the models that a subject had in both windows, in per cent by (window_start, window_end).

    Of `ALL`: of every model of any subject. It is of what is known: a model that is named in both is what it is
    called, and what the tail hides is in neither.
    """
    columns = ["window_start", "window_end", "subject", "tokens", "previous_tokens"]
    both = frame.drop_nulls(["tokens", "previous_tokens"]).select(columns).sort("window_start")
    found = {}
    for ends, rows in by_window(both.iter_rows()):
        sums: dict[str, tuple[int, int]] = {}
        for _, _, name, now, then in rows:
            for subject in (name, ALL):
                tokens, before = sums.get(subject, (0, 0))
                sums[subject] = tokens + now, before + then
        grown = {name: PER_CENT * (Fraction(now, then) - 1) for name, (now, then) in sums.items() if then > 0}
        found[ends] = Figures({name: Interval(value, value) for name, value in grown.items()})
    return found


def contribution_figures(
    frame: dy.DataFrame[Contributions],
    found: Mapping[Ends, Held],
    windows: Sequence[Window],
    of: str,
    *,
    over: int = 1,
) -> dict[Ends, Figures]:
    """What each model added to the share of `of`, in points by (window_start, window_end).

    The part that it has now less the part that it had `over` windows before. In either window it may have more:
    whatever nobody can attribute.
    """
    rows = (
        frame.filter(subject=of)
        .sort("window_start")
        .select("window_start", "window_end", "model", "tokens", "previous_tokens")
    )
    parts = dict(by_window(rows.iter_rows()))
    moved = {}
    for window in windows:
        ends, before = _ends(window), _ends(_back(window, over))
        now, then = found.get(ends), found.get(before)
        if now is not None and then is not None and now.basis > 0 and then.basis > 0:
            moved[ends] = Figures(
                {
                    name: _less(now.share(tokens or 0), then.share(previous or 0))
                    for _, _, name, tokens, previous in parts.get(ends, ())
                },
                _less(now.share(0), then.share(0)),
            )
    return moved


def _less(now: Interval, then: Interval) -> Interval:
    return Interval(now.lo - then.hi, now.hi - then.lo, now.point - then.point)


def hhi_figures(found: Mapping[Ends, Held]) -> dict[Ends, Figures]:
    """The Herfindahl-Hirschman index by (window_start, window_end), from 0 to 1, of everything together.

    `at` is that of the tokens that have a subject, as metrics have it. At least: what is unknown is infinitely
    scattered; at most: all of it is the largest's.
    """
    spread = {}
    for ends, of in found.items():
        known = sum(of.tokens.values())
        if known > 0:
            largest = max(of.tokens.values())
            squares = sum(tokens * tokens for tokens in of.tokens.values())
            most = squares - largest**2 + (largest + of.room.possible) ** 2
            widest = (of.basis + of.room.joining) ** 2
            spread[ends] = Figures(
                {
                    ALL: Interval(
                        Fraction(squares, widest), Fraction(most, widest), Fraction(squares, known**2)
                    )
                }
            )
    return spread


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


def _ends(window: Window) -> Ends:
    return window.start, window.end
