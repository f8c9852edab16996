"""A database with an outbox, a clock that a test moves, and rounds of delivery to loopback Slacks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from pydantic import SecretStr
from sqlalchemy import Engine

from storage.engine import reading, writing
from storage.outbox import enqueue, read_waiting
from tasks.alerts.blocks import build
from tasks.alerts.bot import Bot
from tasks.alerts.deliver import Delivered, deliver
from tasks.alerts.sender import Sender
from tasks.alerts.slack import Webhook
from tests.support.slack import SlackServer

NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """An outbox and who empties it: a webhook, or a bot where `by_bot`."""

    engine: Engine
    by_bot: bool = False
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def put(self, *names: str, destination: str = "news", event: int | None = None) -> None:
        """Make messages due, each called by its name."""
        with writing(self.engine) as connection:
            for name in names:
                enqueue(
                    connection,
                    dedupe_key=name,
                    kind="new",
                    destination=destination,
                    message=build(name, []),
                    event_id=event,
                    now=self.now,
                )

    def deliver(self, **servers: SlackServer) -> Delivered:
        """One round of delivery to the Slack of each destination."""
        senders = {name: self._sender(server) for name, server in servers.items()}
        jitter = Random(1)  # noqa: S311
        return deliver(self.engine, senders, clock=lambda: self.now, sleep=self.slept.append, random=jitter)

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """Name and state of what was not delivered yet."""
        with reading(self.engine) as connection:
            return [(each.headline, each.state) for each in read_waiting(connection)]

    def _sender(self, server: SlackServer) -> Sender:
        if self.by_bot:
            return Bot(server.bot, lambda: self.now)
        return Webhook(SecretStr(server.url), lambda: self.now)
