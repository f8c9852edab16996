"""Rankings of apps and shares of tasks: lists that need a key, and that no figure about models waits for."""

from typing import Final, get_args

from schemas.addresses import is_loopback
from schemas.list_frames import Sort
from schemas.receipts import Channel
from schemas.windows import WEEK, Window, last_settled
from storage.engine import reading
from storage.listings import read_listings
from tasks.ingest import account_budget, record_lists, upstream
from tasks.run import RunContext
from tasks.sources.app_rankings import fetch_apps
from tasks.sources.task_shares import fetch_task_shares

SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


def has_account(run: RunContext) -> bool:
    """Whether there is a key that may be sent to the address in use."""
    return run.settings.key_for(run.settings.openrouter_base_url) is not None


def can_ask(run: RunContext) -> bool:
    """Whether there is an account, and the run stands at a moment as of which it can be asked.

    The publisher answers as of now, so a run that stands at an earlier moment leaves these lists out; a made
    upstream on this machine has a clock of its own.
    """
    return has_account(run) and (not run.pinned or is_loopback(run.settings.openrouter_base_url))


def update_apps(run: RunContext) -> int:
    """Fetch, archive and record the apps of the last settled week; how many rows were not understood.

    Of the week before it, too, as long as nothing is recorded of that: places are compared with it.

    Raises:
        UpstreamError: a ranking is not to be had, or not understood as a whole; those before it are recorded.
        AsOfError: the run stands at an earlier moment.
    """
    week = last_settled(WEEK, run.window_at)
    budget = account_budget(run)
    not_understood = 0
    with upstream(run) as client:
        for window in (week, *_not_recorded(run, week.previous())):
            for sort in SORTS:
                run.pace()
                receipt = fetch_apps(client, run.archive, window, sort, budget)
                not_understood += record_lists(run, receipt).not_understood
    return not_understood


def update_task_shares(run: RunContext) -> int:
    """Fetch, archive and record the shares of tasks as published now; how many tags were not understood.

    Raises:
        UpstreamError: they are not to be had, or not understood as a whole.
        AsOfError: the run stands at an earlier moment.
    """
    run.pace()
    with upstream(run) as client:
        receipt = fetch_task_shares(client, run.archive, account_budget(run))
    return record_lists(run, receipt).not_understood


def _not_recorded(run: RunContext, week: Window) -> tuple[Window, ...]:
    with reading(run.engine) as connection:
        known = read_listings(connection, Channel.APPS, run.clock(), start=week.start, end=week.end)
    return () if week.start in known["window_start"] else (week,)
