"""What an upstream's refusal means for us: which error, and whether asking again makes sense."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from schemas.errors import (
    BudgetSpentError,
    MovedError,
    NotPublishedError,
    RateLimitedError,
    UnauthorizedError,
    UnreachableError,
    UpstreamError,
)
from schemas.hosts import Host
from schemas.text import printable

_TRY_LATER: Final = frozenset({408, 425, 500, 502, 503, 504})
_DAY_MS: Final = 86_400_000
_LONGEST_WAIT_S: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that gave no answer.

    Attributes:
        error: what is raised if nobody asks again.
        try_again: whether another attempt may end differently.
        wait_s: seconds that the upstream wants us to wait first.
    """

    error: UpstreamError
    try_again: bool = False
    wait_s: float = 0


class _Said(msgspec.Struct):
    message: str = ""


class _ErrorBody(msgspec.Struct):
    error: _Said


def refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    url: str,
    now: datetime,
    key: str | None,
    host: Host = Host.OPENROUTER,
) -> Refusal:
    """Read a status other than 200.

    Args:
        headers: names in lower case.
        body: of the answer; need not be JSON.
        url: what was asked.
        now: aware UTC, for "when to ask again".
        key: what was sent as a key, so that an upstream that repeats it is not repeated.
        host: which upstream, for what to do about it.
    """
    said = _message(body, key)
    quoted = f" ('{said}')" if said else ""
    if status in {401, 403}:
        said_so = f"{url} answered {status}{quoted}; {_about_key(host, key)}."
        return Refusal(UnauthorizedError(said_so, status))
    if status == 404:
        return Refusal(NotPublishedError(f"{url} does not exist (404{quoted}); it may be published later."))
    if status == 429:
        return _rate_limited(headers, said, url=url, now=now)
    if status in _TRY_LATER:
        error = UnreachableError(f"{url} is out of order ({status}{quoted}); run again later.")
        return Refusal(error, try_again=True, wait_s=_retry_after_s(headers))
    if 300 <= status < 400:
        return Refusal(
            MovedError(
                f"{url} answered with a redirect ({status}), which is never followed; "
                f"set {host.address_setting} to the address that answers by itself."
            )
        )
    return Refusal(UpstreamError(f"{url} refused the question ({status}{quoted}); update tokentide."))


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The `Date` of an answer (aware UTC); None where there is none that can be read."""
    try:
        said = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)


def _about_key(host: Host, key: str | None) -> str:
    if key is None:
        return f"no key was sent: check {host.address_setting} and any proxy in between"
    if host is Host.HUB:
        return "set HF_TOKEN to a valid token, or unset it"
    return "set OPENROUTER_API_KEY to a valid key, or use the keyless exports (--source exports)"


def _rate_limited(headers: Mapping[str, str], said: str, *, url: str, now: datetime) -> Refusal:
    now = server_time(headers) or now
    reset_ms = _number(headers.get("x-ratelimit-reset"))
    # The daily budget comes back at midnight UTC; the limit per minute hardly ever resets just then.
    at_midnight = reset_ms is not None and reset_ms > 0 and reset_ms % _DAY_MS == 0
    if "rpd" in said.lower() or (_number(headers.get("x-ratelimit-remaining")) == 0 and at_midnight):
        until = _moment(reset_ms) if reset_ms is not None and at_midnight else None
        until = until or datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        return Refusal(
            BudgetSpentError(
                f"The account's daily calls are used up (429); run again after {until:%Y-%m-%dT%H:%MZ}.",
                until,
            )
        )
    wait_s = _retry_after_s(headers) or _window_left_s(headers)
    retry_at = now + timedelta(seconds=wait_s) if wait_s else None
    when = f"after {retry_at:%Y-%m-%dT%H:%M:%SZ}" if retry_at else "in a few minutes"
    error = RateLimitedError(f"{url} wants fewer calls (429); run again {when}.", retry_at)
    return Refusal(error, try_again=True, wait_s=wait_s)


def _message(body: bytes, key: str | None) -> str:
    """The `error.message` of a JSON body; nothing of a body that is something else."""
    try:
        said = msgspec.json.decode(body, type=_ErrorBody).error.message
    except (msgspec.MsgspecError, RecursionError):
        return ""
    if key:
        said = said.replace(key, "***")
    return printable(said, 160)


def _retry_after_s(headers: Mapping[str, str]) -> float:
    """`Retry-After` in seconds, the only form that is documented; 0 where there is none."""
    return min(_number(headers.get("retry-after")) or 0, _LONGEST_WAIT_S)


def _window_left_s(headers: Mapping[str, str]) -> float:
    """Seconds until the window of a limit is over, as the Hub says it: `"api";r=0;t=123`; 0 where it does not.

    Source: draft-ietf-httpapi-ratelimit-headers, the field `RateLimit`.
    """
    found = re.search(r";\s*t=(\d{1,6})", headers.get("ratelimit", ""))
    return float(found[1]) if found else 0


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _moment(epoch_ms: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(epoch_ms / 1000, UTC)
    except (OverflowError, ValueError):
        return None
