"""Start programs of this environment, wait for what they should bring about, and end exactly those."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def running(
    arguments: list[str], *, env: Mapping[str, str], cwd: Path, log: Path, host: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, ended with all its children when the block is left.

    `host` are the words that put it on another host (see `tests.support.hosts`).
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*host, sys.executable, "-m", *arguments],
            env=dict(env),
            cwd=cwd,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def until(what: Callable[[], T | None], *, seconds: float, said: Callable[[], str]) -> T:
    """The first thing that `what` gives; fails with what was `said` when time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := what()) is not None:
            return found
        time.sleep(0.25)
    raise AssertionError(f"nothing after {seconds} s\n{said()}")


def kill_host(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it started, at once and without a word, as a host that loses its power."""
    for pid in [process.pid, *descendants(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    process.wait(15)


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they did, in whatever session they are."""
    children = [
        int(child)
        for tasks in Path(f"/proc/{pid}/task").glob("*/children")
        for child in tasks.read_text().split()
    ]
    return [*children, *(below for child in children for below in descendants(child))]


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 15)):
        if process.poll() is not None:
            break
        os.killpg(process.pid, sign)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
