"""An empty database and a loopback Slack for tests of alerts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.settings import load_settings
from storage.engine import open_database
from tests.support.databases import ENGINES, settings_on
from tests.support.slack import SlackServer, loopback_slack


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """A migrated, empty database of either engine, which is also that of the test's environment."""
    with settings_on(request.param, tmp_path / "home") as settings:
        if settings.database_url is not None:
            monkeypatch.setenv("TOKENTIDE_DATABASE_URL", settings.database)
        engine = open_database(settings)
        yield engine
        engine.dispose()


@pytest.fixture
def embedded() -> Iterator[Engine]:
    """The database that commands find by themselves: SQLite in the test's own home."""
    engine = open_database(load_settings())
    yield engine
    engine.dispose()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A running Slack that answers `ok` unless told otherwise."""
    with loopback_slack() as server:
        yield server
