"""States of the data that rules watch: what is looked at, and how it is said when it begins and when it ends."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final

import polars as pl

from schemas.frames import UNDISCLOSED, UNREVIEWED
from schemas.rule_models import ConditionRule
from schemas.text import printable
from schemas.windows import WEEK, Window, WindowKind
from tasks.alerts.evidence import Evidence
from tasks.alerts.held import PER_CENT
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import counted, day_in_words, days_in_words, figure

LATE_AFTER: Final = timedelta(days=2)
"""How long after its end a week may still lack days."""
LOOKS_BACK: Final = timedelta(days=30)
"""What became wrong longer ago is not news any more: an export reaches as far back. What is open stays watched."""
_SERIES: Final = "rankings"
_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Look:
    """One subject of a condition, looked at now.

    Attributes:
        window: the days that the look is about.
        value: in the unit of the rule; one number, since the state of the data is known.
        opened: the sentence that says that the state holds, without a full stop.
        closed: the sentence that says that it does no longer.
    """

    subject: str
    window: Window
    value: Fraction
    opened: str
    closed: str

    @property
    def interval(self) -> Interval:
        """The value as thresholds take it."""
        return Interval(self.value, self.value)


def looks(
    rule: ConditionRule, evidence: Evidence, is_open: Collection[str], *, as_of: datetime
) -> list[Look]:
    """Every subject that `rule` has something to say about: what there is, and those whose state `is_open`."""
    return _LOOKS[rule.metric](evidence, is_open, as_of)


def _data_age(evidence: Evidence, _: Collection[str], as_of: datetime) -> list[Look]:
    """Hours since the newest whole day ended; nothing where no day was ever received."""
    newest = evidence.newest_day
    if newest is None:
        return []
    ended = datetime.combine(newest + timedelta(days=1), datetime.min.time(), UTC)
    hours = Fraction((as_of - ended) // timedelta(microseconds=1), 3_600_000_000)
    said = f"the newest whole day is {day_in_words(newest)}, which ended {counted(int(hours), 'hour')} ago"
    return [
        Look(
            subject=_SERIES,
            window=_one(newest),
            value=hours,
            opened=f"OpenRouter's rankings are late: {said}",
            closed=f"OpenRouter's rankings are up to date again: {said}",
        )
    ]


def _missing_days(evidence: Evidence, is_open: Collection[str], as_of: datetime) -> list[Look]:
    """Days that a week lacks although upstream has them, for weeks that ended two days ago or more."""
    lacking_nothing = {week for week in evidence.complete if week.kind == WEEK} | set(
        map(Window.parse, is_open)
    )
    weeks: dict[Window, Collection[date]] = {
        **dict.fromkeys(sorted(lacking_nothing, key=lambda week: week.start), ()),
        **evidence.incomplete,
    }
    return [
        Look(
            subject=str(week),
            window=week,
            value=Fraction(len(missing)),
            opened=(
                f"The week {days_in_words(week, year=True)} is incomplete and has no figures: "
                f"{counted(len(missing), 'day')} not received whole ({', '.join(map(str, missing))})"
            ),
            closed=f"The week {days_in_words(week, year=True)} no longer lacks a day that upstream has",
        )
        for week, missing in weeks.items()
        if week.ended_at + LATE_AFTER <= as_of
        and (as_of - week.ended_at <= LOOKS_BACK or str(week) in is_open)
    ]


def _unreviewed(evidence: Evidence, is_open: Collection[str], as_of: datetime) -> list[Look]:
    """The part of the newest whole week's tokens of each author that nobody has reviewed, in per cent."""
    week = _newest_week(evidence, as_of)
    if week is None:
        return []
    parts = _parts(evidence, week, UNREVIEWED)
    return [
        Look(
            subject=author,
            window=week,
            value=part,
            opened=(
                f"Nobody has reviewed the author {printable(author)}, who carried {figure(part)} % of OpenRouter's "
                f"tokens, {days_in_words(week)}; `tokentide labs review` has the row to add"
            ),
            closed=(
                f"The author {printable(author)} no longer waits for a review: {figure(part)} % of OpenRouter's "
                f"tokens, {days_in_words(week)}, are unreviewed and theirs"
            ),
        )
        for author, part in sorted((dict.fromkeys(is_open, _ZERO) | dict(parts)).items())
    ]


def _undisclosed(evidence: Evidence, _: Collection[str], as_of: datetime) -> list[Look]:
    """The part of the newest whole week's tokens of models whose lab is not disclosed, in per cent."""
    week = _newest_week(evidence, as_of)
    if week is None:
        return []
    part = sum(_parts(evidence, week, UNDISCLOSED).values(), start=_ZERO)
    carried = f"{figure(part)} % of OpenRouter's tokens, {days_in_words(week)}"
    return [
        Look(
            subject=_SERIES,
            window=week,
            value=part,
            opened=f"Models whose lab is not disclosed carried {carried}; `tokentide labs review` lists them",
            closed=f"Models whose lab is not disclosed carry little again: {carried}",
        )
    ]


def _restated(evidence: Evidence, is_open: Collection[str], as_of: datetime) -> list[Look]:
    """How much of each day changed after it had settled, in per cent of its tokens."""
    days = dict(evidence.restated) | {
        day: (_ZERO, as_of) for day in map(date.fromisoformat, is_open) if day not in evidence.restated
    }
    return [
        Look(
            subject=str(day),
            window=_one(day),
            value=part,
            opened=(
                f"{day_in_words(day)} was restated after it had settled: rows that changed moved by {figure(part)} % "
                "of its tokens; `tokentide show restatements` lists them"
            ),
            closed=f"{day_in_words(day)} is again as it was when it settled, but for {figure(part)} % of its tokens",
        )
        for day, (part, learned) in sorted(days.items())
        if as_of - learned <= LOOKS_BACK or str(day) in is_open
    ]


_LOOKS: Final[Mapping[str, Callable[[Evidence, Collection[str], datetime], list[Look]]]] = {
    "data_age": _data_age,
    "missing_days": _missing_days,
    "unreviewed_share": _unreviewed,
    "undisclosed_share": _undisclosed,
    "restated_share": _restated,
}


def _one(day: date) -> Window:
    return Window(WindowKind("span"), day, day)


def _newest_week(evidence: Evidence, as_of: datetime) -> Window | None:
    ended = [week for week in evidence.complete if week.kind == WEEK and week.ended_at <= as_of]
    return max(ended, key=lambda week: week.end, default=None)


def _parts(evidence: Evidence, week: Window, bucket: str) -> dict[str, Fraction]:
    """Per cent of the week's tokens by author, of those in one bucket; exact."""
    rows = evidence.usage.filter(pl.col("day").is_between(week.start, week.end))
    total = sum(rows["tokens"].to_list())
    tokens: dict[str, int] = {}
    for author, count in rows.filter(pl.col("bucket") == bucket).select("author", "tokens").iter_rows():
        tokens[author] = tokens.get(author, 0) + count
    return {author: Fraction(PER_CENT * count, total) for author, count in tokens.items() if total}
