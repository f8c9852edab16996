"""The tables that migrations make are the tables that the code declares."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from schemas.point_frames import VALUES
from schemas.settings import Settings
from schemas.windows import Window
from storage.engine import connect, database_url, make_home, open_database, reading, writing
from storage.event_history import read_alerts
from storage.points import measured_windows, read_points
from storage.revision import REVISIONS, upgrade
from tests.support.databases import ENGINES, settings_on

ROOT = Path(__file__).parents[2]
OLD_ROWS = (
    "INSERT INTO series (id, source, population, grain, channel) VALUES (1, 's', 'p', 'day', 'api')",
    "INSERT INTO model (id, permaslug) VALUES (1, 'a/b')",
    (
        "INSERT INTO archive_receipt (id, channel, url, asked, fetched_at, sha256, bytes, citation)"
        " VALUES ('00000001', 'api', '', '{}', '2026-06-02 12:00:00', '0', 1, '')"
    ),
    (
        "INSERT INTO snapshot (id, series_id, known_at, receipt_id, rows_added, rows_revised, rows_withdrawn)"
        " VALUES (1, 1, '2026-06-02 12:00:00', '00000001', 1, 0, 0)"
    ),
    "INSERT INTO observation (series_id, epoch_day, model_id, snapshot_id, tokens) VALUES (1, 20605, 1, 1, 10)",
    (
        "INSERT INTO day_state (series_id, epoch_day, snapshot_id, row_count, quarantined)"
        " VALUES (1, 20605, 1, 1, 0)"
    ),
)
"""A row of a whole day, as every revision since the first could hold it."""
OLD_EVENT = (
    "INSERT INTO alert_event (id, rule, meaning, subject, window_kind, window_start, window_end, direction,"
    " status, disposition, revision, detail, first_known_at, changed_at)"
    " VALUES (1, 'r', 'm', 's', 'week', '2026-05-25', '2026-05-31', 'UP', 'retracted', 'notify', 2,"
    """ '{"headline": "said", "opposite": "2026-05-18..2026-05-24"}', '2026-06-04 03:00:00', '2026-06-11 03:00:00')"""
)
"""A fact that was seen on 4 June and retracted on 11 June."""


OLD_POINT = (
    "INSERT INTO metric_definition (id, definition) VALUES (1, '{}')",
    "INSERT INTO metric_word (id, word) VALUES (1, 'CN'), (2, 'decided')",
    (
        "INSERT INTO measurement (id, known_at, method, reviewed_sha256, points_written)"
        " VALUES (1, '2026-06-09 12:00:00', 2, '0', 1)"
    ),
    "INSERT INTO measured_week (epoch_day, measurement_id, inputs_hash) VALUES (20605, 1, -7), (20612, 1, NULL)",
    (
        "INSERT INTO metric_point (epoch_day, definition_id, subject_id, measurement_id, withdrawn, part, whole,"
        " low, high, figure, word_id) VALUES (20605, 1, 1, 1, FALSE, 3, 4, 2, 4, 0.5, 2)"
    ),
)
"""A point of the week of 1 June, and a week that has none any more, from when points were of ISO weeks only."""


def scripts(connection: Connection) -> Config:
    """What Alembic needs to work on a connection as the package has it work."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    return config


def bare(settings: Settings) -> Engine:
    """The database of some settings in whatever state it is."""
    make_home(settings.home)
    return connect(database_url(settings))


def checks(engine: Engine) -> set[tuple[str, str, str]]:
    """Table, name and text of every CHECK that the database knows."""
    with reading(engine) as connection:
        return {
            (table, str(check["name"]), check["sqltext"])
            for table in inspect(connection).get_table_names()
            for check in inspect(connection).get_check_constraints(table)
        }


