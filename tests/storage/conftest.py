"""A fresh home for each test of the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.settings import SampleSettings, Settings
from storage.archive import Archive
from storage.engine import open_database
from tests.support.made_answers import Book


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that know nothing but a home which does not exist yet."""
    return SampleSettings(TOKENTIDE_HOME=tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The embedded database of that home."""
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def book(engine: Engine, settings: Settings) -> Book:
    """Database and archive together."""
    return Book(engine, Archive(settings.archive_root))
