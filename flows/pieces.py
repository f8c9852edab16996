"""Pieces of history as runs of their own on the work pool, so that several workers share a long backfill."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from prefect import runtime
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

from flows.pacing import require_account_limit
from flows.progress import Progress
from schemas.errors import BudgetSpentError, UsageError
from tasks.history import Piece

PIECE: Final = "backfill/piece"
"""The deployment that runs one piece."""
BUDGET_SPENT: Final = "CompletedBudgetSpent"
"""As far as the account's daily calls went; a run of the next day does the rest."""
_AFTER_MIDNIGHT: Final = timedelta(minutes=5)
"""Clocks differ: a run that came too early would find the account still closed, and wait for another day."""


def submit(this: Progress, pieces: Sequence[Piece], *, again: bool, as_of: datetime | None) -> None:
    """Submit each piece as a run of its own, without waiting for any; that they cannot be fails the run.

    If the run that submits is run again by Prefect, what it had submitted is not submitted twice.
    """
    try:
        require_account_limit()
        for piece in pieces:
            asked: dict[str, Any] = {"start": str(piece.start), "end": str(piece.end), "again": again}
            asked |= {"slices": [str(piece.of)]} if piece.of else {}
            asked |= {"as_of": as_of.isoformat()} if as_of else {}
            _run(PIECE, asked, key=f"{runtime.flow_run.id} {asked}")
    except UsageError as error:
        this.fail(error)
    else:
        this.summary.note = f"{len(pieces)} to do, each submitted as a run of its own."


def postpone(this: Progress) -> None:
    """If the account's daily calls are used up, schedule this deployment again for when there are some.

    Then that is no error but a warning. A run of no deployment stays failed: nobody would run the rest.
    """
    spent = next((error for error in this.trouble if isinstance(error, BudgetSpentError)), None)
    if spent is None or spent.retry_at is None or runtime.deployment.id is None:
        return
    name = _run(
        runtime.deployment.id,
        {name: _plain(value) for name, value in runtime.flow_run.parameters.items()},
        key=f"{runtime.flow_run.id} rest",
        scheduled_time=spent.retry_at + _AFTER_MIDNIGHT,
        as_subflow=False,
    )
    this.summary.errors.remove(str(spent))
    this.summary.warnings.append(f"{spent} The rest is scheduled for then as run {name}.")
    this.warned_as = BUDGET_SPENT


def _run(deployment: str, asked: dict[str, Any], *, key: str, **how: Any) -> str:
    try:
        made: Any = run_deployment(deployment, parameters=asked, timeout=0, idempotency_key=key, **how)
    except ObjectNotFound as error:
        raise UsageError(
            f"The Prefect server has no deployment {deployment}; run `prefect --no-prompt deploy --all`."
        ) from error
    return str(made.name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
