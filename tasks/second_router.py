"""Fetching the shares of the second router, which no figure about tokens waits for."""

from schemas.addresses import is_loopback
from schemas.hosts import Host
from tasks.ingest import record_lists, upstream
from tasks.run import RunContext
from tasks.sources.gateway import fetch_labs


def has_gateway(run: RunContext) -> bool:
    """Whether a run may ask the gateway: it answers as of now only, and made rankings go with a made gateway only."""
    settings = run.settings
    made = is_loopback(settings.vercel_base_url)
    return made or not (run.pinned or is_loopback(settings.openrouter_base_url))


def update_gateway(run: RunContext) -> int:
    """Fetch, archive and record the shares of the last two months; how many rows were not understood.

    Raises:
        UpstreamError: they are not to be had, or not understood as a whole.
        AsOfError: the run stands at an earlier moment.
    """
    with upstream(run, Host.VERCEL) as client:
        receipt = fetch_labs(client, run.archive)
    return record_lists(run, receipt).not_understood
