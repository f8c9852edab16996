"""A home that the sample was fed to, step by step and without Prefect: quick, and the same rows."""

from collections.abc import Iterable
from datetime import date

from flows.sample import made
from flows.sample.elsewhere import FIRST_READING
from flows.sample.home import sample_settings
from flows.sample.server import serving
from schemas.settings import Settings
from tasks import hub_readings, ingest, keyed_lists, measuring, remeasuring, second_router, telling
from tasks.run import run_context


def feed(user: Settings, vintages: Iterable[date] = made.VINTAGES) -> None:
    """Look at each vintage of the sample as `weekly --sample` does, into the sample home of `user`."""
    for snapshot in vintages:
        with serving(snapshot) as upstream:
            settings = sample_settings(user, upstream.base_url)
            with run_context(settings, as_of=made.looked_at(snapshot)) as run:
                ingest.record(run, ingest.fetch_rankings(run, "exports"))
                ingest.update_catalogue(run)
                if snapshot >= FIRST_READING:
                    hub_readings.read_hub(run)
                keyed_lists.update_apps(run)
                keyed_lists.update_task_shares(run)
                second_router.update_gateway(run)
                measured = measuring.measure(run)
                telling.judge_rules(run, measured, True)
                remeasuring.keep_points(run, measured.reading)
