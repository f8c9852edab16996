"""A worker in a process of its own that delivers what is due, and can die by SIGKILL at an exact step.

`python -m tests.support.worker WEBHOOK STEP LATE`: the database is that of the environment's settings, STEP one of
`STEPS` or `none`, and LATE how many seconds after `NOW` its clock stands. `… judge` judges, and dies in between.
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
from schemas.settings import load_settings
from storage.engine import open_database, writing
from tasks.alerts import deliver, judge, posts
from tasks.alerts.outcomes import Outcome
from tasks.alerts.slack import Webhook
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing

NOW: Final = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
STEPS: Final = ("before claim", "after claim", "after send", "after mark")


def die(*_: object, **__: object) -> None:
    """End here and now, as a machine that loses power does: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingWebhook(Webhook):
    """Dies right before or right after the message leaves."""

    step = "none"

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Send once, if it gets that far."""
        if self.step == "after claim":
            die()
        outcome = super().send(message, thread)
        if self.step == "after send":
            die()
        return outcome


def deliver_once(webhook: str, step: str, late: timedelta) -> None:
    """One round of delivery."""
    now = NOW + late
    DyingWebhook.step = step
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
        {"news": DyingWebhook(SecretStr(webhook), lambda: now)},
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
