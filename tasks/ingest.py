"""Fetch, archive, read and record: the steps by which an answer becomes facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection

from schemas.errors import UpstreamError, UsageError
from schemas.hosts import Host
from schemas.receipts import Channel, Receipt
from schemas.summary import RowCounts
from storage.budget import DailyBudget
from storage.catalogue import record_catalogue
from storage.engine import writing
from storage.listings import record_listings
from storage.observations import RecordOutcome, record_rankings
from storage.rewrites import rewrites_by
from storage.taking import Readers, catch_up
from tasks.normalize import normalize, normalize_catalogue, normalize_listings
from tasks.report.restated import restated_line
from tasks.run import RunContext
from tasks.sources import catalogue, data_api, exports
from tasks.sources.client import UpstreamClient

Source = Literal["exports", "api"]
READERS = Readers(normalize, normalize_catalogue, normalize_listings)
"""What reads answers when they come, and again whenever the archive is read."""
READ_AGAIN_DAYS = 30
"""A run reads as many days as an export holds: nearly every restatement comes within three of them."""


@contextmanager
def upstream(run: RunContext, host: Host = Host.OPENROUTER) -> Iterator[UpstreamClient]:
    """A run's client of an upstream. Its clock is the run's; the machine's is checked unless that stands still."""
    with UpstreamClient(run.settings, host=host, clock=run.clock, check_clock=not run.pinned) as client:
        yield client


def fetch_rankings(run: RunContext, source: Source) -> Receipt:
    """Fetch and archive the newest rankings that the run may know.

    Raises:
        UpstreamError: the rankings are not to be had; says why and what to do.
        UsageError: `source` is `api` and no key is set.
    """
    with upstream(run) as client:
        if source == "exports":
            return exports.fetch_latest(client, run.archive, as_of=run.clock() if run.pinned else None)
        last = run.clock().date() - timedelta(days=1)
        first = last - timedelta(days=READ_AGAIN_DAYS - 1)
        budget = account_budget(run)
        run.pace()
        return data_api.fetch_span(client, run.archive, first, last, budget)


def record(run: RunContext, receipt: Receipt) -> RowCounts:
    """Read an archived rankings answer and record what it changes, after what other runs archived before it.

    Raises:
        EnvelopeError: the answer as a whole is not understood; it stays in the archive.
        RefusedAnswerError: it would silently lose recorded facts.
        AsOfError: it is older than what is recorded of its series.
    """
    normalized = normalize(receipt, run.archive.body(receipt))
    with writing(run.engine) as connection:
        taken = catch_up(connection, run.archive, receipt, READERS)
        own = record_rankings(connection, receipt, normalized.rows, normalized.quarantined)
        counts = [_counted(connection, earlier, outcome) for earlier, outcome in [*taken, (receipt, own)]]
    return sum(counts, start=RowCounts())


@dataclass(frozen=True, slots=True)
class CatalogueRead:
    """What a look at the catalogue gave: entries that were not understood, and lists that were not to be had."""

    not_understood: int = 0
    problems: tuple[str, ...] = ()


def update_catalogue(run: RunContext) -> CatalogueRead:
    """Fetch, archive and record the model catalogue as it is now, and after it that of embedding models.

    Only the first is missed: without the second a few models have no price, and that is a problem told.

    Raises:
        UpstreamError: the model catalogue is not to be had, or not understood as a whole.
    """
    with upstream(run) as client:
        not_understood = _take_catalogue(run, client, Channel.MODELS)
        try:
            return CatalogueRead(not_understood + _take_catalogue(run, client, Channel.EMBEDDINGS))
        except UpstreamError as error:
            return CatalogueRead(not_understood, (f"Embedding models: {error}",))


def _take_catalogue(run: RunContext, client: UpstreamClient, channel: Channel) -> int:
    """Fetch, archive and record one list; how many of its entries were not understood."""
    receipt = catalogue.fetch_catalogue(client, run.archive, channel)
    normalized = normalize_catalogue(run.archive.body(receipt))
    with writing(run.engine) as connection:
        catch_up(connection, run.archive, receipt, READERS)
        record_catalogue(connection, receipt, normalized.rows)
    return normalized.quarantined.height


@dataclass(frozen=True, slots=True)
class ListsRecorded:
    """What an answer with lists wrote: vintages of lists, and rows that were not understood."""

    vintages: int
    not_understood: int


def record_lists(run: RunContext, receipt: Receipt) -> ListsRecorded:
    """Read an archived answer that holds lists and record what it changes.

    Raises:
        EnvelopeError: the answer as a whole is not understood; it stays in the archive.
        RefusedAnswerError: a list lost most of its rows.
        AsOfError: it is older than what is recorded of its lists.
    """
    told = normalize_listings(receipt, run.archive.body(receipt))
    with writing(run.engine) as connection:
        catch_up(connection, run.archive, receipt, READERS)
        vintages = record_listings(connection, receipt, told.lists, told.quarantined)
    return ListsRecorded(vintages, told.quarantined.height)


def _counted(connection: Connection, receipt: Receipt, outcome: RecordOutcome) -> RowCounts:
    wrote = outcome.snapshot_id
    restated = wrote and restated_line(rewrites_by(connection, receipt, wrote), receipt.asked.slice)
    return RowCounts(
        added=outcome.added,
        revised=outcome.revised,
        withdrawn=outcome.withdrawn,
        quarantined=outcome.quarantined,
        restated=[restated] if restated else [],
    )


def account_budget(run: RunContext) -> DailyBudget:
    """The daily calls that are left to the account behind the key.

    Raises:
        UsageError: no key is set that may be sent to the address in use.
    """
    key = run.settings.key_for(run.settings.openrouter_base_url)
    if key is None:
        raise UsageError("OPENROUTER_API_KEY is not set; set any OpenRouter key, or use --source exports.")
    return DailyBudget(run.engine, key)
