"""Whatever order of vintages comes: recording, reading as of a moment, and replaying agree with a plain model."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.errors import RefusedAnswerError
from storage.archive import open_archive
from storage.asof import TABLES
from storage.engine import open_database, reading
from storage.headline import read_headline
from storage.replay import FACTS, replay
from tests.support.databases import ENGINES, settings_on
from tests.support.made_answers import READERS, Book, day, noon

DAYS = st.sampled_from([day(1), day(2), day(3)])
SLUGS = st.sampled_from(["a/b", "a/b:free", "c/d", "e/f", "other"])
Rows = dict[tuple[date, str], int]


@dataclass
class Answer:
    """A made answer; `edits` are applied to the rows of the one before, so that most things stay."""

    edits: Rows
    drops: set[tuple[date, str]]
    bad: list[date | None]
    hours_later: int


ANSWERS = st.builds(
    Answer,
    edits=st.dictionaries(st.tuples(DAYS, SLUGS), st.integers(0, 3), max_size=6),
    drops=st.sets(st.tuples(DAYS, SLUGS), max_size=3),
    bad=st.lists(st.one_of(st.none(), DAYS), max_size=2),
    hours_later=st.integers(0, 30),
)


@dataclass
class Model:
    """What should be known: the rows of each day, and which days are whole."""

    rows: Rows
    whole: set[date]

    def take(self, rows: Rows, bad: list[date | None]) -> None:
        """Take an answer in, as the rules say in words."""
        days = {on for on, _ in rows} | {on for on in bad if on}
        spoiled = days if None in bad else days & set(bad)
        for on in days - (self.whole & spoiled):
            if on not in spoiled:
                self.rows = {key: tokens for key, tokens in self.rows.items() if key[0] != on}
                self.whole = self.whole | {on}
            self.rows = self.rows | {key: tokens for key, tokens in rows.items() if key[0] == on}

    def counts(self) -> Rows:
        """The rows that count."""
        return {key: tokens for key, tokens in self.rows.items() if key[0] in self.whole}


def feed(book: Book, answers: list[Answer]) -> list[tuple[datetime, Rows]]:
    """Record the answers one after another; returns what should be known at each moment."""
    at, model = noon(10), Model({}, set())
    rows: Rows = {}
    expected: list[tuple[datetime, Rows]] = []
    for answer in answers:
        at += timedelta(hours=answer.hours_later)
        rows = {key: tokens for key, tokens in (rows | answer.edits).items() if key not in answer.drops}
        try:
            book.take(rows, at, bad=answer.bad)
        except RefusedAnswerError:
            continue
        model.take(rows, answer.bad)
        expected.append((at, model.counts()))
        assert book.take(rows, at, bad=answer.bad).snapshot_id is None
    return expected


@pytest.mark.parametrize("kind", ENGINES)
@settings(max_examples=40, deadline=None)
@given(answers=st.lists(ANSWERS, min_size=1, max_size=6))
def test_every_vintage_is_read_as_it_was_known(kind: str, answers: list[Answer]) -> None:
    """Re-recording writes nothing, each moment is read as the model has it, and a replay gives the same tables."""
    with tempfile.TemporaryDirectory() as home, settings_on(kind, Path(home)) as made:
        book = Book(open_database(made), open_archive(made))
        expected = dict(feed(book, answers))  # of several answers at one moment, the last one counts
        assert {at: known(book, at) for at in expected} == expected
        before = facts(book)
        replay(made, READERS)
        assert facts(book) == before
        book.engine.dispose()


def known(book: Book, at: datetime) -> Rows:
    """What a standpoint knows."""
    with reading(book.engine) as connection:
        usage = read_headline(connection, at).usage
    return {(on, slug): tokens for on, slug, tokens in usage.iter_rows()}


def facts(book: Book) -> dict[str, list[tuple[object, ...]]]:
    """Every fact table, row by row."""
    with reading(book.engine) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(TABLES[name]))), key=repr)
            for name in FACTS
        }
