"""A worker in a process of its own that delivers what is due, and can die by SIGKILL at an exact step.

`python -m tests.support.worker ADDRESS STEP LATE`: the database is that of the environment's settings, ADDRESS a
webhook, or a bot's as `CHANNEL@BASE_URL`, STEP one of `BOT_STEPS` or `none`, and LATE how many seconds after `NOW`
its clock stands. `… judge` judges, and dies in between.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from unittest.mock import patch

from pydantic import SecretStr

from schemas.alerts import Delivery, Message, Place
from schemas.charts import Chart
from schemas.settings import load_settings
from schemas.slack_settings import BotAddress
from storage.engine import open_database, writing
from tasks.alerts import deliver, judge, posts
from tasks.alerts.bot import Bot
from tasks.alerts.outcomes import Outcome
from tasks.alerts.sender import Sender
from tasks.alerts.slack import Webhook
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing
from tests.support.slack import SECRET_TOKEN

NOW: Final = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
STEPS: Final = ("before claim", "after claim", "after send", "after mark")
BOT_STEPS: Final = (*STEPS, "after attach")


def die(*_: object, **__: object) -> None:
    """End here and now, as a machine that loses power does: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """Dies right before or right after a message, or a file, leaves."""

    def __init__(self, sender: Sender, step: str) -> None:
        self.sender, self.step = sender, step

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Send once, if it gets that far."""
        if self.step == "after claim":
            die()
        outcome = self.sender.send(message, thread)
        if self.step == "after send":
            die()
        return outcome

    def edit(self, message: Message, place: Place) -> Outcome:
        """Edit once."""
        return self.sender.edit(message, place)

    def attach(self, chart: Chart, title: str, place: Place) -> Outcome:
        """Attach once, if it gets that far."""
        outcome = self.sender.attach(chart, title, place)
        if self.step == "after attach":
            die()
        return outcome


def sender_of(address: str, now: datetime) -> Sender:
    """A webhook, or a bot."""
    channel, at, base_url = address.partition("@")
    if at:
        return Bot(BotAddress(base_url, SecretStr(SECRET_TOKEN), channel), lambda: now)
    return Webhook(SecretStr(address), lambda: now)


def deliver_once(address: str, step: str, late: timedelta) -> None:
    """One round of delivery."""
    now = NOW + late
    if step == "before claim":
        patch.object(deliver, "claim", die).start()
    if step == "after mark":
        attempt = deliver._Round.attempt

        def attempt_and_die(this: deliver._Round, delivery: Delivery) -> None:
            attempt(this, delivery)
            die()

        patch.object(deliver._Round, "attempt", attempt_and_die).start()
    engine = open_database(load_settings())
    deliver.deliver(
        engine,
        {"news": Dying(sender_of(address, now), step)},
        clock=lambda: now,
        sleep=lambda _: None,
        random=Random(1),  # noqa: S311
    )
    engine.dispose()


def judge_and_die() -> None:
    """Judge the week that carries China above half, and die between its event and its message."""
    patch.object(posts, "enqueue", die).start()
    engine = open_database(load_settings())
    with writing(engine) as connection:
        judge.judge(connection, [crossing()], evidence([45, 51]), as_of=settled(2))


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        judge_and_die()
    else:
        deliver_once(sys.argv[1], sys.argv[2], timedelta(seconds=float(sys.argv[3])))
