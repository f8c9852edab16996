"""History: which fetches cover a span of days that is not recorded yet."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from schemas.errors import UsageError
from schemas.receipts import Channel, Receipt, SeriesKey
from storage.engine import reading
from storage.reference import load_known_gaps
from storage.series import known_days, view_of
from tasks.ingest import account_budget, upstream
from tasks.run import RunContext
from tasks.sources import data_api, exports


@dataclass(frozen=True)
class Piece:
    """One fetch of a backfill: the first and last UTC day that it asks for."""

    channel: Channel
    start: date
    end: date


@dataclass(frozen=True)
class Fetched:
    """The answers to one piece, oldest first, and what a person should know about them."""

    receipts: list[Receipt]
    warnings: list[str] = field(default_factory=list)


def plan(run: RunContext, start: date, end: date, again: bool) -> list[Piece]:
    """The fetches that cover `[start, end]`, oldest first: the Data API with a key, else the dated exports.

    Days that the channel's series holds whole, and known gaps, are not asked for unless `again` is set.

    Raises:
        UsageError: the span is empty, not over yet, or before the publisher's history.
    """
    if end < start:
        raise UsageError(f"The span ends ({end}) before it starts ({start}); swap the days.")
    if end >= run.clock().date():
        raise UsageError(f"{end} is not over yet (UTC); ask for days before {run.clock().date()}.")
    has_key = run.settings.key_for(run.settings.openrouter_base_url) is not None
    channel = Channel.API if has_key else Channel.EXPORTS
    spans = data_api.plan_spans(start, end, now=run.clock()) if has_key else [(start, end)]
    settled = set() if again else _settled_days(run, channel)
    pieces = []
    for first, last in spans:
        wanted = [
            day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)) not in settled
        ]
        if wanted:
            pieces.append(Piece(channel, wanted[0], wanted[-1]))
    return pieces


def fetch_piece(run: RunContext, piece: Piece) -> Fetched:
    """Fetch and archive one piece of history.

    Raises:
        BudgetSpentError: the account has no call left today; the same backfill goes on tomorrow.
        UpstreamError: no answer; what was fetched before is kept.
    """
    with upstream(run) as client:
        if piece.channel is Channel.API:
            budget = account_budget(run)
            run.pace()
            return Fetched([data_api.fetch_span(client, run.archive, piece.start, piece.end, budget)])
        walk = exports.walk_dated(client, run.archive, piece.start, piece.end)
    if not walk.uncovered:
        return Fetched(walk.receipts)
    return Fetched(walk.receipts, [_uncovered(walk.uncovered)])


def _settled_days(run: RunContext, channel: Channel) -> set[date]:
    """Days that need no further look: held whole in the series of the channel, or known not to exist."""
    with reading(run.engine) as connection:
        days = known_days(connection, view_of(connection, SeriesKey(channel=channel)), None, None)
    gaps = load_known_gaps(run.settings.reference).filter(pl.col("channel").cast(pl.String) == str(channel))
    return {*days.filter(pl.col("quarantined") == 0)["day"].to_list(), *gaps["day"].to_list()}


def _uncovered(days: list[date]) -> str:
    return (
        f"{len(days)} days ({days[0]} to {days[-1]}) are in no dated export that can be had without a key; "
        "set OPENROUTER_API_KEY and run the backfill again for them."
    )
