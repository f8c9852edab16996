"""The steps of runs without Prefect, for processes of their own that may be killed at any moment."""

import multiprocessing
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import func, select

from flows.sample import made
from schemas.settings import Settings
from storage.asof import TABLES
from storage.engine import open_database, reading, writing
from tasks.alerts.deliver import deliver
from tasks.alerts.slack import senders
from tasks.history import fetch_piece, plan
from tasks.ingest import fetch_rankings, record, update_catalogue
from tasks.measuring import measure
from tasks.reading import Reading
from tasks.remeasuring import keep_points
from tasks.run import RunContext, run_context
from tasks.telling import judge_rules
from tests.support.processes import until

_SPAWN: Final = multiprocessing.get_context("spawn")  # Polars does not survive a fork


class Worker:
    """A process that has imported everything and waits for something to do."""

    def __init__(self) -> None:
        self._line, other_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(other_end,), daemon=True)
        self._process.start()
        other_end.close()

    def begin(self, work: Callable[..., None], *arguments: Any) -> None:
        """Have it do something; returns when it has begun."""
        self._line.send((work, arguments))
        self._line.recv()

    def kill(self) -> None:
        """End it as nothing can prevent: SIGKILL."""
        self._process.kill()
        self._process.join()

    def ended(self) -> int | None:
        """Its exit status, once it is done."""
        self._process.join()
        return self._process.exitcode


def _work(line: Connection) -> None:
    work, arguments = line.recv()
    line.send("begun")
    work(*arguments)


def weekly(settings: Settings, snapshot: date) -> None:
    """What the weekly flow does, as of the look at an export."""
    with run_context(settings, as_of=made.looked_at(snapshot)) as run:
        take_in(run)
        known = tell(run)
        send(run)
        keep_points(run, known)


def backfill(settings: Settings, snapshot: date, start: date, end: date) -> None:
    """What the backfill flow does, as of the look at an export."""
    with run_context(settings, as_of=made.looked_at(snapshot)) as run:
        for piece in plan(run, start, end, again=True):
            for receipt in fetch_piece(run, piece).receipts:
                record(run, receipt)


def deliver_alerts(settings: Settings, snapshot: date) -> None:
    """What the delivery flow does, as of the look at an export."""
    with run_context(settings, as_of=made.looked_at(snapshot)) as run:
        send(run)


def hold(settings: Settings, held: Path, released: Path) -> None:
    """Hold the database as a writer does, from when the file `held` is there until `released` is."""
    engine = open_database(settings)
    with writing(engine):
        held.touch()
        until(lambda: released.exists() or None, seconds=120, said=lambda: "nobody let the holder go")
    engine.dispose()


def daily(settings: Settings, first: date, last: date, acknowledged: Path) -> None:
    """A run a day from the newest one that is recorded, or from `first`, up to `last`.

    What is done is appended to the file `acknowledged`, when it is done: `recorded 2026-06-25`, `judged …`.
    """
    with acknowledged.open("a") as log:
        snapshot = max(first, _newest(settings) or first)
        while snapshot <= last:
            with run_context(settings, as_of=made.looked_at(snapshot)) as run:
                for word, step in _STEPS:
                    step(run)
                    print(word, snapshot, file=log, flush=True)  # into the file
            snapshot += timedelta(days=1)


def take_in(run: RunContext) -> None:
    """Fetch, archive and record rankings and catalogue."""
    record(run, fetch_rankings(run, "exports"))
    update_catalogue(run)


def tell(run: RunContext) -> Reading:
    """Measure and judge; returns what was measured."""
    measured = measure(run)
    judge_rules(run, measured, notify=True)
    return measured.reading


def send(run: RunContext) -> None:
    """Deliver what is due, without the pause that Slack asks for."""
    deliver(
        run.engine,
        senders(run.settings, run.clock),
        clock=run.clock,
        sleep=lambda _seconds: None,
        random=Random(0),  # noqa: S311 - it spreads retries
    )


_STEPS: Final[tuple[tuple[str, Callable[[RunContext], object]], ...]] = (
    ("recorded", take_in),
    ("judged", tell),
    ("sent", send),
    ("kept", keep_points),
)
"""What a run does of which a word is said when it is done, as the weekly flow does it."""


def _newest(settings: Settings) -> date | None:
    with run_context(settings) as run, reading(run.engine) as connection:
        known_at = TABLES["snapshot"].c.known_at
        newest = connection.execute(select(func.max(known_at, type_=known_at.type))).scalar()
    return newest.date() if newest else None
