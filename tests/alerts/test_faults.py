"""What goes wrong in the world, on both engines: nothing is lost, and nothing comes twice without saying so."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from schemas.alerts import Message, Place
from schemas.charts import Chart
from schemas.settings import Settings
from storage.engine import open_database, reading, writing
from storage.leases import LEASE
from storage.outbox import enqueue
from tasks.alerts.blocks import build
from tasks.alerts.deliver import Delivered, deliver
from tasks.alerts.judge import judge
from tasks.alerts.outcomes import Outcome
from tasks.alerts.sender import Sender
from tasks.alerts.slack import Webhook
from tests.support.databases import ENGINES, settings_on
from tests.support.made_charts import CHART
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing
from tests.support.slack import Reply, SlackServer
from tests.support.worker import BOT_STEPS, NOW, STEPS

ROOT = Path(__file__).parents[2]
MARK = "(possible duplicate) "
LATER = LEASE.total_seconds() + 1


@dataclass
class Post:
    """An outbox, and workers on it that are processes of their own."""

    settings: Settings
    engine: Engine
    slack: SlackServer
    names: list[str] = field(default_factory=list)

    def put(self, number: int, chart: Chart | None = None) -> None:
        """Make so many messages due, each with a chart if there is one."""
        self.names = [f"message {place}" for place in range(number)]
        with writing(self.engine) as connection:
            for name in self.names:
                enqueue(
                    connection,
                    dedupe_key=name,
                    kind="new",
                    destination="news",
                    message=replace(build(name, []), chart=chart),
                    event_id=None,
                    now=NOW,
                )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A worker that was started."""
        url = self.settings.database_url
        own = {} if url is None else {"TOKENTIDE_DATABASE_URL": url.get_secret_value()}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.worker", *arguments],
            cwd=ROOT,
            env={**os.environ, **own, "TOKENTIDE_HOME": str(self.settings.home)},
            stderr=subprocess.PIPE,
        )

    def work(self, step: str = "none", late: float = 0, address: str = "") -> int:
        """The exit status of a worker that ended, or was killed."""
        worker = self.start(address or self.slack.url, step, str(late))
        _, said = worker.communicate(timeout=60)
        assert worker.returncode in {0, -signal.SIGKILL}, said.decode()
        return worker.returncode

    def deliver(self, sender: Sender, late: float = 0) -> Delivered:
        """One round of delivery in this process."""
        now = NOW + timedelta(seconds=late)
        jitter = Random(1)  # noqa: S311
        return deliver(self.engine, {"news": sender}, clock=lambda: now, sleep=lambda _: None, random=jitter)

    @property
    def lost(self) -> int:
        """How many messages never arrived."""
        arrived = {headline.removeprefix(MARK) for headline in self.slack.taken}
        return len(set(self.names) - arrived)

    @property
    def unmarked_duplicates(self) -> int:
        """How often a message came again without saying that it might have come before."""
        plain = Counter(headline for headline in self.slack.taken if not headline.startswith(MARK))
        return sum(times - 1 for times in plain.values())

    @property
    def states(self) -> Counter[str]:
        """How many messages are in each state."""
        with reading(self.engine) as connection:
            return Counter(connection.execute(text("SELECT state FROM outbox_message")).scalars())


@pytest.fixture(params=ENGINES)
def post(request: pytest.FixtureRequest, tmp_path: Path, slack: SlackServer) -> Iterator[Post]:
    """An empty outbox on either engine, and a Slack."""
    with settings_on(request.param, tmp_path / "home") as settings:
        engine = open_database(settings)
        yield Post(settings, engine, slack)
        engine.dispose()


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_is_killed_loses_nothing(post: Post, step: str) -> None:
    """Killed at any step, and followed by others, everything arrives; what may be there already says so."""
    post.put(3)
    assert post.work(step) == -signal.SIGKILL
    assert post.work() == 0
    assert post.work(late=LATER) == 0
    assert (post.lost, post.unmarked_duplicates, post.states) == (0, 0, {"sent": 3})
    marked = [headline for headline in post.slack.headlines if headline.startswith(MARK)]
    assert len(marked) == (step in {"after claim", "after send"})
    assert len(post.slack.posts) == 3 + (step == "after send")


@pytest.mark.parametrize("step", BOT_STEPS)
def test_a_bot_that_is_killed_loses_neither_message_nor_chart(post: Post, step: str) -> None:
    """Killed at any step, also between file and mark: everything arrives, and what came again says so."""
    post.put(2, CHART)
    address = f"{post.slack.bot.channel}@{post.slack.bot.base_url}"
    assert post.work(step, address=address) == -signal.SIGKILL
    assert post.work(address=address) == 0
    assert post.work(late=LATER, address=address) == 0
    assert (post.lost, post.unmarked_duplicates, post.states) == (0, 0, {"sent": 4})
    charts = Counter(message["title"] for message in post.slack.made.messages if "file" in message)
    again = {f"{MARK}A sentence": 1} if step == "after attach" else {}
    assert charts == {"A sentence": 2, **again}


