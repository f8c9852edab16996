"""What every test shares: nothing of the person who runs it, and one Prefect server for the whole suite."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl
import pytest

from schemas import settings as settings_module

OURS = ("TOKENTIDE_", "OPENROUTER_", "SLACK_", "HF_")


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test a home of its own, and take away every setting of the person who runs the suite."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TOKENTIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(settings_module, "_env_file", None)


@pytest.fixture(autouse=True, scope="session")
def _shapes_are_held() -> Iterator[None]:
    """Hold every frame to the rules of its shape wherever the code says that it follows them."""

    def held(shape: type[dy.Schema], found: Any) -> Any:
        frame = found.lazy().select(shape.column_names()).collect()
        checked = shape.validate(frame)
        return checked.lazy() if isinstance(found, pl.LazyFrame) else checked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dy.Schema, "cast", classmethod(held))
        yield


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """Start Prefect's test server once; runs in it have no heartbeat, which would cost each a second."""
    from prefect.settings import (
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOGGING_TO_API_ENABLED,
        PREFECT_SERVER_ANALYTICS_ENABLED,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness

    quick = {
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with prefect_test_harness(server_startup_timeout=120), temporary_settings(quick):
        yield
