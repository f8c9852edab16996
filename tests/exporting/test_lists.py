"""Lists beside the rankings as files: every version of each, cited as its publisher asks."""

from pathlib import Path

import polars as pl

from schemas.settings import Settings
from storage.engine import reading
from tasks.exporting.export import export
from tasks.exporting.files import FileFormat
from tests.exporting.conftest import Recorded
from tests.support.made_history import FIRST_LOOK, HOSTILE, SECOND_LOOK, STANDPOINT


def table(out: Path, name: str) -> pl.DataFrame:
    """What the Parquet file of a table holds."""
    return pl.read_parquet(out / "parquet" / f"{name}.parquet")


def test_every_version_of_a_ranking_of_apps_is_there(out: Path) -> None:
    """The ranking that was replaced says when, and the one that replaced it stands beside it."""
    columns = ("window", "sorted_by", "app_name", "tokens", "known_at", "replaced_at", "set_apart")
    assert table(out, "apps").select(columns).rows() == [
        ("2026-W01", "popular", HOSTILE, 70, FIRST_LOOK, SECOND_LOOK, 0),
        ("2026-W01", "popular", HOSTILE, 80, SECOND_LOOK, None, 0),
    ]


def test_a_reading_that_came_again_is_one_version(out: Path) -> None:
    """What did not change is there once, of the window that was asked for."""
    columns = ("window", "tag", "model_id", "model_token_share", "known_at", "replaced_at")
    assert table(out, "tasks").select(columns).rows() == [
        ("trailing:14@2026-01-05", "code:made", "bluebird/song", 0.75, FIRST_LOOK, None)
    ]


def test_lists_are_cited_as_their_publisher_asks(own: Recorded, tmp_path: Path) -> None:
    """Apps name the page on which they are shown, and both lists the time of their own newest answer."""
    real = Settings(TOKENTIDE_HOME=own.settings.home)
    with reading(own.engine) as connection:
        export(connection, real, STANDPOINT, tmp_path / "real", [FileFormat.PARQUET])
    cited = {
        name: pl.read_parquet_metadata(tmp_path / "real" / "parquet" / f"{name}.parquet")["citation"]
        for name in ("apps", "tasks")
    }
    assert cited == {
        "apps": "Source: OpenRouter (openrouter.ai/apps), as of 2026-01-20T03:00Z.",
        "tasks": "Source: OpenRouter (openrouter.ai/rankings), as of 2026-01-15T03:00Z.",
    }
