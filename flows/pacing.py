"""The pace of keyed calls: a rate limit on the Prefect server, shared by every worker that uses the account."""

from typing import Final

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import rate_limit
from prefect.exceptions import ObjectNotFound

from schemas.errors import UsageError

ACCOUNT_LIMIT: Final = "openrouter-account"
"""The name of the limit; docs/deploy.md has the command that makes it. Without it nobody waits."""


def take_account_slot() -> None:
    """Wait until the account may make one more call."""
    rate_limit(ACCOUNT_LIMIT, strict=False)


def require_account_limit() -> None:
    """Refuse to go on where runs would not wait for each other: a limit that is missing is ignored by Prefect.

    Raises:
        UsageError: the server has no such limit, or one whose slots never come back; says how to make it.
    """
    with get_client(sync_client=True) as client:
        try:
            limit = client.read_global_concurrency_limit_by_name(ACCOUNT_LIMIT)
        except ObjectNotFound:
            limit = None
    if limit is None or not limit.active or not limit.slot_decay_per_second:
        raise UsageError(
            f"The Prefect server has no rate limit {ACCOUNT_LIMIT} that all runs would share; make it with "
            f"`prefect gcl create {ACCOUNT_LIMIT} --limit 30 --slot-decay-per-second 0.5`."
        )
