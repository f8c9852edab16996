"""What leaves the system: figures that carry window, definition, bounds, as-of, status and citation."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.windows import Window


class WindowView(BaseModel):
    """A window as it is printed: whether it has a point, and whether that can still move."""

    model_config = ConfigDict(frozen=True)

    label: str
    kind: str
    start: date
    end: date
    complete: bool
    status: str
    missing_days: list[date] = []
    reason: str | None = None

    @classmethod
    def of(
        cls,
        window: Window,
        as_of: datetime,
        *,
        missing_days: list[date] | None = None,
        reason: str | None = None,
    ) -> "WindowView":
        """The view of `window` from `as_of`; complete unless days are missing or a reason is given."""
        return cls(
            label=str(window),
            kind=str(window.kind),
            start=window.start,
            end=window.end,
            complete=not missing_days and reason is None,
            status=str(window.status(as_of)),
            missing_days=missing_days or [],
            reason=reason,
        )


class Answer(BaseModel):
    """One answer to one question, in the shape that `--format json` promises.

    Attributes:
        definition: what is counted: metric, by, basis, variants, series.
        window: what the figures are about; for a series of windows, the whole stretch.
        as_of: the standpoint of the reader (aware UTC).
        inputs: address and sha256 of the archived answers that the figures rest on.
        rows: the figures: token counts are integers, shares numbers between 0 and 1.
        unknown: tokens that nobody can attribute, by bucket; only where the answer is about one window.
        total_tokens: every token of the window.
        notes: sentences a reader must see beside the figures.
        licensed: whether the data are under CC BY 4.0, which then travels with them.
    """

    model_config = ConfigDict(frozen=True)

    definition: dict[str, Any]
    window: WindowView | None
    as_of: datetime
    citation: str
    inputs: list[dict[str, str]]
    rows: list[dict[str, Any]]
    unknown: dict[str, int] | None = None
    total_tokens: int | None = None
    notes: list[str] = []
    licensed: bool = Field(default=True, exclude=True)
