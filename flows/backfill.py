"""History: what the upstream still has of days that are not recorded."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State

from flows.names import backfill_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps


@flow(name="backfill", flow_run_name=backfill_run_name)
def backfill(
    start: date, end: date, again: bool = False, slices: list[str] | None = None
) -> State[RunSummary]:
    """Fetch and record `[start, end]`, oldest first: through the Data API with a key, else the dated exports.

    What is recorded whole is not asked for again, so a run that was stopped goes on where it was. Nobody is
    told anything: the next weekly run judges, and knows history from news. A slice that cannot be had does
    not keep the others from being asked for.

    Args:
        start: first UTC day.
        end: last UTC day; it must be over.
        again: ask for days that are recorded, too (a sweep for restatements).
        slices: instead of the headline series these slices of the Data API, as `category=programming`.
    """
    with progress("backfill") as this:
        for piece in this.attempt(steps.plan, this.run, start, end, again, slices) or []:
            fetched = this.attempt(steps.fetch_piece, this.run, piece)
            if fetched is None and this.locked_out:
                break
            if fetched is None:
                continue
            this.summary.warnings.extend(fetched.warnings)
            for receipt in fetched.receipts:
                this.add_rows(this.attempt(steps.normalize, this.run, receipt))
        return this.ended()
