"""The archive alone gives the same facts again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from schemas.errors import AsOfError, EnvelopeError, RefusedAnswerError, StorageError
from schemas.receipts import Asked, Channel
from schemas.settings import Settings
from schemas.tables.alerts import AlertRule
from storage.asof import TABLES
from storage.engine import reading, writing
from storage.replay import FACTS, ReplayOutcome, replay
from tests.support.made_answers import READERS, Book, body_of, day, noon

FIRST = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}
CHILDREN: dict[str, object] = {"finetune": 1, "adapter": 2, "merge": 3, "quantized": 4}
SECOND = {(day(2), "z/z"): 20, (day(2), "other"): 3}


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of its columns."""
    with reading(engine) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in TABLES.items()
        }


@pytest.fixture
def eventful(book: Book) -> Book:
    """A history with everything in it: two channels, restated, withdrawn, late, spoiled and refused answers."""
    book.take(FIRST, noon(10), channel=Channel.EXPORTS)
    book.take(FIRST | SECOND, noon(5))  # fetched as of an earlier moment than the answer before it
    book.take(FIRST | SECOND | {(day(1), "a/b"): 11}, noon(11), bad=[day(3)])
    book.take({key: tokens for key, tokens in FIRST.items() if key[1] != "c/d"}, noon(12))
    book.take(FIRST, noon(12), channel=Channel.EXPORTS, nonce="the same facts")
    book.take_catalogue([("a/b", "", 1), ("c/d", "", 2)], noon(12))
    book.take_catalogue([("a/b", "", 3)], noon(13))
    book.take_lists([("a/b", day(13), day(13), [CHILDREN]), ("c/d", day(13), day(13), [CHILDREN])], noon(13))
    with pytest.raises(RefusedAnswerError):
        book.take({(day(1), "a/b"): 1}, noon(14))
    with pytest.raises(AsOfError):
        book.take(FIRST, noon(6))
    with pytest.raises(EnvelopeError):
        book.record(book.keep(b"not understood", noon(15)))
    book.keep(b"{}", noon(15), Channel.MANIFEST)
    return book


def test_a_replay_gives_identical_tables(eventful: Book, settings: Settings) -> None:
    """Every table, to the number of each vintage and model; refused answers are refused again."""
    before = dump(eventful.engine)
    assert replay(settings, READERS) == ReplayOutcome(answers=11, vintages=7, refused=3)
    assert dump(eventful.engine) == before


def test_lost_facts_come_back(eventful: Book, settings: Settings) -> None:
    """Whatever happened to the fact tables, the archive decides."""
    before = dump(eventful.engine)
    with writing(eventful.engine) as connection:
        for name in reversed(FACTS):
            connection.execute(text(f"DELETE FROM {name}"))
    replay(settings, READERS)
    assert dump(eventful.engine) == before


def test_what_is_no_fact_is_left_alone(eventful: Book, settings: Settings) -> None:
    """Ledger, runs, due messages and budget are in no archive."""
    with writing(eventful.engine) as connection:
        rule = {"rule": "r", "meaning": "m", "active_from": noon(1), "evaluated_at": noon(1)}
        connection.execute(TABLES[str(AlertRule.__tablename__)].insert().values(rule))
    replay(settings, READERS)
    assert dump(eventful.engine)["alert_rule"] == [("r", "m", noon(1), noon(1))]


def test_every_table_is_a_fact_or_left_alone_on_purpose() -> None:
    """A new table has to say on which side it is."""
    kept = {"run", "api_budget", "alert_rule", "alert_event", "alert_change", "silence", "outbox_message"}
    kept |= {
        "metric_definition",
        "metric_word",
        "measurement",
        "measured_window",
        "metric_point",
        "metric_window",
    }
    assert set(TABLES) == {*FACTS, *kept}


def test_bytes_that_a_manifest_did_not_promise_are_refused_again(book: Book, settings: Settings) -> None:
    """What was archived but never recorded is not recorded by a replay either."""
    book.keep(body_of(FIRST), noon(2), Channel.EXPORTS, Asked(sha256="0" * 64))
    assert replay(settings, READERS).refused == 1
    assert dump(book.engine)["observation"] == []


def test_a_damaged_archive_changes_nothing(eventful: Book, settings: Settings) -> None:
    """The facts stay until a whole new set of them is there."""
    before = dump(eventful.engine)
    receipt = list(eventful.archive.receipts())[5]
    (Path(settings.archive_place) / "payloads" / receipt.sha256[:2] / receipt.sha256).write_bytes(b"")
    with pytest.raises(StorageError, match="is damaged"):
        replay(settings, READERS)
    assert dump(eventful.engine) == before
    assert list(settings.home.glob("replay-*")) == []


def test_answers_that_come_during_a_replay_are_in_it(
    book: Book, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer recorded after the archive was listed, and before the swap, is not lost."""
    from storage import replay as module

    book.take(FIRST, noon(2))
    swap: Callable[..., None] = module._swap

    def late(*connections: Any) -> None:
        swap(*connections)
        book.keep(body_of(SECOND), noon(3))

    monkeypatch.setattr(module, "_swap", late)
    assert replay(settings, READERS) == ReplayOutcome(answers=2, vintages=2)
    assert len(dump(book.engine)["snapshot"]) == 2


def test_an_empty_archive_replays_to_nothing(settings: Settings) -> None:
    """A new home is not an error."""
    assert replay(settings, READERS) == ReplayOutcome()
