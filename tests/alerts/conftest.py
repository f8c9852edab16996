"""An empty database and a loopback Slack for tests of alerts."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from schemas.settings import load_settings
from storage.engine import open_database
from tests.support.slack import SlackServer, loopback_slack


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A migrated, empty SQLite database in the test's own home."""
    engine = open_database(load_settings())
    yield engine
    engine.dispose()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A running Slack that answers `ok` unless told otherwise."""
    with loopback_slack() as server:
        yield server
