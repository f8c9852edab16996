"""The weekly job for slices: what settled since, each slice as a run of its own on the work pool."""

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.names import slices_run_name
from flows.pieces import submit
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps
from tasks.history import newest_weeks
from tasks.keyed_lists import has_account


@flow(name="weekly-slices", flow_run_name=slices_run_name)
def weekly_slices(slices: list[str], weeks: int = 4, as_of: AwareDatetime | None = None) -> State[RunSummary]:
    """Submit a run for each slice that lacks one of the newest settled weeks; what is recorded is not asked for.

    The scheduled time decides which weeks these are. A week that was missed is made up for, up to `weeks`
    later. Without OPENROUTER_API_KEY nothing is asked for.

    Args:
        slices: slices of the Data API, as `category=programming`.
        weeks: how many weeks to look back.
        as_of: run as if it were then, as `backfill` does.
    """
    with progress("slices", as_of=as_of) as this:
        if not has_account(this.run):
            this.summary.note = "OPENROUTER_API_KEY is not set, so no slice was asked for."
            return this.ended()
        start, end = newest_weeks(this.run, weeks)
        pieces = this.attempt(steps.plan, this.run, start, end, False, slices)
        if pieces is not None:
            submit(this, pieces, again=False, as_of=as_of)
        return this.ended()
