"""The made history on each of the two engines, recorded and exported once for all tests that only read it."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.settings import Settings
from storage.engine import open_database, reading
from tasks.exporting.export import Exported, export
from tasks.exporting.files import FileFormat
from tests.support.databases import ENGINES, settings_on
from tests.support.made_history import STANDPOINT, made_history


@dataclass(frozen=True)
class Recorded:
    """A database in which the made history is recorded, and the settings under which it is read."""

    engine: Engine
    settings: Settings

    def write(
        self, out: Path, as_of: datetime = STANDPOINT, formats: tuple[FileFormat, ...] = tuple(FileFormat)
    ) -> Exported:
        """Write an export of it to a folder."""
        with reading(self.engine) as connection:
            return export(connection, self.settings, as_of, out, formats)


@pytest.fixture(scope="session", autouse=True)
def _thawed() -> Iterator[None]:
    """Take back, when all tests are done, the freeze of the command line: DuckDB would report itself as leaked."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="package", params=ENGINES)
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """The history on either engine. Tests only read it."""
    with settings_on(request.param, tmp_path_factory.mktemp("history")) as settings:
        engine = open_database(settings)
        yield Recorded(engine, made_history(engine, settings))
        engine.dispose()


@pytest.fixture(scope="package")
def out(history: Recorded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a whole export of it, in both formats. Tests only read it."""
    folder = tmp_path_factory.mktemp("exported") / "out"
    history.write(folder)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Recorded]:
    """The history in an embedded database of the test's own."""
    with settings_on("sqlite", tmp_path / "home") as settings:
        engine = open_database(settings)
        yield Recorded(engine, made_history(engine, settings))
        engine.dispose()
