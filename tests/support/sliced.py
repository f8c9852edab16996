"""A sample home in which slices are recorded, as `backfill --slice` does it, but without Prefect."""

from datetime import date

from flows.sample import made
from flows.sample.home import sample_settings
from flows.sample.server import serving
from schemas.settings import Settings
from tasks import history, ingest
from tasks.run import run_context


def record_slices(
    user: Settings, snapshot: date, start: date, end: date, *slices: str, again: bool = False
) -> int:
    """Look at slices on the day of a vintage, into the sample home of `user`; how many calls that took."""
    with serving(snapshot) as upstream:
        settings = sample_settings(user, upstream.base_url)
        with run_context(settings, as_of=made.looked_at(snapshot)) as run:
            pieces = history.plan(run, start, end, again, slices)
            for piece in pieces:
                for receipt in history.fetch_piece(run, piece).receipts:
                    ingest.record(run, receipt)
    return len(pieces)
