"""Delivery: what is due goes out once, a second apart; what fails is tried again later, or seen to be dead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import Connection, Engine

from schemas.alerts import COMPANIONS, Delivery
from storage.engine import reading, writing
from storage.leases import MAX_ATTEMPTS, Fate, claim, finish, hold, reap, release
from storage.outbox import Waiting, enqueue, fold_into_digest, read_waiting
from tasks.alerts.blocks import build, marked_as_possible_duplicate
from tasks.alerts.companions import ATTEMPTS, accompany, send_companion
from tasks.alerts.messages import undelivered_digest
from tasks.alerts.outcomes import Outcome, Verdict, backoff
from tasks.alerts.sender import Sender

PAUSE_SECONDS: Final = 1.0
"""Slack takes one message a second for each webhook."""
OLD: Final = timedelta(days=7)
"""What could not be delivered for longer than a window is told in one message."""
_FATES: Final = {
    Verdict.SENT: Fate.SENT,
    Verdict.LATER: Fate.DUE,
    Verdict.AMBIGUOUS: Fate.DUE,
    Verdict.DEAD: Fate.DEAD,
    Verdict.OFF: Fate.HELD,
}


@dataclass(slots=True)
class Delivered:
    """What a delivery did, in first lines of messages.

    Attributes:
        sent: what went out.
        dead: what will never go out, each with its reason; any of it fails the run.
        foregone: edits and charts that will never go out, each with its reason; none of it fails the run.
        problems: what kept messages back, one sentence each.
        waiting: everything that is still to be delivered, also what has no destination.
    """

    sent: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    foregone: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


def deliver(
    engine: Engine,
    senders: Mapping[str, Sender],
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    random: Random,
) -> Delivered:
    """Send what is due for the destinations that have a sender; what has none stays due and is listed.

    Every message is claimed and committed before it is sent, so a worker that is killed loses nothing, and
    what may arrive twice says so. A destination that does not answer is left alone until the next delivery.

    Args:
        engine: the database that holds the outbox.
        senders: by destination: `news`, `ops`, `fallback`.
        clock: the time of this run (aware UTC).
        sleep: waits that many seconds.
        random: spreads the retries of several workers.
    """
    this = _Round(engine, senders, clock, sleep, random)
    this.tidy_up()
    while delivery := this.next_due():
        this.attempt(delivery)
    with reading(engine) as connection:
        this.report.waiting = read_waiting(connection)
    return this.report


@dataclass(slots=True)
class _Round:
    """One delivery: what its steps share."""

    engine: Engine
    senders: Mapping[str, Sender]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Random
    report: Delivered = field(default_factory=Delivered)
    spoken_to: set[Sender] = field(default_factory=set)
    paused: set[Sender] = field(default_factory=set)

    def tidy_up(self) -> None:
        """Reap what was killed in its last attempt, try closed addresses again, fold what is old."""
        now = self.clock()
        with writing(self.engine) as connection:
            for each in reap(connection, now):
                reaped = self.report.foregone if each.kind in COMPANIONS else self.report.dead
                reaped.append(f"{each.headline}: {each.last_error}")
            release(connection, list(self.senders), now)
            waiting = read_waiting(connection)
            due = [each for each in waiting if each.state == "due" and each.kind not in COMPANIONS]
            for destination in self.senders:
                old = [
                    each for each in due if each.destination == destination and now - each.created_at > OLD
                ]
                if len(old) > 1:
                    digest = undelivered_digest([each.headline for each in old], old[0].created_at)
                    fold_into_digest(connection, old, f"undelivered|{destination}|{old[-1].id}", digest, now)

    def next_due(self) -> Delivery | None:
        """Claim the next message of a destination that still answers."""
        open_ = [name for name, sender in self.senders.items() if sender not in self.paused]
        if not open_:
            return None
        with writing(self.engine) as connection:
            return claim(connection, open_, self.clock())

    def attempt(self, delivery: Delivery) -> None:
        """Send once, a second after the last message to the same address, and write down what came of it."""
        sender = self.senders[delivery.destination]
        if sender in self.spoken_to:
            self.sleep(PAUSE_SECONDS)
        self.spoken_to.add(sender)
        outcome = self._send(sender, delivery)
        fate = _fate(delivery, outcome)
        if fate in {Fate.DUE, Fate.HELD}:
            self.paused.add(sender)
        with writing(self.engine) as connection:
            self._settle(connection, delivery, fate, outcome)

    def _send(self, sender: Sender, delivery: Delivery) -> Outcome:
        if delivery.is_companion:
            return send_companion(sender, delivery)
        message = delivery.message
        marked = marked_as_possible_duplicate(message) if delivery.possible_duplicate else message
        return sender.send(marked, delivery.thread)

    def _settle(self, connection: Connection, delivery: Delivery, fate: Fate, outcome: Outcome) -> None:
        now = self.clock()
        pause = outcome.retry_after or backoff(delivery.attempts, self.random)
        is_own = finish(
            connection,
            delivery,
            fate,
            now,
            due_at=now + pause if fate is Fate.DUE else now,
            error=outcome.reason or None,
            ambiguous=outcome.verdict is Verdict.AMBIGUOUS,
            place=outcome.place,
        )
        if not is_own:
            return  # its lease ran out and another worker has it: what that one finds out counts
        problem = f"{delivery.message.headline}: {outcome.reason}"
        if delivery.is_companion:
            if fate is Fate.DEAD:
                self.report.foregone.append(problem)
            return
        if fate is Fate.SENT:
            self.report.sent.append(delivery.message.headline)
            accompany(connection, delivery, outcome.place, now)
            return
        if fate is Fate.DEAD:
            self.report.dead.append(problem)
            self._tell_fallback(connection, delivery, f"dead|{delivery.id}", problem)
            return
        self.report.problems.append(problem)
        if fate is Fate.HELD:
            sender = self.senders[delivery.destination]
            hold(connection, [name for name, each in self.senders.items() if each == sender], outcome.reason)
            self._tell_fallback(connection, delivery, f"off|{delivery.destination}|{now.date()}", problem)

    def _tell_fallback(self, connection: Connection, delivery: Delivery, key: str, problem: str) -> None:
        """Say on another address that this one does not take a message; at most once for each key."""
        fallback = self.senders.get("fallback")
        if fallback is None or fallback == self.senders[delivery.destination]:
            return
        enqueue(
            connection,
            dedupe_key=key,
            kind="undeliverable",
            destination="fallback",
            message=build(f"A message for {delivery.destination} could not be delivered", [problem]),
            event_id=None,
            now=self.clock(),
        )


def _fate(delivery: Delivery, outcome: Outcome) -> Fate:
    """What becomes of an attempt; what goes with a message is given up where a message would be kept."""
    fate = _FATES[outcome.verdict]
    gives_up = delivery.attempts >= (ATTEMPTS if delivery.is_companion else MAX_ATTEMPTS)
    is_off = fate is Fate.HELD and delivery.is_companion
    return Fate.DEAD if is_off or (fate is Fate.DUE and gives_up) else fate
