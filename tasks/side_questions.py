"""A question to a source beside the rankings, and the parts of an answer that all of them share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from schemas.answers import WindowView
from schemas.errors import UsageError
from schemas.windows import Window, WindowKind


@dataclass(frozen=True, slots=True)
class SideQuestion:
    """What a person asks for.

    Attributes:
        window: one window; None where the source decides.
        first, last, kind: instead a series of windows of a kind, over these days; an open end is today.
        by: what to count by; None where the source decides.
        subject: only this one.
        pair: two origins to compare.
    """

    window: Window | None = None
    first: date | None = None
    last: date | None = None
    kind: WindowKind | None = None
    by: str | None = None
    subject: str | None = None
    pair: tuple[str, str] = ("CN", "US")

    def windows(self, usual: Window, standpoint: datetime) -> tuple[list[Window], Window]:
        """The windows to answer, oldest first, and the one that the whole answer is about.

        Raises:
            UsageError: a series without a first day.
        """
        if self.kind is None:
            window = self.window or usual
            return [window], window
        if self.first is None:
            raise UsageError("A series needs --start D (and ends today unless --end D is given).")
        span = Window(WindowKind("span"), self.first, self.last or standpoint.astimezone(UTC).date())
        return self.kind.covering(span.start, span.end), span

    def counted_by(self, what: str, *, among: Sequence[str]) -> str:
        """What to count by: the first of `among` unless the question says.

        Raises:
            UsageError: the question says something else.
        """
        if self.by is not None and self.by not in among:
            raise UsageError(f"--by {self.by} is not for {what}; use {' or '.join(among)}.")
        return self.by or among[0]

    def view(self, window: Window, standpoint: datetime, reason: str | None = None) -> WindowView:
        """What the answer is about: a window, or a series."""
        view = WindowView.of(window, standpoint, reason=None if self.kind else reason)
        return view.model_copy(update={"kind": f"series of {self.kind}"}) if self.kind else view


def today_and_before(standpoint: datetime, days: int) -> Window:
    """The window of so many days that ends on the standpoint's UTC day."""
    return WindowKind("trailing", days).containing(standpoint.astimezone(UTC).date())
