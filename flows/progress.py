"""How a run goes on when a step fails, and how it ends: the part of it that Prefect sees."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.names import scheduled_at
from flows.pacing import take_account_slot
from flows.secrets import with_blocks
from flows.trouble import is_of_one_question, line_of, says_nothing_came_through
from schemas.errors import ExitStatus, TokentideError
from schemas.settings import current_settings
from schemas.summary import RowCounts, RunSummary, Told
from storage import runs
from storage.engine import writing
from tasks.alerts.deliver import Delivered
from tasks.hub_readings import HubReadings
from tasks.ingest import CatalogueRead
from tasks.measuring import Measured
from tasks.pings import watched
from tasks.run import RunContext, run_context

P = ParamSpec("P")
R = TypeVar("R")

WITH_WARNINGS = "CompletedWithWarnings"


@dataclass
class Progress:
    """One run as it goes: a failed step is noted, and what does not depend on it still happens.

    `warned_as` is the name of its state, should it end with warnings; it begins with `Completed`.
    """

    run: RunContext
    run_id: int
    summary: RunSummary
    trouble: list[BaseException] = field(default_factory=list)
    warned_as: str = WITH_WARNINGS

    def attempt(self, step: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """The result of a step that the run cannot do without; None if it failed, which fails the run in the end."""
        return self._attempt(self.fail, step, *args, **kwargs)

    def attempt_optional(self, step: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """The result of a step whose failure costs the run no more than a warning; None if it failed."""
        return self._attempt(self._warn, step, *args, **kwargs)

    def _attempt(
        self, blame: Callable[[BaseException], None], step: Task[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        state: State[R] = step(*args, return_state=True, **kwargs)
        outcome = state.result(raise_on_failure=False)
        if isinstance(outcome, Exception):
            blame(outcome)
            return None
        return outcome

    def fail(self, error: BaseException) -> None:
        """Note an error that fails the run in the end."""
        self.trouble.append(error)
        self.summary.errors.append(line_of(error))
        if isinstance(error, TokentideError) and len(self.summary.errors) == 1:
            self.summary.error_status = error.exit_status

    def _warn(self, error: BaseException) -> None:
        self.trouble.append(error)
        self.summary.warnings.append(line_of(error))

    @property
    def cut_off(self) -> bool:
        """Whether the upstream could not be reached at all: asking it for more would only take longer."""
        return any(map(says_nothing_came_through, self.trouble))

    @property
    def locked_out(self) -> bool:
        """Whether whatever else is asked of the upstream would fail in the same way: for now, or with this key."""
        return not all(map(is_of_one_question, self.trouble))

    def add_rows(self, written: RowCounts | None) -> None:
        """Count what an answer wrote; rows that were not understood are a warning."""
        if written is None:
            return
        self.summary.rows = self.summary.rows + written
        self.add_set_apart(written.quarantined)

    def add_set_apart(self, not_understood: int | None) -> None:
        """Rows that were not understood are a warning."""
        if not_understood:
            self.summary.warnings.append(
                f"{not_understood} rows were not understood and are quarantined; "
                "run `tokentide show quarantine` for each with its reason."
            )

    def add_catalogue(self, read: CatalogueRead | None) -> None:
        """Entries of the catalogue that were not understood are a warning, and so is a list that did not come."""
        if read is None:
            return
        self.summary.warnings.extend(read.problems)
        if read.not_understood:
            self.summary.warnings.append(
                f"{read.not_understood} entries of the model catalogue were not understood; they stay in the archive."
            )

    def add_readings(self, read: HubReadings | None) -> None:
        """Count the readings that were new; repositories that could not be read are a warning each."""
        if read is None:
            return
        self.summary.rows = self.summary.rows + RowCounts(added=read.written)
        self.summary.warnings.extend(read.problems)

    def add_measured(self, measured: Measured) -> None:
        """Take over the week's figures and what a person should look at."""
        self.summary.window = measured.shares.window
        self.summary.shares = measured.shares
        self.summary.lead = measured.lead
        self.summary.newer = measured.newer
        self.summary.warnings.extend(measured.warnings)

    def add_points(self, written: int | None) -> None:
        """Count the points that were new, changed or withdrawn."""
        self.summary.points = written

    def add_judged(self, judged: list[Told] | None) -> None:
        """Take over what the rules had to say."""
        self.summary.told.extend(judged or [])

    def add_delivered(self, delivered: Delivered | None) -> None:
        """Take over what became of due messages; a dead one fails the run."""
        if delivered is None:
            return
        for told in self.summary.told:
            if told.text in delivered.sent:
                told.fate = "sent"
        self.summary.due = [waiting.headline for waiting in delivered.waiting]
        self.summary.warnings.extend(f"Not delivered yet: {problem}" for problem in delivered.problems)
        self.summary.warnings.extend(f"Left out: {problem}" for problem in delivered.foregone)
        self.summary.errors.extend(f"Never delivered: {problem}" for problem in delivered.dead)

    def ended(self) -> State[RunSummary]:
        """Write down how the run ended, and say so in Prefect's terms."""
        with writing(self.run.engine) as connection:
            runs.finish(connection, self.run_id, self.run.clock(), self.summary)
        match self.summary.exit_status:
            case ExitStatus.DONE:
                return Completed(message=self.summary.note, data=self.summary)
            case ExitStatus.WARNINGS:
                message = " ".join(self.summary.warnings)
                return Completed(name=self.warned_as, message=message, data=self.summary)
        return Failed(message=" ".join(self.summary.errors), data=self.summary)


@contextmanager
def progress(flow: str, *, as_of: datetime | None = None, dry_run: bool = False) -> Iterator[Progress]:
    """Open what a run of `flow` needs, under the settings of the process, and note its beginning.

    A check outside that is configured for the flow hears how it goes, unless the run is about another time
    than now, or is thrown away.
    """
    settings = with_blocks(current_settings())
    address = None if as_of or dry_run or settings.made_sample else settings.ping_url_of(flow)
    with (
        watched(address) as watch,
        run_context(
            settings,
            as_of=as_of,
            scheduled_at=scheduled_at(),
            dry_run=dry_run,
            pace=take_account_slot,
        ) as run,
    ):
        with writing(run.engine) as connection:
            run_id = runs.start(connection, flow, window_at=run.window_at, known_at=run.clock())
        this = Progress(run, run_id, RunSummary(flow=flow, known_at=run.clock()))
        yield this
        watch.well = not this.summary.errors
