"""The daily job: fetch and record, so that no vintage of rankings, catalogue and prices is missed."""

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.names import daily_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps
from tasks.ingest import Source


@flow(name="daily-ingest", flow_run_name=daily_run_name)
def daily_ingest(
    as_of: AwareDatetime | None = None, source: Source = "exports", dry_run: bool = False
) -> State[RunSummary]:
    """Fetch rankings and catalogue, archive them as published, record what changed.

    Args:
        as_of: run as if it were then.
        source: the keyless exports, or the Data API (needs OPENROUTER_API_KEY).
        dry_run: do everything on a copy that is thrown away.
    """
    with progress("daily", as_of=as_of, dry_run=dry_run) as this:
        receipt = this.attempt(steps.fetch, this.run, source)
        if receipt is not None:
            this.add_rows(this.attempt(steps.normalize, this.run, receipt))
        if not this.cut_off:
            this.add_catalogue(this.attempt_optional(steps.catalogue, this.run))
        return this.ended()
