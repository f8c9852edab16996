"""A word to a check outside, which speaks up when it no longer hears of us (as Healthchecks does)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from schemas.addresses import is_loopback
from tasks.sources.deadline import within

LONGEST_SECONDS: Final = 5
"""What a check that does not answer may cost a run, each time."""


class Sign(StrEnum):
    """What is said, and what is added to the path of the address for it."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


@dataclass
class Watch:
    """A run that somebody outside hears of; it failed unless it says that it went `well`."""

    well: bool = False


@contextmanager
def watched(address: SecretStr | None) -> Iterator[Watch]:
    """Say at the beginning and at the end of a block that it began, and how it ended; without an address nothing.

    A block that raises failed. A check that cannot be reached changes nothing about the run.
    """
    watch = Watch()
    ping(address, Sign.START)
    try:
        yield watch
    finally:
        ping(address, Sign.SUCCESS if watch.well else Sign.FAIL)


def ping(address: SecretStr | None, sign: Sign) -> bool:
    """Ask for the address once, with the sign on its path; whether it answered that it heard.

    No redirect is followed, no answer read, nothing tried again, and neither error nor log holds the address,
    which is a secret.
    """
    if address is None:
        return False
    secret = address.get_secret_value()
    try:
        return within(LONGEST_SECONDS, lambda _: _ask(secret, sign))
    except Exception:  # whatever is wrong there, and whatever it would say of the address
        return False


def _ask(address: str, sign: Sign) -> bool:
    import httpx

    for name in ("httpx", "httpcore"):  # at INFO they log the address
        logging.getLogger(name).setLevel(logging.WARNING)
    url = httpx.URL(address)
    url = url.copy_with(path=url.path.rstrip("/") + sign)
    with (
        httpx.Client(
            headers={"User-Agent": "tokentide"},
            timeout=LONGEST_SECONDS,
            follow_redirects=False,
            trust_env=not is_loopback(address),
        ) as client,
        client.stream("GET", url) as answer,
    ):
        return answer.is_success
