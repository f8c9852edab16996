"""Errors whose message is one line that says what to do, and the exit status each of them means."""

from datetime import datetime
from enum import IntEnum


class ExitStatus(IntEnum):
    """What the command line returns: a promise to scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    WARNINGS = 3


class TokentideError(Exception):
    """Anything that tokentide itself refuses or could not do; the message is meant for a person."""

    exit_status: ExitStatus = ExitStatus.FAILED


class UsageError(TokentideError):
    """A command, parameter or setting that cannot be meant."""

    exit_status = ExitStatus.USAGE


class ReviewedDataError(UsageError):
    """A reviewed file (labs, attributions, gaps, rules) that cannot be read: names file, row and repair."""


class AsOfError(UsageError):
    """A standpoint that would forge history: writing as of a time before what is already recorded."""


class UpstreamError(TokentideError):
    """An upstream did not give what was asked for; what was recorded is untouched."""


class UnreachableError(UpstreamError):
    """No connection, no name, no TLS, or no answer within the deadline."""


class UnauthorizedError(UpstreamError):
    """401 or 403: the key is missing, wrong or revoked, or not enough for this; `status` says which."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


class NotPublishedError(UpstreamError):
    """404: the thing asked for does not exist (yet)."""


class MovedError(UpstreamError):
    """A redirect, which is never followed: what was asked for has another address."""


class RateLimitedError(UpstreamError):
    """429 that outlasted the retries; `retry_at` is when asking again makes sense, if it is known."""

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class BudgetSpentError(RateLimitedError):
    """The account's daily number of calls is used up: nothing is asked before `retry_at`."""


class PayloadMismatchError(UpstreamError):
    """Bytes that are not the bytes their manifest promises (size or sha256)."""


class TooLargeError(UpstreamError):
    """An answer beyond the size bound, measured after decompression."""


class ClockSkewError(UpstreamError):
    """This machine's clock and the server's `Date` are too far apart to date anything."""


class EnvelopeError(UpstreamError):
    """An answer whose outer shape is not the documented one; the payload is kept in the archive."""


class RefusedAnswerError(UpstreamError):
    """An answer that is well-formed but would silently lose recorded facts."""


class StorageError(TokentideError):
    """The database or the archive cannot be used as it is."""


class HomeUnwritableError(StorageError):
    """TOKENTIDE_HOME cannot be created or written."""

    exit_status = ExitStatus.USAGE


class DatabaseNewerError(StorageError):
    """The database was written by a newer tokentide than this one."""


class ExportError(TokentideError):
    """The files of an export cannot be written; an earlier export in their place is untouched."""
