"""The figures that rules look at: of every subject of a window one exact interval, and one for those without a row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

import dataframely as dy
import polars as pl

from schemas.frames import AttributedUsage, Buckets, Leads
from schemas.price_frames import ALL
from schemas.published_frames import Restatements
from tasks.alerts.held import PER_CENT, Ends, Held, Nobodys
from tasks.alerts.threshold import Interval

BILLION: Final = 1_000_000_000


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


def share_figures(found: Mapping[Ends, Held]) -> dict[Ends, Figures]:
    """Shares by (window_start, window_end), in per cent.

    From what is known of a subject, to that and every token that may be its own. A window without a row of a
    subject holds none of its known tokens, so its share there is bounded by the unknown ones.
    """
    return {
        ends: Figures({name: of.share(tokens) for name, tokens in of.tokens.items()}, of.share(0))
        for ends, of in found.items()
        if of.basis > 0
    }


def token_figures(found: Mapping[Ends, Held]) -> dict[Ends, Figures]:
    """Tokens by (window_start, window_end), in billions; of subjects, and of `ALL`: everything in the basis."""
    return {
        ends: Figures(
            {name: _billions(of.count(name)) for name in of.tokens} | {ALL: _billions(of.whole())},
            _billions(of.count("")),
        )
        for ends, of in found.items()
    }


def _billions(count: Interval) -> Interval:
    return Interval(count.lo / BILLION, count.hi / BILLION)


def lead_figures(
    frame: dy.DataFrame[Leads], subject: str, of_nobody: Mapping[Ends, Nobodys]
) -> dict[Ends, Figures]:
    """The lead by (window_start, window_end), in percentage points: one signed interval, `a - b ± unknown`.

    Comparing two share intervals instead would count the same unknown tokens twice. On a conditional basis the
    unknown tokens of the whole window are dealt out, which then belong to it.
    """
    columns = ["window_start", "window_end", "a_tokens", "b_tokens", "unknown_tokens", "basis_tokens"]
    found = {}
    for start, end, a, b, inside, basis, conditional in frame.select(*columns, "conditional").iter_rows():
        if basis > 0:
            unknown = of_nobody[start, end].unknown if conditional else inside
            joining = unknown if conditional else 0
            low, high = (Fraction(PER_CENT * (a - b + each), basis + joining) for each in (-unknown, unknown))
            known = Fraction(PER_CENT * (a - b), basis) if joining else None
            found[start, end] = Figures({subject: Interval(low, high, known)})
    return found


def top_figures(found: Mapping[Ends, Held], n: int, subject: str) -> dict[Ends, Figures]:
    """What the N largest carry by (window_start, window_end), in per cent of the basis.

    From their known tokens to those and all that may be theirs: on a day below the top 50 a model is in the tail.
    """
    return {
        ends: Figures({subject: of.share(sum(sorted(of.tokens.values(), reverse=True)[:n]))})
        for ends, of in found.items()
        if of.basis > 0
    }


def bucket_figures(frame: dy.DataFrame[Buckets]) -> dict[Ends, Figures]:
    """The part of each bucket by (window_start, window_end), in per cent of all tokens; it is known."""
    columns = ["window_start", "window_end", "bucket", "tokens", "total_tokens"]
    found = {}
    for ends, rows in by_window(frame.select(columns).iter_rows()):
        if total := rows[0][4]:
            parts = {name: Fraction(PER_CENT * tokens, total) for _, _, name, tokens, _ in rows}
            found[ends] = Figures({name: Interval(part, part) for name, part in parts.items()})
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


def by_window(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Ends, Sequence[tuple[Any, ...]]]]:
    """Rows of one window together, by (window_start, window_end); metrics give them sorted by window."""
    for ends, group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield ends, list(group)
