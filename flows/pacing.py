"""The pace of keyed calls: a rate limit on the Prefect server, shared by every worker that uses the account."""

from typing import Final

from prefect.concurrency.sync import rate_limit

ACCOUNT_LIMIT: Final = "openrouter-account"
"""The name of the limit; docs/deploy.md has the command that makes it. Without it nobody waits."""


def take_account_slot() -> None:
    """Wait until the account may make one more call."""
    rate_limit(ACCOUNT_LIMIT, strict=False)
