"""What a run did, in the words and figures that people and scripts get."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel

from schemas.answers import Answer, WindowView
from schemas.errors import ExitStatus


class RowCounts(BaseModel):
    """Fact rows that a run wrote, and rows that it could not understand.

    Attributes:
        restated: one line for each answer that changed what had been final: worth reading, nothing is wrong.
    """

    added: int = 0
    revised: int = 0
    withdrawn: int = 0
    quarantined: int = 0
    restated: list[str] = []

    @property
    def written(self) -> int:
        """Fact rows written."""
        return self.added + self.revised + self.withdrawn

    def __add__(self, other: "RowCounts") -> "RowCounts":
        """Both together."""
        return RowCounts(
            added=self.added + other.added,
            revised=self.revised + other.revised,
            withdrawn=self.withdrawn + other.withdrawn,
            quarantined=self.quarantined + other.quarantined,
            restated=self.restated + other.restated,
        )


class Told(BaseModel):
    """An alert of this run: its first line, and what became of it."""

    rule: str
    text: str
    fate: Literal["sent", "due", "recorded"]


class RunSummary(BaseModel):
    """The outcome of one run.

    Attributes:
        points: stored points that were new, changed or withdrawn; None where none were measured.
        errors: what failed; any makes the run fail.
        warnings: what a person should look at; without errors they make exit status 3.
        due: first lines of messages that are still to be delivered.
        note: what there is to know of a run that did nothing itself, because others do it or nobody can.
    """

    flow: str
    known_at: AwareDatetime
    window: WindowView | None = None
    shares: Answer | None = None
    lead: Answer | None = None
    newer: list[Answer] = []
    rows: RowCounts = RowCounts()
    points: int | None = None
    told: list[Told] = []
    due: list[str] = []
    note: str | None = None
    errors: list[str] = []
    error_status: ExitStatus = ExitStatus.FAILED
    warnings: list[str] = []

    @property
    def exit_status(self) -> ExitStatus:
        """What the command line returns for this run."""
        if self.errors:
            return self.error_status
        return ExitStatus.WARNINGS if self.warnings else ExitStatus.DONE
