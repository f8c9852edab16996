"""The one way to an upstream: bounded in time and size, polite, and careful with keys."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final, Self

import httpx

from schemas.addresses import is_loopback
from schemas.errors import AsOfError, ClockSkewError, TooLargeError, UnreachableError
from schemas.hosts import Host
from schemas.settings import Settings
from schemas.text import printable
from tasks.sources.answer import Answer
from tasks.sources.body import ACCEPT_ENCODING, read_body
from tasks.sources.deadline import within
from tasks.sources.keys import key_to_send
from tasks.sources.limits import Limits
from tasks.sources.refusals import Refusal, refusal, server_time

CLOCK_TOLERANCE: Final = timedelta(hours=1)
"""A cached answer may be minutes old; an hour is still less than the time a day's export takes to appear."""
_ERROR_BODY_BYTES: Final = 64 * 1024


class UpstreamClient:
    """A client of one upstream. Use it as a context manager.

    Args:
        settings: the upstream's address (https, or plain http to this machine) and its key.
        host: which upstream.
        clock: the known-at clock (aware UTC); a run with an as-of passes one that stands still.
        check_clock: whether `clock` is this machine's, and so must agree with the upstream's `Date`.
        limits: how long and how large.
        sleep, jitter, elapsed: waiting, a number in [0, 1), and seconds on a clock that never goes back.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        host: Host = Host.OPENROUTER,
        clock: Callable[[], datetime],
        check_clock: bool = True,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base_url = settings.base_url_of(host)
        self.made_sample = settings.made_sample
        self.check_clock = check_clock
        self.host, self._settings = host, settings
        self._clock = clock
        self._limits = limits or Limits()
        self._sleep, self._jitter, self._elapsed = sleep, jitter, elapsed
        for name in ("httpx", "httpcore"):  # at DEBUG they log headers, and with them the key
            logging.getLogger(name).setLevel(logging.WARNING)
        self._http = httpx.Client(
            headers={"User-Agent": "tokentide", "Accept-Encoding": ACCEPT_ENCODING},
            timeout=httpx.Timeout(self._limits.read_s, connect=self._limits.connect_s),
            follow_redirects=False,
            trust_env=not is_loopback(self.base_url),  # a proxy has no business with this machine
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def now(self) -> datetime:
        """The known-at of what is asked now (aware UTC)."""
        return self._clock().astimezone(UTC)

    def refuse_the_past(self, remedy: str) -> None:
        """Refuse to ask an upstream that only answers as of now for a run that stands at an earlier moment.

        Raises:
            AsOfError: `--as-of` replaced the clock, and the upstream is not on this machine.
        """
        if not self.check_clock and not is_loopback(self.base_url):
            raise AsOfError(
                f"{self.host} only answers as of now, so with --as-of its rows would be dated before they were "
                f"known; {remedy}."
            )

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        keyed: bool = False,
        before_attempt: Callable[[], object] = lambda: None,
    ) -> Answer:
        """Ask for `base_url/path` until there is an answer, or no sense in asking again.

        Args:
            path: below the base address.
            params: of the query; no secrets.
            keyed: send the key of the upstream; the Hub answers without one, too. It goes to its own host,
                this machine and allowed hosts only.
            before_attempt: called before every attempt, repeated ones too; what it raises ends the matter.

        Raises:
            UnreachableError: no connection, no whole answer in time, or a server that is out of order.
            UnauthorizedError: 401 or 403, or there is no key that may be sent.
            NotPublishedError: 404.
            RateLimitedError: 429 that outlasted the attempts; `retry_at` if it is known.
            BudgetSpentError: 429 because the daily budget is gone.
            TooLargeError: more than the limit after decompression.
            ClockSkewError: this machine's clock is more than an hour off.
            EnvelopeError: a compression that was not offered.
            MovedError: a redirect.
            UpstreamError: any other status.
        """
        url = f"{self.base_url}/{path.lstrip('/')}"
        key = key_to_send(self._settings, self.host, url) if keyed else None
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        request = self._http.build_request("GET", url, params=params, headers=headers)
        ends_at = self._elapsed() + self._limits.total_s
        attempt = 0
        while True:
            attempt += 1
            before_attempt()
            result = self._attempt(request, key, ends_at - self._elapsed())
            if isinstance(result, Answer):
                return result
            pause_s = self._pause_s(attempt, result.wait_s)
            out_of_time = self._elapsed() + pause_s >= ends_at
            too_long = result.wait_s > self._limits.longest_pause_s
            if not result.try_again or attempt == self._limits.attempts or out_of_time or too_long:
                raise result.error
            self._sleep(pause_s)

    def _pause_s(self, attempt: int, wait_s: float) -> float:
        """Full jitter: anything up to a bound that doubles, but never less than what was asked of us.

        Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
        """
        bound_s = min(self._limits.longest_pause_s, self._limits.pause_s * 2.0 ** (attempt - 1))
        return wait_s + bound_s * self._jitter()

    def _attempt(self, request: httpx.Request, key: str | None, left_s: float) -> Answer | Refusal:
        url, host = str(request.url), request.url.host
        try:
            return within(
                min(self._limits.attempt_s, left_s), lambda given_up: self._ask(request, key, given_up)
            )
        except TimeoutError:
            why = "no whole answer in time"
        except httpx.TimeoutException:
            why = "it did not answer in time"
        except (httpx.TransportError, httpx.DecodingError) as error:
            why = printable(str(error), 160) or type(error).__name__
        message = f"Cannot read {url} ({why}); check the network and whether {host} is up, then run again."
        return Refusal(UnreachableError(message), try_again=True)

    def _ask(self, request: httpx.Request, key: str | None, given_up: Event) -> Answer | Refusal:
        response = self._http.send(request, stream=True)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            self._compare_clocks(headers, request.url.host)
            if response.status_code == httpx.codes.OK:
                body = read_body(response, self._limits.body_bytes, given_up)
                return Answer(str(request.url), response.status_code, headers, body, self.now())
            return refusal(
                response.status_code,
                headers,
                _read_error(response, given_up),
                url=str(request.url),
                now=self.now(),
                key=key,
                host=self.host,
            )
        finally:
            response.close()

    def _compare_clocks(self, headers: Mapping[str, str], host: str) -> None:
        theirs = server_time(headers)
        if self.check_clock and theirs is not None and abs(theirs - self.now()) > CLOCK_TOLERANCE:
            raise ClockSkewError(
                f"This machine's clock says {self.now():%Y-%m-%dT%H:%MZ}, {host} says "
                f"{theirs:%Y-%m-%dT%H:%MZ}; set the clock (NTP), then run again."
            )


def _read_error(response: httpx.Response, given_up: Event) -> bytes:
    """The body of a refusal, as far as it is of use; an odd one must not hide the status."""
    try:
        return read_body(response, _ERROR_BODY_BYTES, given_up)
    except (TooLargeError, httpx.TransportError, httpx.DecodingError):
        return b""
