"""A bound on the time of a whole call, not only of each of its steps."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[Event], T]) -> T:
    """What `work` returns, if it does so in time.

    httpx bounds each step of a call, not their sum: a server that sends one header byte a second would
    hold us for hours, and so would a name lookup. So the call runs beside us, and is left behind when it
    takes too long; the event that it was given tells it to stop at its next step.

    Raises:
        TimeoutError: it did not; everything else is what `work` raises.
    """
    result: Future[T] = Future()
    given_up = Event()

    def run() -> None:
        try:
            result.set_result(work(given_up))
        except BaseException as error:  # handed over to the thread that waits
            result.set_exception(error)

    Thread(target=run, name="tokentide-call", daemon=True).start()
    try:
        return result.result(timeout=seconds)
    finally:
        given_up.set()