def test_a_worker_that_is_killed_while_it_waits_for_slack(post: Post) -> None:
    """Killed from outside in the middle of a send, its message comes again, marked; the others as they are."""
    post.put(2)
    post.slack.replies.append(Reply(held=True))
    worker = post.start(post.slack.url, "none", "0")
    assert post.slack.arrived.wait(30)
    worker.kill()
    worker.communicate()
    post.work()
    post.work(late=LATER)
    assert sorted(post.slack.headlines) == [f"{MARK}message 0", "message 0", "message 1"]


def test_a_judge_that_is_killed_between_event_and_message(post: Post) -> None:
    """Neither is there without the other: the next run writes both, and tells it once."""
    with writing(post.engine) as connection:
        judge(connection, [crossing()], evidence([45]), as_of=settled(1), notify=False)
    worker = post.start("judge")
    worker.communicate(timeout=60)
    assert worker.returncode == -signal.SIGKILL
    assert post.states == {}
    for _ in range(2):
        with writing(post.engine) as connection:
            judge(connection, [crossing()], evidence([45, 51]), as_of=settled(2))
    assert post.states == {"due": 1}


def test_four_workers_share_what_is_due(post: Post) -> None:
    """120 messages and four processes: each arrives once, and none is marked."""
    post.put(120)
    workers = [post.start(post.slack.url, "none", "0") for _ in range(4)]
    for worker in workers:
        _, said = worker.communicate(timeout=120)
        assert worker.returncode == 0, said.decode()
    assert (post.lost, post.unmarked_duplicates) == (0, 0)
    assert (len(post.slack.posts), post.states) == (120, {"sent": 120})


class Overtaken(Webhook):
    """A sender so slow that another worker takes its message over meanwhile."""

    def __init__(self, post: Post, answer: Reply) -> None:
        super().__init__(SecretStr(post.slack.url), lambda: NOW)
        self.post, self.answer = post, answer

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Let the other worker deliver after the lease ran out, and answer too late."""
        other = Webhook(SecretStr(self.post.slack.url), lambda: NOW)
        assert self.post.deliver(other, LATER).sent == [message.headline]
        self.post.slack.replies.append(self.answer)
        return super().send(message, thread)


@pytest.mark.parametrize("answer", [Reply(), Reply(500), Reply(400, "invalid_blocks")])
def test_a_worker_that_comes_back_late_changes_nothing(post: Post, answer: Reply) -> None:
    """What the worker found out that took over is what counts, and the late one reports nothing."""
    post.put(1)
    report = post.deliver(Overtaken(post, answer))
    assert (report.sent, report.dead, report.problems) == ([], [], [])
    assert post.states == {"sent": 1}


@pytest.mark.parametrize(
    "wait", ["7", "Thu, 02 Jul 2026 03:00:30 GMT", "-5", "nan", "inf", "1000000000", "", "soon", "0x10"]
)
def test_a_429_waits_between_a_second_and_an_hour(post: Post, wait: str) -> None:
    """Whatever Slack asks for, the message is tried again within the hour, as it was."""
    post.put(1)
    own = Webhook(SecretStr(post.slack.url), lambda: NOW)
    post.slack.replies.append(Reply(429, "", {"Retry-After": wait}))
    assert post.deliver(own).sent == []
    assert post.deliver(own, late=0.5).sent == []
    assert post.deliver(own, late=3600).sent == ["message 0"]
    assert (post.lost, post.unmarked_duplicates) == (0, 0)


@pytest.mark.parametrize(
    ("reply", "state", "marked"),
    [
        (Reply(lost=True), "sent", True),
        (Reply(500), "sent", True),
        (Reply(408), "sent", True),
        (Reply(400, "invalid_payload"), "dead", False),
        (Reply(200, "<html>Sign in to the proxy</html>"), "dead", False),
        (Reply(302, "", {"Location": "http://127.0.0.1:9/"}), "dead", False),
        (Reply(403, "action_prohibited"), "dead", False),
        (Reply(404, "no_service"), "sent", False),
        (Reply(410), "sent", False),
    ],
)
def test_every_answer_ends_one_message_and_no_other(
    post: Post, reply: Reply, state: str, marked: bool
) -> None:
    """One odd answer: its message is sent again or seen to be dead, and the next one arrives as it is."""
    post.put(2)
    own = Webhook(SecretStr(post.slack.url), lambda: NOW)
    post.slack.replies.append(reply)
    post.deliver(own)
    post.deliver(own, late=3600)
    assert post.states == Counter([state, "sent"])
    assert post.lost == (state == "dead")
    assert post.unmarked_duplicates == 0
    assert any(headline.startswith(MARK) for headline in post.slack.headlines) == marked
