"""The weekly look at the Hugging Face Hub: how far families of open weights are built upon."""

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.names import derivatives_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps


@flow(name="derivatives", flow_run_name=derivatives_run_name)
def derivatives(
    as_of: AwareDatetime | None = None, again: bool = False, dry_run: bool = False
) -> State[RunSummary]:
    """Read the children of every repository in `families.csv`, archive them as published, record today's reading.

    What was read today already is not asked for again, so a run that was stopped goes on where it was.

    Args:
        as_of: run as if it were then; the Hub itself only answers as of now, so one on this machine only.
        again: ask for repositories that were read today, too.
        dry_run: do everything on a copy that is thrown away.
    """
    with progress("derivatives", as_of=as_of, dry_run=dry_run) as this:
        this.add_readings(this.attempt(steps.read_hub, this.run, again=again))
        return this.ended()
