"""History: what the upstream still has of days that are not recorded."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.names import backfill_run_name
from flows.pieces import postpone, submit
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps


@flow(name="backfill", flow_run_name=backfill_run_name)
def backfill(
    start: date,
    end: date,
    again: bool = False,
    slices: list[str] | None = None,
    fan_out: bool = False,
    as_of: AwareDatetime | None = None,
) -> State[RunSummary]:
    """Fetch and record `[start, end]`, oldest first: through the Data API with a key, else the dated exports.

    What is recorded whole is not asked for again, so a run that was stopped goes on where it was. Nobody is
    told anything: the next weekly run judges, and knows history from news. A slice that cannot be had does
    not keep the others from being asked for. When the account's daily calls are used up, a deployment goes on
    by itself on the next day.

    Args:
        start: first UTC day.
        end: last UTC day; it must be over.
        again: ask for days that are recorded, too (a sweep for restatements).
        slices: instead of the headline series these slices of the Data API, as `category=programming`.
        fan_out: only submit each piece, a span of at most 366 days, as a run of its own on the work pool.
        as_of: run as if it were then; the Data API, which answers as of now only, is refused but on this machine.
    """
    with progress("backfill", as_of=as_of) as this:
        pieces = this.attempt(steps.plan, this.run, start, end, again, slices) or []
        if fan_out:
            submit(this, pieces, again=again, as_of=as_of)
            return this.ended()
        for piece in pieces:
            fetched = this.attempt(steps.fetch_piece, this.run, piece)
            if fetched is None and this.locked_out:
                break
            if fetched is None:
                continue
            this.summary.warnings.extend(fetched.warnings)
            for receipt in fetched.receipts:
                this.add_rows(this.attempt(steps.normalize, this.run, receipt))
        postpone(this)
        return this.ended()
