"""What an answer of Slack means for a message: sent, later, perhaps sent, never, or nobody listens any more."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from random import Random
from typing import Any, Final

from schemas.alerts import Place

_CODE: Final = re.compile(r"[a-z_]{1,40}")
_CHANNEL: Final = re.compile(r"[A-Z0-9]{1,40}")
_TS: Final = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(hours=1)
_FIRST_BACKOFF_SECONDS: Final = 15
_REPAIRS: Final = {
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        "the token is wrong or was revoked",
    ),
    **dict.fromkeys(
        ("missing_scope", "not_allowed_token_type", "no_permission"), "the bot lacks a permission"
    ),
    "not_in_channel": "invite the bot to the channel",
    "channel_not_found": "there is no such channel, or the bot was not invited to it",
    "is_archived": "the channel is archived",
}
"""Errors that say something about the address and nothing about the message, with what to repair."""
_TOO_FAST: Final = ("ratelimited", "rate_limited")
_PERHAPS_DONE: Final = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors of which Slack says that part of the work may have been done."""


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
    place: Place | None = None
    """Where the message stands, if it was sent and Slack said so."""


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
    return _of_status(status, said, pause_of(retry_after, now))


def of_api_answer(status: int, answer: Mapping[str, Any], retry_after: str | None, now: datetime) -> Outcome:
    """The outcome of a call of the Web API that was answered.

    Args:
        status: of the HTTP answer.
        answer: the JSON object in its body; empty where there was none. Only one of Slack's own error codes is
            repeated in the reason.
        retry_after: the header of that name.
        now: the moment of the answer (aware UTC).
    """
    if status == 200 and answer.get("ok") is True:
        return Outcome(Verdict.SENT, place=_place(answer))
    given = str(answer.get("error", ""))
    code = given if _CODE.fullmatch(given) else ""
    said = f"Slack answered {status} {code or 'without ok'}"
    if code in _REPAIRS:
        return Outcome(Verdict.OFF, f"{said}: {_REPAIRS[code]}")
    pause = pause_of(retry_after, now)
    if code in _TOO_FAST:
        return Outcome(Verdict.LATER, said, pause)
    if code in _PERHAPS_DONE:
        return Outcome(Verdict.AMBIGUOUS, said, pause)
    return _of_status(status, said, pause)


def _of_status(status: int, said: str, pause: timedelta | None) -> Outcome:
    if status == 429:
        return Outcome(Verdict.LATER, said, pause)
    if status == 408 or status >= 500:
        return Outcome(Verdict.AMBIGUOUS, said, pause)
    return Outcome(Verdict.DEAD, said)


def _place(answer: Mapping[str, Any]) -> Place | None:
    channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
    return Place(channel, ts) if _CHANNEL.fullmatch(channel) and _TS.fullmatch(ts) else None


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
