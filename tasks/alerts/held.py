"""What is known of each window, in whole tokens, and what nobody can attribute: all that an exact interval needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from schemas.definitions import Definition
from schemas.frames import ORIGIN, TAIL
from schemas.windows import Window
from tasks.alerts.threshold import Interval
from tasks.metrics.grouped import Tokens, grouped
from tasks.metrics.shares import buckets, shares

PER_CENT: Final = 100
Ends = tuple[date, date]
"""First and last day of a window."""


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens of a window that nobody can attribute, as far as a figure leaves them open.

    Attributes:
        possible: may be a subject's, inside the basis or once they are attributed.
        joining: are outside the basis and would come into it: what nobody knows does not become certain by not
            being counted (docs/metrics.md, Lead).
    """

    possible: int
    joining: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What one window holds.

    Attributes:
        tokens: of each subject, inside the basis.
        basis: the denominator.
        room: what is unknown of it.
    """

    tokens: Mapping[str, int]
    basis: int
    room: Room

    def count(self, subject: str) -> Interval:
        """Tokens of a subject: those that are known, up to those that may be its own as well."""
        tokens = self.tokens.get(subject, 0)
        return Interval(Fraction(tokens), Fraction(tokens + self.room.possible))

    def whole(self) -> Interval:
        """Tokens of the basis: those that it has, up to those that it would have if all were attributed."""
        return Interval(Fraction(self.basis), Fraction(self.basis + self.room.joining))

    def share(self, tokens: int) -> Interval:
        """So many tokens in per cent of the basis, which must be above 0.

        On a basis that leaves the unknown tokens out they join it, all of them at most: the least part is that
        of what is known in the larger whole, the most that with everything that may be the subject's.
        """
        widest = self.basis + self.room.joining
        at = Fraction(PER_CENT * tokens, self.basis) if self.room.joining else None
        low, high = PER_CENT * tokens, PER_CENT * (tokens + self.room.possible)
        return Interval(Fraction(low, widest), Fraction(high, widest), at)


def held(usage: Tokens, windows: Sequence[Window], definition: Definition) -> dict[Ends, Held]:
    """What each window holds under a definition, by (window_start, window_end).

    A token without an origin may be any origin's or lab's. One of the tail may also be an author's or a model's;
    whatever else has a name is what it is called. On `attributed` and `pair`, where all of them are left out,
    every one may be anybody's.
    """
    tokens = grouped(usage, windows)
    found: dict[Ends, dict[str, int]] = {}
    inside: dict[Ends, tuple[int, int]] = {}
    columns = ["window_start", "window_end", "subject", "tokens", "basis_tokens", "unknown_tokens"]
    frame = shares(tokens, windows, definition=definition)
    for start, end, subject, count, basis, unknown in frame.select(columns).iter_rows():
        found.setdefault((start, end), {})[subject] = count
        inside[start, end] = basis, unknown
    of_nobody = nobodys(tokens, windows)
    return {
        ends: Held(subjects, inside[ends][0], _room(definition, inside[ends][1], of_nobody[ends]))
        for ends, subjects in found.items()
    }


@dataclass(frozen=True, slots=True)
class Nobodys:
    """Tokens of a whole window without an origin, and those of them below the published top 50."""

    unknown: int
    tail: int


def nobodys(usage: Tokens, windows: Sequence[Window]) -> dict[Ends, Nobodys]:
    """What nobody can attribute of each window, by (window_start, window_end)."""
    found: dict[Ends, dict[str, int]] = {}
    columns = ["window_start", "window_end", "bucket", "tokens"]
    for start, end, bucket, tokens in (
        buckets(usage, windows).filter(pl.col("bucket") != ORIGIN).select(columns).iter_rows()
    ):
        found.setdefault((start, end), {})[bucket] = tokens
    return {ends: Nobodys(sum(parts.values()), parts[TAIL]) for ends, parts in found.items()}


def _room(definition: Definition, unknown_inside: int, of_window: Nobodys) -> Room:
    if definition.basis.conditional:
        return Room(of_window.unknown, of_window.unknown)
    if definition.by in {"origin", "lab"}:
        return Room(unknown_inside)
    return Room(of_window.tail if definition.basis.kind == "all" else 0)
