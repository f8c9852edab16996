"""Reading the Hub: each listed repository once a UTC day, one after the other, whatever becomes of the others."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from schemas.addresses import is_loopback
from schemas.errors import (
    ClockSkewError,
    MovedError,
    NotPublishedError,
    RateLimitedError,
    UnauthorizedError,
    UnreachableError,
    UpstreamError,
)
from schemas.hosts import Host
from schemas.receipts import Channel
from storage.engine import reading
from storage.listings import read_listings
from storage.reference import places_of_families
from tasks.families import listed_repositories
from tasks.ingest import record_lists
from tasks.run import RunContext
from tasks.sources import hub
from tasks.sources.client import UpstreamClient

_PROBLEMS_TO_GIVE_UP: Final = 10
_NO_USE_TO_GO_ON: Final = (UnreachableError, ClockSkewError, RateLimitedError)


@dataclass
class HubReadings:
    """What a run read of the Hub.

    Attributes:
        listed: repositories that `families.csv` lists.
        known: those that were read today already, and not asked for again.
        read: those that were read now.
        written: readings that were new or changed.
        problems: what a person should look at, one line each.
    """

    listed: int = 0
    known: int = 0
    read: int = 0
    written: int = 0
    problems: list[str] = field(default_factory=list)


def read_hub(
    run: RunContext, *, again: bool = False, sleep: Callable[[float], None] = time.sleep
) -> HubReadings:
    """Ask for what is built upon every listed repository, and record it as a reading of today.

    What was read today is not asked for again, unless `again`, so a run that was stopped goes on where it was.
    A repository that is gone, closed or renamed is a problem told, with its line in `families.csv`.

    Raises:
        AsOfError: `--as-of` was given, and the Hub is not on this machine.
        ReviewedDataError: `families.csv` cannot be read.
        UpstreamError: the Hub cannot be reached, refuses the token, or wants no more calls, and nothing was read.
    """
    wanted = listed_repositories(run.settings, run.clock())["repository"].to_list()
    known = set() if again else _read_today(run)
    found = HubReadings(listed=len(wanted), known=len(known.intersection(wanted)))
    places = places_of_families(run.settings.reference)
    with _client(run) as client:
        pause = _Pause(0 if is_loopback(client.base_url) else hub.PAUSE_S, sleep)
        for repository in wanted:
            if repository in known:
                continue
            try:
                receipt = hub.fetch_children(client, run.archive, repository, before_attempt=pause)
                found.written += record_lists(run, receipt).vintages
                found.read += 1
            except UpstreamError as error:
                if _is_final(error, run):
                    if not found.read:
                        raise
                    found.problems.append(_stopped(found, error))
                    break
                found.problems.append(f"{places[repository]} ({repository}): {_what_now(error)}")
                _refuse_nothing_at_all(found, client.base_url)
    return found


def _refuse_nothing_at_all(found: HubReadings, base_url: str) -> None:
    """A Hub that has none of so many repositories is no Hub, and would only fill the screen."""
    if not found.read and len(found.problems) == _PROBLEMS_TO_GIVE_UP:
        raise UpstreamError(
            f"{base_url} gave none of the first {_PROBLEMS_TO_GIVE_UP} repositories, the last with: "
            f"{found.problems[-1]}. Check HF_BASE_URL and any proxy in between."
        )


class _Pause:
    """Waits before each attempt but the first, for as long as the Hub's limit asks."""

    def __init__(self, seconds: float, sleep: Callable[[float], None]) -> None:
        self._seconds, self._sleep, self._asked = seconds, sleep, False

    def __call__(self) -> None:
        if self._asked and self._seconds:
            self._sleep(self._seconds)
        self._asked = True


def _client(run: RunContext) -> UpstreamClient:
    return UpstreamClient(
        run.settings, host=Host.HUB, clock=run.clock, check_clock=not run.pinned, limits=hub.LIMITS
    )


def _read_today(run: RunContext) -> set[str]:
    now = run.clock()
    with reading(run.engine) as connection:
        found = read_listings(connection, Channel.DERIVATIVES, now, start=now.date(), end=now.date())
    return set(found["subject"])


def _is_final(error: UpstreamError, run: RunContext) -> bool:
    """Whether the next repository would meet with the same. A token that is refused is refused for all."""
    refused = (
        isinstance(error, UnauthorizedError) and error.status == 401 and run.settings.hf_token is not None
    )
    return refused or isinstance(error, _NO_USE_TO_GO_ON)


def _what_now(error: UpstreamError) -> str:
    match error:
        case NotPublishedError():
            return "the Hub has no such repository (404); correct or withdraw the row"
        case UnauthorizedError(status=403):
            return "the Hub does not show it to everybody (403); set HF_TOKEN of an account that may see it"
        case UnauthorizedError():
            return "the Hub has no such repository, or it is private (401); correct or withdraw the row"
        case MovedError():
            return "it was renamed; write its new name into the row"
    return str(error)


def _stopped(found: HubReadings, error: UpstreamError) -> str:
    left = found.listed - found.known - found.read - len(found.problems)
    return f"Stopped with {left} of {found.listed} repositories unread: {error} Run again: what was read is kept."
