"""The wire to Slack: one attempt, no redirect, no endless answer, no log."""

import logging
from http.client import HTTPException, HTTPResponse, InvalidURL
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from schemas.addresses import is_loopback
from tasks.alerts.outcomes import Outcome, Verdict

TIMEOUT_SECONDS: Final = 10
# The SDK logs addresses, which may be secrets, below WARNING. A logger that is registered nowhere cannot be turned
# up by anybody, and what happened is in the outcome.
SILENT: Final = logging.Logger("tokentide.slack", level=logging.CRITICAL)
UNANSWERED: Final = (OSError, HTTPException)
"""What an attempt raises that got no answer (`URLError` is an `OSError`)."""
_LONGEST_ANSWER: Final = 64 * 1024
_MAY_HAVE_LEFT: Final = (BrokenPipeError, ConnectionAbortedError, ConnectionResetError)


def ask(url: str, request: Request) -> tuple[int, dict[str, str], str]:
    """Status, headers (names in lower case) and body of the answer, whatever the status.

    Raises:
        OSError, HTTPException: there was none (`UNANSWERED`).
    """
    # A proxy of the environment is not asked for what is on this machine.
    direct = [ProxyHandler({})] if is_loopback(url) else []
    try:
        answer: HTTPResponse | HTTPError = build_opener(_NoRedirect, *direct).open(
            request, timeout=TIMEOUT_SECONDS
        )
    except HTTPError as error:
        answer = error
    with answer:
        body = answer.read(_LONGEST_ANSWER).decode("utf-8", errors="replace")
        return answer.status or 0, {name.lower(): value for name, value in answer.headers.items()}, body


def unanswered(error: Exception) -> Outcome:
    """The outcome of an attempt that got no answer: whether it may have arrived all the same."""
    if isinstance(error, InvalidURL):
        return Outcome(Verdict.OFF, "the address is no URL")
    if isinstance(error, URLError):
        verdict = Verdict.AMBIGUOUS if isinstance(error.reason, _MAY_HAVE_LEFT) else Verdict.LATER
        return Outcome(verdict, f"no connection to Slack ({type(error.reason).__name__})")
    return Outcome(Verdict.AMBIGUOUS, f"no answer from Slack ({type(error).__name__})")


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would turn a post into a GET somewhere else, and take that answer for Slack's."""

    def redirect_request(self, *_: object) -> None:
        """Leave the redirect as the answer that it is."""
