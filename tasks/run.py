"""One run: what its steps share, and how it begins and ends."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from schemas.errors import UsageError
from schemas.settings import Settings
from storage.archive import Archive, open_archive
from storage.copy import copy_embedded
from storage.engine import database_url, open_database
from storage.folder import FolderStore
from storage.overlay import OverlaidStore
from tasks.clock import Clock, utc_now


@dataclass(frozen=True)
class RunContext:
    """What every step of one run shares.

    Attributes:
        clock: when an answer is learned; stands still where `--as-of` was given.
        window_at: the moment that decides which window the run is about: its scheduled time.
        pinned: whether `--as-of` replaced the clock.
        pace: called before each keyed call; waits for as long as the account's rate asks.
    """

    settings: Settings
    engine: Engine
    archive: Archive
    clock: Clock
    window_at: datetime
    pinned: bool
    pace: Callable[[], object] = field(default=lambda: None)


@contextmanager
def run_context(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    scheduled_at: datetime | None = None,
    dry_run: bool = False,
    pace: Callable[[], object] = lambda: None,
) -> Iterator[RunContext]:
    """Open what a run needs; with `dry_run` on a copy that is thrown away.

    Raises:
        HomeUnwritableError: TOKENTIDE_HOME cannot be used.
        StorageError: the database cannot be used as it is.
    """
    clock: Clock = utc_now if as_of is None else lambda: as_of.astimezone(UTC)
    with _discarded_copy(settings) if dry_run else _as_it_is(settings) as (used, archive):
        engine = open_database(used)
        try:
            yield RunContext(
                settings=used,
                engine=engine,
                archive=archive,
                clock=clock,
                window_at=(as_of or scheduled_at or clock()).astimezone(UTC),
                pinned=as_of is not None,
                pace=pace,
            )
        finally:
            engine.dispose()


@contextmanager
def _as_it_is(settings: Settings) -> Iterator[tuple[Settings, Archive]]:
    yield settings, open_archive(settings)


@contextmanager
def _discarded_copy(settings: Settings) -> Iterator[tuple[Settings, Archive]]:
    """The same state in a temporary home: a dry run is the whole run, and leaves nothing behind."""
    url = database_url(settings)
    if url.get_backend_name() != "sqlite":
        raise UsageError("--dry-run needs the embedded database; unset TOKENTIDE_DATABASE_URL for it.")
    with tempfile.TemporaryDirectory(prefix="tokentide-dry-") as folder:
        copy = settings.model_copy(update={"home": Path(folder), "database_url": None, "archive_url": None})
        copy_embedded(Path(url.database or ""), Path(folder) / "tokentide.db")
        front = FolderStore(Path(copy.archive_place))
        yield copy, Archive(OverlaidStore(open_archive(settings).store, front))
