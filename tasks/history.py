"""History: which fetches cover a span of days that is not recorded yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from schemas.errors import UsageError
from schemas.receipts import Channel, Receipt, SeriesKey, series_of_slice
from schemas.slices import Slice, kind_of
from schemas.windows import WEEK, last_settled
from storage.engine import reading
from storage.receipts import spans_stated
from storage.reference import load_known_gaps
from storage.series import known_days, view_of
from tasks.ingest import account_budget, upstream
from tasks.keyed_lists import has_account
from tasks.run import RunContext
from tasks.sources import data_api, exports


@dataclass(frozen=True)
class Piece:
    """One fetch of a backfill: the first and last UTC day that it asks for, of the headline or of a slice."""

    channel: Channel
    start: date
    end: date
    of: Slice | None = None


@dataclass(frozen=True)
class Fetched:
    """The answers to one piece, oldest first, and what a person should know about them."""

    receipts: list[Receipt]
    warnings: list[str] = field(default_factory=list)


def newest_weeks(run: RunContext, weeks: int) -> tuple[date, date]:
    """First and last day of the newest ISO weeks that had settled when the run was due."""
    newest = last_settled(WEEK, run.window_at)
    return newest.start - timedelta(weeks=weeks - 1), newest.end


def plan(
    run: RunContext, start: date, end: date, again: bool, slices: Sequence[str] | None = None
) -> list[Piece]:
    """The fetches that cover `[start, end]`, oldest first: the Data API with a key, else the dated exports.

    Days that the channel's series holds whole, and known gaps, are not asked for unless `again` is set. With
    `slices` those are asked for instead, each by itself and only by the Data API: every day, week or month of
    them that touches the span, but for those that were stated whole after they had settled.

    Raises:
        UsageError: the span is empty, not over yet, or before the publisher's history; a slice that upstream
            does not have; slices without a key.
    """
    if end < start:
        raise UsageError(f"The span ends ({end}) before it starts ({start}); swap the days.")
    if end >= run.clock().date():
        raise UsageError(f"{end} is not over yet (UTC); ask for days before {run.clock().date()}.")
    if slices:
        account_budget(run)
        asked = dict.fromkeys(Slice.parse(text) for text in slices)
        return [piece for of in asked for piece in _plan_slice(run, start, end, again, of)]
    keyed = has_account(run)
    channel = Channel.API if keyed else Channel.EXPORTS
    spans = data_api.plan_spans(start, end, now=run.clock()) if keyed else [(start, end)]
    settled = set() if again else _settled_days(run, channel)
    return _pieces(spans, settled, Piece(channel, start, end))


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
            return Fetched(
                [data_api.fetch_span(client, run.archive, piece.start, piece.end, budget, piece.of)]
            )
        walk = exports.walk_dated(client, run.archive, piece.start, piece.end)
    if not walk.uncovered:
        return Fetched(walk.receipts)
    return Fetched(walk.receipts, [_uncovered(walk.uncovered)])


def _plan_slice(run: RunContext, start: date, end: date, again: bool, of: Slice) -> list[Piece]:
    spans = data_api.plan_spans(start, end, now=run.clock(), of=of)
    final = set() if again else _final_starts(run, of)
    return _pieces(spans, final, Piece(Channel.API, start, end, of))


def _pieces(spans: list[tuple[date, date]], held: set[date], like: Piece) -> list[Piece]:
    """Of each span the stretch from the first to the last day, week or month that is not held."""
    kind = kind_of(like.of.period if like.of else "day")
    pieces = []
    for first, last in spans:
        wanted = [window for window in kind.covering(first, last) if window.start not in held]
        if wanted:
            pieces.append(replace(like, start=wanted[0].start, end=wanted[-1].end))
    return pieces


def _final_starts(run: RunContext, of: Slice) -> set[date]:
    """The first days of what needs no further look: held whole, and stated after it had settled."""
    key = series_of_slice(of)
    with reading(run.engine) as connection:
        days = known_days(connection, view_of(connection, key), None, None)
        stated = spans_stated(connection, key)
    held = [kind_of(of.period).containing(day) for day in days.filter(pl.col("quarantined") == 0)["day"]]
    final = {
        window.start
        for window in held
        if any(first <= window.start <= last and at >= window.settles_at for first, last, at in stated)
    }
    return final | _gaps(run, Channel.API) if of.period == "day" else final


def _settled_days(run: RunContext, channel: Channel) -> set[date]:
    """Days that need no further look: held whole in the series of the channel, or known not to exist."""
    with reading(run.engine) as connection:
        days = known_days(connection, view_of(connection, SeriesKey(channel=channel)), None, None)
    return set(days.filter(pl.col("quarantined") == 0)["day"]) | _gaps(run, channel)


def _gaps(run: RunContext, channel: Channel) -> set[date]:
    """Days that upstream is known not to have."""
    gaps = load_known_gaps(run.settings.reference)
    return set(gaps.filter(pl.col("channel").cast(pl.String) == str(channel))["day"])


def _uncovered(days: list[date]) -> str:
    return (
        f"{len(days)} days ({days[0]} to {days[-1]}) are in no dated export that can be had without a key; "
        "set OPENROUTER_API_KEY and run the backfill again for them."
    )