def test_revisions_are_those_of_the_scripts() -> None:
    """The list that spares an import of Alembic is the list that Alembic finds."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert list(reversed(found)) == list(REVISIONS)


def test_migrated_tables_are_the_declared_ones(engine: Engine) -> None:
    """`alembic check` finds nothing to add, change or drop."""
    with writing(engine) as connection:
        command.check(scripts(connection))


def test_migrated_checks_are_the_declared_ones(engine: Engine, tmp_path: Path) -> None:
    """Alembic does not compare CHECK constraints: they are compared as the engine itself writes them down."""
    with settings_on(engine.dialect.name, tmp_path / "declared", migrated=False) as settings:
        declared = bare(settings)
        SQLModel.metadata.create_all(declared)
        expected = checks(declared)
        declared.dispose()
    assert checks(engine) == expected
    assert {name for _, name, _ in expected} >= {"tokens_not_negative", "counts_not_negative", "state_known"}


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("kind", ENGINES)
def test_every_earlier_revision_comes_up_with_its_rows(kind: str, revision: str, tmp_path: Path) -> None:
    """Whatever version wrote the database, its facts are there afterwards and nothing is left to migrate."""
    with settings_on(kind, tmp_path / "home", migrated=False) as settings:
        engine = bare(settings)
        with writing(engine) as connection:
            command.upgrade(scripts(connection), revision)
            for statement in OLD_ROWS:
                connection.execute(text(statement))
        with writing(engine) as connection:
            upgrade(connection)
            command.check(scripts(connection))
            rows = connection.execute(text("SELECT day, permaslug, tokens FROM ranking_current")).all()
        engine.dispose()
    assert [tuple(row) for row in rows] == [("2026-06-01", "a/b", 10)]


@pytest.mark.parametrize("kind", ENGINES)
def test_events_from_before_their_changes_were_kept_say_what_they_know(kind: str, tmp_path: Path) -> None:
    """A standpoint before an old retraction sees the fact as active, one after it as retracted."""
    with settings_on(kind, tmp_path / "home", migrated=False) as settings:
        engine = bare(settings)
        with writing(engine) as connection:
            command.upgrade(scripts(connection), "0007")
            connection.execute(text(OLD_EVENT))
        with writing(engine) as connection:
            upgrade(connection)
        with reading(engine) as connection:
            seen = {
                day: read_alerts(connection, datetime(2026, 6, day, tzinfo=UTC))["status"].to_list()
                for day in (3, 5, 12)
            }
        engine.dispose()
    assert seen == {3: [], 5: ["active"], 12: ["retracted"]}


@pytest.mark.parametrize("kind", ENGINES)
def test_points_of_weeks_become_points_of_windows(kind: str, tmp_path: Path) -> None:
    """What was said of a week stays said, of a window that settles three days after its end; and all the way back."""
    with settings_on(kind, tmp_path / "home", migrated=False) as settings:
        engine = bare(settings)
        with writing(engine) as connection:
            command.upgrade(scripts(connection), "0011")
            for statement in OLD_POINT:
                connection.execute(text(statement))
        with writing(engine) as connection:
            upgrade(connection)
        with reading(engine) as connection:
            [point] = read_points(connection).rows(named=True)
            measured = measured_windows(connection)
        with writing(engine) as connection:
            command.downgrade(scripts(connection), "0011")
            weeks = connection.execute(
                text("SELECT epoch_day, inputs_hash FROM measured_week ORDER BY epoch_day")
            ).all()
            points = connection.execute(text("SELECT epoch_day, part, figure FROM metric_point")).all()
        engine.dispose()
    week = Window.parse("2026-W23")
    assert (point["window_kind"], point["window_start"], point["window_end"]) == (
        "week",
        week.start,
        week.end,
    )
    assert (point["settles_at"], point["subject"], point["word"]) == (week.settles_at, "CN", "decided")
    assert [point[name] for name in VALUES[:-1]] == [3, 4, 2, 4, 0.5, None, None, None]
    assert measured == {week: -7}
    assert [tuple(row) for row in weeks] == [(20605, -7), (20612, None)]
    assert [tuple(row) for row in points] == [(20605, 3, 0.5)]


@pytest.mark.parametrize("kind", ENGINES)
def test_the_way_down_is_the_way_up_backwards(kind: str, tmp_path: Path) -> None:
    """Each step down leaves what the step up had found; below the first, nothing of ours is left."""
    with settings_on(kind, tmp_path / "home", migrated=False) as settings:
        engine = bare(settings)
        for _ in range(2):  # what is left lets one go up again
            found = []
            for revision in REVISIONS:
                found.append(shape(engine))
                with writing(engine) as connection:
                    command.upgrade(scripts(connection), revision)
            for revision, before in reversed(list(zip(REVISIONS, found, strict=True))):
                with writing(engine) as connection:
                    command.downgrade(scripts(connection), "-1")
                assert shape(engine) == before, f"below {revision}"
        engine.dispose()


def shape(engine: Engine) -> dict[str, object]:
    """What the engine knows of every table and view of ours, but not in which order columns came."""
    with reading(engine) as connection:
        found = inspect(connection)
        tables = {
            table: [
                sorted((column["name"], str(column["type"]), column["nullable"]) for column in columns),
                found.get_pk_constraint(table)["constrained_columns"],
                sorted(str(sorted(index.items(), key=str)) for index in found.get_indexes(table)),
                sorted(str(key["constrained_columns"]) for key in found.get_foreign_keys(table)),
                sorted(str(key["column_names"]) for key in found.get_unique_constraints(table)),
            ]
            for (_, table), columns in found.get_multi_columns().items()
            if table != "alembic_version"
        }
        views = {view: found.get_view_definition(view) for view in found.get_view_names()}
    return {"tables": tables, "views": views, "checks": checks(engine)}


def test_alembic_by_hand_finds_the_database_of_the_settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout, `alembic check` and `alembic downgrade` need no address and no ini file."""
    open_database(settings).dispose()
    monkeypatch.setenv("TOKENTIDE_HOME", str(settings.home))
    if settings.database_url is not None:
        monkeypatch.setenv("TOKENTIDE_DATABASE_URL", settings.database)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "No new upgrade operations detected.\n"), done.stderr


def test_facts_have_no_rowid(embedded: Settings) -> None:
    """Facts and points are stored in their primary key, which makes them small."""
    engine = open_database(embedded)
    with reading(engine) as connection:
        without = connection.execute(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY name")
        )
        assert list(without.scalars()) == ["day_state", "measured_window", "metric_point", "observation"]
    engine.dispose()


def test_reopening_imports_no_alembic(embedded: Settings, tmp_path: Path) -> None:
    """A database that is current is opened from any folder without the third of a second Alembic costs."""
    open_database(embedded).dispose()
    program = (
        "import sys; from pathlib import Path; from schemas.settings import SampleSettings; "
        "from storage.engine import open_database; "
        "open_database(SampleSettings(TOKENTIDE_HOME=Path(sys.argv[1]))).dispose(); "
        "sys.exit('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(embedded.home)]
    done = subprocess.run(command, cwd=tmp_path, check=False)
    assert done.returncode == 0
