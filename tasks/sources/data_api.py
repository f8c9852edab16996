"""The keyed Data API: rankings of any span since 2025, within a daily budget of calls."""

from datetime import date, datetime, timedelta
from typing import Final, Protocol

from schemas.errors import AsOfError, BudgetSpentError, UsageError
from schemas.receipts import Asked, Channel, Receipt
from schemas.settings import is_loopback
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep, peek_moment

FIRST_DAY: Final = date(2025, 1, 1)
"""Where the publisher's history begins; an earlier start would be silently moved to it."""
LONGEST_SPAN_DAYS: Final = 366
PATH: Final = "datasets/rankings-daily"


class CallBudget(Protocol):
    """The daily calls of an account (`storage.budget.DailyBudget`)."""

    def spend(self, now: datetime) -> int:
        """Count one call before it is made.

        Raises:
            BudgetSpentError: none is left.
        """

    def mark_spent(self, now: datetime, until: datetime | None = None) -> datetime:
        """Remember that the upstream itself said so."""


def plan_spans(start: date, end: date, *, now: datetime) -> list[tuple[date, date]]:
    """The calls that cover `[start, end]`: first and last day of each, oldest first, at most 366 days long.

    An end after the last complete UTC day is moved to it.

    Raises:
        UsageError: the span is empty, is not over yet, or begins before the publisher's history.
    """
    if start < FIRST_DAY:
        raise UsageError(f"The Data API begins on {FIRST_DAY}; ask from that day on instead of {start}.")
    if end < start:
        raise UsageError(f"The span ends ({end}) before it starts ({start}); swap the days.")
    end = min(end, now.date() - timedelta(days=1))
    if end < start:
        raise UsageError(f"{start} is not over yet (UTC); ask for days up to {end}.")
    step = timedelta(days=LONGEST_SPAN_DAYS)
    count = -(-((end - start).days + 1) // LONGEST_SPAN_DAYS)
    starts = [start + n * step for n in range(count)]
    return [(first, min(first + step - timedelta(days=1), end)) for first in starts]


def fetch_span(
    client: UpstreamClient, archive: Archive, start: date, end: date, budget: CallBudget
) -> Receipt:
    """The receipt of the daily text rankings of `[start, end]`, as they are now.

    Raises:
        UsageError: the span is not one call of `plan_spans`.
        AsOfError: the run stands at an earlier moment, at which this API cannot be asked.
        BudgetSpentError: the account has no call left today; nothing was asked, or the upstream said so.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    if plan_spans(start, end, now=client.now()) != [(start, end)]:
        raise UsageError(f"{start} to {end} is not one call of at most {LONGEST_SPAN_DAYS} complete days.")
    if not client.check_clock and not is_loopback(client.base_url):
        raise AsOfError(
            "The Data API only answers as of now, so with --as-of its rows would be dated before they were "
            "known; leave --as-of out, or use --source exports."
        )
    asked = Asked(start=start, end=end, period="day", modality="text")
    params = {"start_date": str(start), "end_date": str(end), "period": "day", "modality": "text"}
    try:
        answer = client.get(PATH, params, keyed=True, before_attempt=lambda: budget.spend(client.now()))
    except BudgetSpentError as error:
        budget.mark_spent(client.now(), error.retry_at)
        raise
    return keep(client, archive, answer, Channel.API, asked, as_of=peek_moment(answer.body, "meta", "as_of"))
