"""The main job: fetch → archive → record → attribute → measure → judge → tell."""

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import AwareDatetime

from flows.artifacts import publish_week
from flows.names import weekly_run_name
from flows.progress import progress
from schemas.summary import RunSummary
from tasks import steps
from tasks.ingest import Source
from tasks.keyed_lists import can_ask
from tasks.second_router import has_gateway


@flow(name="weekly-rankings", flow_run_name=weekly_run_name)
def weekly_rankings(
    as_of: AwareDatetime | None = None,
    source: Source = "exports",
    notify: bool = True,
    dry_run: bool = False,
) -> State[RunSummary]:
    """Fetch rankings and catalogue, measure the last settled week, judge the rules and tell people.

    The scheduled time decides which week a run is about, so a late run does the right week. A failed fetch
    fails the run, but staleness is still judged and what is due is still delivered. With a key, rankings of apps
    and shares of tasks are read in the end; without one they are left out. The second router is read last of all.

    Args:
        as_of: run as if it were then: replaces the clock for windows, rows and reviewed data.
        source: the keyless exports, or the Data API (needs OPENROUTER_API_KEY).
        notify: false records events without writing or sending messages.
        dry_run: do everything on a copy that is thrown away, and send nothing.
    """
    with progress("weekly", as_of=as_of, dry_run=dry_run) as this:
        receipt = this.attempt(steps.fetch, this.run, source)
        if receipt is not None:
            this.add_rows(this.attempt(steps.normalize, this.run, receipt))
        if not this.cut_off:
            this.add_catalogue(this.attempt_optional(steps.catalogue, this.run))
        measured = this.attempt(steps.measure, this.run)
        if measured is not None:
            this.add_measured(measured)
            publish_week(measured.shares, this.run.settings.report_url)
            this.add_judged(this.attempt(steps.judge, this.run, measured, notify and not dry_run))
        if notify and not dry_run:
            this.add_delivered(this.attempt(steps.deliver, this.run))
        if measured is not None:
            this.add_points(this.attempt_optional(steps.keep_points, this.run, measured.reading))
        if not this.cut_off and can_ask(this.run):  # last, so that no news waits for them
            this.add_set_apart(this.attempt_optional(steps.apps, this.run))
            this.add_set_apart(this.attempt_optional(steps.task_shares, this.run))
        if not this.cut_off and has_gateway(this.run):
            this.add_set_apart(this.attempt_optional(steps.gateway, this.run))
        return this.ended()
