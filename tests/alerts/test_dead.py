"""Dead messages: a person tries them again, or gives them up."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from storage.dead import cancel, read_dead, retry
from storage.engine import reading, writing
from storage.leases import MAX_ATTEMPTS, Fate, claim, finish
from storage.outbox import enqueue, read_waiting
from tasks.alerts.blocks import build

NOW = datetime(2026, 7, 2, 3, tzinfo=UTC)


def kill(engine: Engine, *names: str) -> None:
    """Make messages, and see each of them die."""
    for name in names:
        with writing(engine) as connection:
            enqueue(
                connection,
                dedupe_key=name,
                kind="new",
                destination="news",
                message=build(name, []),
                event_id=None,
                now=NOW,
            )
            delivery = claim(connection, ["news"], NOW)
            assert delivery is not None
            finish(connection, delivery, Fate.DEAD, NOW, due_at=NOW, error=f"{name} is poison")


def dead(engine: Engine) -> list[tuple[int, str, str | None]]:
    """Number, first line and reason."""
    with reading(engine) as connection:
        return [(each.id, each.headline, each.last_error) for each in read_dead(connection)]


def test_the_dead_are_listed_with_their_reasons(engine: Engine) -> None:
    """Oldest first, each with what went wrong."""
    kill(engine, "one", "two")
    assert dead(engine) == [(1, "one", "one is poison"), (2, "two", "two is poison")]


def test_a_dead_message_is_tried_again_with_all_its_attempts(engine: Engine) -> None:
    """It is due at once; only those that were dead are touched."""
    kill(engine, "one", "two")
    with writing(engine) as connection:
        assert retry(connection, [2, 7], NOW) == [2]
        for _ in range(MAX_ATTEMPTS):
            delivery = claim(connection, ["news"], NOW)
            assert delivery is not None
            finish(connection, delivery, Fate.DUE, NOW, due_at=NOW)
    assert [number for number, *_ in dead(engine)] == [1]


def test_a_dead_message_can_be_given_up(engine: Engine) -> None:
    """It is neither dead nor due any more, and its row stays."""
    kill(engine, "one")
    with writing(engine) as connection:
        assert cancel(connection, [1]) == [1]
        assert cancel(connection, [1]) == []
        assert read_waiting(connection) == []
    assert dead(engine) == []
