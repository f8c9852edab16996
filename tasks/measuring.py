"""The measure step: the week that a run is about, seen from the run's standpoint."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.answers import Answer
from schemas.frames import UNREVIEWED
from schemas.windows import WEEK, Window, last_ended, last_settled
from storage.engine import reading
from tasks.answers import Question, answer
from tasks.metrics.coverage import Coverage
from tasks.reading import Reading, read
from tasks.run import RunContext

UNREVIEWED_BOUND_PERCENT: Final = "0.5"
"""An unreviewed author above this part of a week's tokens is a warning: a person should look."""
_BOUND_PER_MILLE: Final = 5


@dataclass(frozen=True)
class Measured:
    """What a run found out about its week, and what the rules will be judged on.

    Attributes:
        focus: the last week that had settled when the run was due.
        weeks: which weeks have a point, over the whole recorded history.
        newer: shares of weeks that ended after `focus` and can still move.
        warnings: what a person should look at.
    """

    reading: Reading
    focus: Window
    weeks: Coverage
    shares: Answer
    lead: Answer
    newer: list[Answer]
    warnings: list[str]


def measure(run: RunContext) -> Measured:
    """Measure the last settled week of a run, and the newer ones that are still provisional.

    The scheduled time decides the week; rows and reviewed data are those known now.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    with reading(run.engine) as connection:
        known = read(connection, run.settings, run.clock())
    weeks = known.cover(WEEK)
    focus = last_settled(WEEK, run.window_at)
    newer = _newer(focus, last_ended(WEEK, run.window_at))
    return Measured(
        reading=known,
        focus=focus,
        weeks=weeks,
        shares=answer(known, Question("shares", focus)),
        lead=answer(known, Question("leads", focus)),
        newer=[answer(known, Question("shares", window)) for window in newer],
        warnings=[
            *_incomplete(weeks, [focus, *newer]),
            *_unreviewed(known, weeks, focus),
            *_disagreement(known),
        ],
    )


def _newer(focus: Window, newest: Window) -> list[Window]:
    windows = []
    window = focus.next()
    while window.end <= newest.end:
        windows.append(window)
        window = window.next()
    return windows


def _incomplete(weeks: Coverage, looked_at: list[Window]) -> list[str]:
    return [
        f"{window} has no point: {len(days)} of its days were not received whole ({', '.join(map(str, days))}); "
        "run `tokentide backfill` over them."
        for window in looked_at
        if (days := weeks.incomplete.get(window))
    ]


def _unreviewed(known: Reading, weeks: Coverage, focus: Window) -> list[str]:
    if focus not in weeks.complete:
        return []
    in_week = known.usage.filter(pl.col("day").is_between(focus.start, focus.end))
    total = sum(in_week["tokens"].to_list())
    authors = in_week.filter(pl.col("bucket") == UNREVIEWED).group_by("author").agg(pl.col("tokens").sum())
    loud = authors.filter(pl.col("tokens") * 1000 > total * _BOUND_PER_MILLE).sort("tokens", descending=True)
    return [
        f"Author {row['author']} carried {100 * row['tokens'] / total:.1f} % of the tokens of {focus} and nobody has "
        "reviewed it; run `tokentide labs review` for the row to add."
        for row in loud.to_dicts()
    ]


def _disagreement(known: Reading) -> list[str]:
    return [known.headline.disagreement] if known.headline.disagreement else []
