"""The metrics of every complete week, brought up to what is recorded."""

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.names import measure_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps


@flow(name="measure", flow_run_name=measure_run_name)
def measure(as_of: AwareDatetime | None = None, dry_run: bool = False) -> State[RunSummary]:
    """Compute the stored points of weeks whose inputs changed, and keep what differs as a new vintage.

    Without a change of rows, reviewed data or prices nothing is computed, and nothing written.

    Args:
        as_of: measure what was known then; refused where something later was said already.
        dry_run: do everything on a copy that is thrown away.
    """
    with progress("measure", as_of=as_of, dry_run=dry_run) as this:
        this.add_points(this.attempt(steps.keep_points, this.run))
        return this.ended()
