"""Which window a read is about, from its options."""

from datetime import date

from flows.cli.options import day
from schemas.errors import UsageError
from schemas.slices import Slice
from schemas.windows import Window, WindowKind, last_settled
from tasks.reading import Reading
from tasks.sliced import usual_kind


def window_asked(known: Reading, window: str | None, start: str | None, end: str | None) -> Window:
    """The window asked about; without one the last settled ISO week, or the newest week that is recorded.

    Of a slice by month it is the month.
    """
    newest = known.newest_day
    if start or end:
        first, last = optional_day(start, "--start"), optional_day(end, "--end") or newest
        if first is None or last is None:
            raise UsageError(
                "A series needs --start D (and ends with the newest recorded day unless --end D is given)."
            )
        return Window(WindowKind("span"), first, last)
    if window is not None:
        return Window.parse(window)
    kind = usual_kind(known.of)
    settled = last_settled(kind, known.as_of)
    if newest is None or newest >= settled.start:
        return settled
    recorded = kind.containing(newest)
    return recorded if recorded.end <= newest else recorded.previous()


def kind_asked(every: str | None, of: Slice | None) -> WindowKind:
    """The windows of a series of them: those of `--every`, else months of a slice by month and weeks of all else.

    Raises:
        UsageError: the text names no kind of window.
    """
    return usual_kind(of) if every is None else WindowKind.parse(every)


def optional_day(text: str | None, option: str) -> date | None:
    """A UTC day from an option that need not be given.

    Raises:
        UsageError: the text is no day.
    """
    return None if text is None else day(text, option)
