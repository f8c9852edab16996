"""The hourly look at what is due: a message that could not be sent is tried again, never lost."""

from prefect import flow
from prefect.client.schemas.objects import State

from flows.names import deliver_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps


@flow(name="deliver-alerts", flow_run_name=deliver_run_name)
def deliver_alerts() -> State[RunSummary]:
    """Send what is due; a dead delivery fails the run."""
    with progress("deliver") as this:
        this.add_delivered(this.attempt(steps.deliver, this.run))
        return this.ended()
