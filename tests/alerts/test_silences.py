"""Silences: what they cover is recorded and kept, and never sent; nothing else is touched."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from storage.engine import reading, writing
from storage.silences import active_silences, add_silence, expire_silence, read_silences
from tests.alerts.test_judge import alerts, headlines, look
from tests.support.made_evidence import settled
from tests.support.made_rules import crossing


def silence(engine: Engine, rule: str = "made-*", subject: str = "*", *, weeks: int = 2) -> int:
    """Silence a rule from before the first week until after so many settled."""
    with writing(engine) as connection:
        return add_silence(
            connection,
            rule=rule,
            subject=subject,
            author="a test",
            reason="to see",
            now=settled(1) - timedelta(days=1),
            expires_at=settled(weeks) + timedelta(seconds=1),
        )


def states(engine: Engine) -> list[tuple[str, str]]:
    """State and first line of every message about a fact."""
    with reading(engine) as connection:
        rows = connection.execute(
            text("SELECT state, text FROM outbox_message WHERE event_id IS NOT NULL ORDER BY id")
        )
        return [(state, said.split(",")[0]) for state, said in rows]


def test_a_silenced_message_is_kept_and_not_sent(engine: Engine) -> None:
    """The fact is in the ledger as silenced, its message in the outbox as silenced, and nothing is due."""
    number = silence(engine)
    look(engine, [45])
    look(engine, [45, 51])
    assert alerts(engine) == [("2026-W21", "UP", "active", "silenced")]
    assert headlines(engine) == []
    assert states(engine) == [("silenced", "China's models carried 51.0 % of OpenRouter's tokens")]
    with reading(engine) as connection:
        assert [(each.id, each.kept) for each in read_silences(connection)] == [(number, 1)]


def test_what_nobody_heard_of_is_not_corrected(engine: Engine) -> None:
    """After the silence is over, the retraction of a silenced fact is told to nobody."""
    silence(engine)
    look(engine, [45])
    look(engine, [45, 51])
    look(engine, [45, 49, 49])
    assert alerts(engine) == [("2026-W21", "UP", "retracted", "silenced")]
    assert headlines(engine) == []


def test_a_correction_can_be_silenced_too(engine: Engine) -> None:
    """What was told before the silence stays told; its correction is kept back."""
    look(engine, [45])
    look(engine, [45, 51])
    silence(engine, weeks=3)
    look(engine, [45, 49, 49])
    assert alerts(engine) == [("2026-W21", "UP", "retracted", "notify")]
    assert [state for state, _ in states(engine)] == ["due", "silenced"]


@pytest.mark.parametrize(("rule", "subject"), [("made-lead", "*"), ("made-*", "US*"), ("MADE-*", "*")])
def test_others_are_heard(engine: Engine, rule: str, subject: str) -> None:
    """A silence covers the rules and subjects that its patterns match, and no others."""
    silence(engine, rule, subject)
    look(engine, [45], crossing())
    look(engine, [45, 51], crossing())
    assert [state for state, _ in states(engine)] == ["due"]


def test_a_silence_ends_by_itself(engine: Engine) -> None:
    """From its last moment on everything is heard again."""
    silence(engine, weeks=1)
    look(engine, [45])
    look(engine, [45, 51])
    assert [state for state, _ in states(engine)] == ["due"]


def test_a_silence_covers_nothing_from_before_it_was_asked_for(engine: Engine) -> None:
    """A run that looks from an earlier moment is not silenced by what was asked for later."""
    silence(engine)
    with reading(engine) as connection:
        before = settled(1) - timedelta(days=1, seconds=1)
        assert active_silences(connection, before) == []
        assert len(active_silences(connection, before + timedelta(seconds=1))) == 1


def test_a_silence_can_be_ended_once(engine: Engine) -> None:
    """Who ends it early is told whether there was one; its row stays."""
    number = silence(engine)
    now = settled(1)
    with writing(engine) as connection:
        assert expire_silence(connection, number, now)
        assert not expire_silence(connection, number, now)
        assert active_silences(connection, now) == []
        assert len(read_silences(connection)) == 1
