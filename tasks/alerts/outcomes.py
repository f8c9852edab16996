"""What an answer of Slack means for a message: sent, later, perhaps sent, never, or nobody listens any more."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from random import Random
from typing import Final

_CODE: Final = re.compile(r"[a-z_]{1,40}")
_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(hours=1)
_FIRST_BACKOFF_SECONDS: Final = 15


class Verdict(StrEnum):
    """What to do with the message.

    `later`: it did not arrive, send it again. `ambiguous`: it may have arrived, send it again, marked.
    `dead`: it will never be taken. `off`: the address takes nothing any more, whatever the message.
    """

    SENT = "sent"
    LATER = "later"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one attempt, with a reason that holds no secret and no upstream text."""

    verdict: Verdict
    reason: str = ""
    retry_after: timedelta | None = None


def of_answer(status: int, body: str, retry_after: str | None, now: datetime) -> Outcome:
    """The outcome of an attempt that was answered.

    Args:
        status: of the HTTP answer.
        body: of the answer; only one of Slack's own error codes is repeated in the reason.
        retry_after: the header of that name.
        now: the moment of the answer (aware UTC).
    """
    code = body.strip()
    said = f"Slack answered {status}" + (f" {code}" if _CODE.fullmatch(code) else "")
    if status == 200:
        return Outcome(Verdict.SENT) if code == "ok" else Outcome(Verdict.DEAD, f"{said} without ok")
    if status == 410 or code == "invalid_token" or (status, code) == (404, "no_service"):
        return Outcome(Verdict.OFF, f"{said}: the webhook was revoked or its channel archived")
    if status == 429:
        return Outcome(Verdict.LATER, said, pause_of(retry_after, now))
    if status == 408 or status >= 500:
        return Outcome(Verdict.AMBIGUOUS, said, pause_of(retry_after, now))
    return Outcome(Verdict.DEAD, said)


def pause_of(retry_after: str | None, now: datetime) -> timedelta | None:
    """The wait that a `Retry-After` header asks for, between a second and an hour; `None` if it says nothing.

    Both forms of RFC 9110, section 10.2.3, are read: seconds and an HTTP date.
    """
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    if math.isnan(seconds):
        return None
    bounded = min(max(seconds, _SHORTEST.total_seconds()), _LONGEST.total_seconds())
    return timedelta(seconds=bounded)


def backoff(attempts: int, random: Random) -> timedelta:
    """How long to wait after that many attempts: full jitter, doubling, at most an hour.

    (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
    """
    ceiling = min(_FIRST_BACKOFF_SECONDS * 2 ** min(attempts, 10), _LONGEST.total_seconds())
    return max(_SHORTEST, timedelta(seconds=random.uniform(0, ceiling)))
