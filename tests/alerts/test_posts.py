"""What makes two messages the same: everything about the fact but its words."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.alerts import Direction, Disposition
from schemas.windows import Window
from storage.engine import reading, writing
from storage.events import LedgerKey
from storage.outbox import read_waiting
from tasks.alerts.blocks import build
from tasks.alerts.ledger import Change, Kind
from tasks.alerts.messages import Credits
from tasks.alerts.posts import Post, make_due
from tests.support.made_evidence import settled
from tests.support.made_rules import crossing

W21 = Window.parse("2026-W21")
CHANGE = Change(Kind.NEW, W21, Direction.UP, None, None, None, Disposition.NOTIFY, told=True)
KEY = LedgerKey("made-crossing", "a meaning", "CN")
NO_EVENT: Any = None
"""These messages are compared with each other, not with the ledger."""
POST = Post(crossing(), KEY, CHANGE, NO_EVENT, 1, "A sentence", build("A sentence", []))


@pytest.mark.parametrize(
    ("other", "messages"),
    [
        (replace(POST, message=build("Other words", [])), 1),
        (replace(POST, key=replace(KEY, rule="another-rule")), 2),
        (replace(POST, key=replace(KEY, meaning="another")), 2),
        (replace(POST, key=replace(KEY, subject="US")), 2),
        (replace(POST, revision=2), 2),
        (replace(POST, change=replace(CHANGE, window=W21.next())), 2),
        (replace(POST, change=replace(CHANGE, direction=Direction.DOWN)), 2),
        (replace(POST, change=replace(CHANGE, kind=Kind.RETRACTED)), 2),
    ],
)
def test_a_message_is_due_once_for_each_fact(engine: Engine, other: Post, messages: int) -> None:
    """The same fact in other words is the same message; another rule, subject or turn is another one."""
    with writing(engine) as connection:
        make_due(connection, [POST, other], "a cause", Credits("Source: a test."), settled(2))
    with reading(engine) as connection:
        assert len(read_waiting(connection)) == messages
