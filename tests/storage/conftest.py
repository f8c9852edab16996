"""A fresh home for each test of the room, on each of the two engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream, serving
from schemas.settings import SampleSettings, Settings
from storage.archive import open_archive
from storage.engine import open_database
from tests.support.databases import ENGINES, settings_on
from tests.support.made_answers import Book


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings that know a home which does not exist yet, and a fresh database of either engine."""
    with settings_on(request.param, tmp_path / "home") as settings:
        yield settings


@pytest.fixture
def embedded(tmp_path: Path) -> Settings:
    """Settings that know nothing but a home, for what is said of the SQLite file in it."""
    return SampleSettings(TOKENTIDE_HOME=tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The database of those settings, opened."""
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def book(engine: Engine, settings: Settings) -> Book:
    """Database and archive together."""
    return Book(engine, open_archive(settings))


@pytest.fixture
def upstream() -> Iterator[SampleUpstream]:
    """The made upstream with all of its exports, and a Slack that listens."""
    with serving(made.VINTAGES[-1]) as running:
        yield running


@pytest.fixture
def fed(settings: Settings, upstream: SampleUpstream) -> Settings:
    """The settings of either engine, with that upstream and that Slack."""
    return SampleSettings(
        TOKENTIDE_HOME=settings.home,
        TOKENTIDE_DATABASE_URL=settings.database_url,
        TOKENTIDE_REFERENCE=REFERENCE,
        OPENROUTER_BASE_URL=upstream.base_url,
        SLACK_WEBHOOK_URL=upstream.webhook_url,
    )
