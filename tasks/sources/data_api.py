"""The keyed Data API: rankings of any span since 2025, within a daily budget of calls."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from schemas.addresses import is_loopback
from schemas.errors import AsOfError, BudgetSpentError, UsageError
from schemas.receipts import Asked, Channel, Receipt
from schemas.slices import Slice, kind_of
from storage.archive import Archive
from tasks.sources.answer import Answer
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep, peek_moment

FIRST_DAY: Final = date(2025, 1, 1)
"""Where the publisher's history begins; an earlier start would be silently moved to it."""
LONGEST_SPAN_DAYS: Final = 366
PATH: Final = "datasets/rankings-daily"
_HEADLINE: Final = {"period": "day", "modality": "text"}


class CallBudget(Protocol):
    """The daily calls of an account (`storage.budget.DailyBudget`)."""

    def spend(self, now: datetime) -> int:
        """Count one call before it is made.

        Raises:
            BudgetSpentError: none is left.
        """

    def mark_spent(self, now: datetime, until: datetime | None = None) -> datetime:
        """Remember that the upstream itself said so."""


def plan_spans(start: date, end: date, *, now: datetime, of: Slice | None = None) -> list[tuple[date, date]]:
    """The calls that cover `[start, end]`: first and last day of each, oldest first, at most 366 days long.

    An end after the last complete UTC day is moved to it. Of a slice by week or month, every one that touches
    the span is asked for, whole: upstream would answer for a part of one as if that part were all of it. Those
    that are not over, or were cut by the beginning of the publisher's history, are left out.

    Raises:
        UsageError: the span is empty, is not over yet, or begins before the publisher's history.
    """
    if start < FIRST_DAY:
        raise UsageError(f"The Data API begins on {FIRST_DAY}; ask from that day on instead of {start}.")
    if end < start:
        raise UsageError(f"The span ends ({end}) before it starts ({start}); swap the days.")
    yesterday = now.date() - timedelta(days=1)
    if min(end, yesterday) < start:
        raise UsageError(f"{start} is not over yet (UTC); ask for days up to {yesterday}.")
    spans: list[tuple[date, date]] = []
    for first, last in _pieces(start, min(end, yesterday), yesterday, of):
        if not spans or (last - spans[-1][0]).days >= LONGEST_SPAN_DAYS:
            spans.append((first, last))
        else:
            spans[-1] = (spans[-1][0], last)
    if not spans:
        raise UsageError(
            f"No {of.period if of else 'day'} of {start} to {end} is over (UTC); ask again later."
        )
    return spans


def _pieces(start: date, end: date, yesterday: date, of: Slice | None) -> Iterator[tuple[date, date]]:
    """First and last day of every day, week or month that is asked for, oldest first."""
    for window in kind_of(of.period if of else "day").covering(start, end):
        if window.start >= FIRST_DAY and window.end <= yesterday:
            yield window.start, window.end


def ask(client: UpstreamClient, path: str, params: Mapping[str, str], budget: CallBudget) -> Answer:
    """Ask any data set of the keyed API as it is now, within the account's budget, which all of them share.

    Raises:
        AsOfError: the run stands at an earlier moment, at which this API cannot be asked.
        BudgetSpentError: the account has no call left today; nothing was asked, or the upstream said so.
        UpstreamError: no answer (see `UpstreamClient.get`).
    """
    if not client.check_clock and not is_loopback(client.base_url):
        raise AsOfError(
            "The Data API only answers as of now, so with --as-of its rows would be dated before they were "
            "known; leave --as-of out, or use --source exports."
        )
    try:
        return client.get(path, params, keyed=True, before_attempt=lambda: budget.spend(client.now()))
    except BudgetSpentError as error:
        budget.mark_spent(client.now(), error.retry_at)
        raise


def fetch_span(
    client: UpstreamClient,
    archive: Archive,
    start: date,
    end: date,
    budget: CallBudget,
    of: Slice | None = None,
) -> Receipt:
    """The receipt of the rankings of `[start, end]` as they are now: the headline's, by day, or a slice's.

    Raises:
        UsageError: the span is not one call of `plan_spans`.
        AsOfError: the run stands at an earlier moment, at which this API cannot be asked.
        BudgetSpentError: the account has no call left today; nothing was asked, or the upstream said so.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    if plan_spans(start, end, now=client.now(), of=of) != [(start, end)]:
        raise UsageError(
            f"{start} to {end} is not one call of at most {LONGEST_SPAN_DAYS} days, complete and whole."
        )
    asked = Asked(start=start, end=end, slice=of) if of else Asked(start=start, end=end, **_HEADLINE)
    params = {"start_date": str(start), "end_date": str(end), **(of.parameters if of else _HEADLINE)}
    answer = ask(client, PATH, params, budget)
    return keep(client, archive, answer, Channel.API, asked, as_of=peek_moment(answer.body, "meta", "as_of"))
