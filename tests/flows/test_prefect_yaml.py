"""prefect.yaml against the flows, without a server: Prefect accepts most mistakes in it silently."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ParameterTypeError

import storage
from flows.pieces import PIECE
from schemas.slices import CATEGORIES

ROOT = Path(__file__).parents[2]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in FILE["deployments"]}
KNOWN = {
    "name",
    "entrypoint",
    "description",
    "tags",
    "work_pool",
    "concurrency_limit",
    "parameters",
    "schedules",
}


def _flow(name: str) -> Flow[..., Any]:
    module, _, attribute = DEPLOYMENTS[name]["entrypoint"].rpartition(".")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, Flow)
    return found


def test_the_deployments_are_those_that_are_promised() -> None:
    """Nothing is missing, and nothing else is deployed."""
    assert set(DEPLOYMENTS) == {
        *("daily", "weekly", "backfill", "piece", "slices"),
        *("derivatives", "measure", "deliver"),
    }


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_has_only_keys_that_prefect_reads(name: str) -> None:
    """A misspelt key would be ignored, and so are missing words for people."""
    entry = DEPLOYMENTS[name]

    assert set(entry) <= KNOWN
    assert entry["description"]
    assert "tokentide" in entry["tags"]
    assert entry["work_pool"] == {"name": "tokentide"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_entry_point_is_a_flow_that_takes_the_parameters(name: str) -> None:
    """A parameter that the flow does not take, or that is not valid for it, would fail at the first run."""
    flow = _flow(name)
    given = DEPLOYMENTS[name].get("parameters", {})

    assert set(given) <= set(flow.parameters.properties)
    needed = {"start": "2026-01-01", "end": "2026-01-02"} if name in {"backfill", "piece"} else {}
    flow.validate_parameters({**_defaults(flow), **given, **needed})


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_runs_of_one_deployment_queue(name: str) -> None:
    """One run at a time, but several pieces of history; what comes meanwhile waits instead of being dropped."""
    at_once = 4 if name == "piece" else 1
    assert DEPLOYMENTS[name]["concurrency_limit"] == {"limit": at_once, "collision_strategy": "ENQUEUE"}


def test_the_twelve_categories_are_kept() -> None:
    """The weekly schedule has each of upstream's categories once, and the deployment of pieces is the one it names."""
    assert DEPLOYMENTS["slices"]["parameters"]["slices"] == [f"category={name}" for name in CATEGORIES]
    assert f"{_flow('piece').name}/piece" == PIECE


@pytest.mark.parametrize(
    ("name", "crons"),
    [
        ("daily", ["30 2 * * *"]),
        ("weekly", ["0 3 * * 1", "0 3 * * 4"]),
        ("deliver", ["40 * * * *"]),
        ("backfill", []),
        ("measure", []),
        ("piece", []),
        ("slices", ["0 4 * * 4"]),
    ],
)
def test_schedules_are_those_that_are_promised(name: str, crons: list[str]) -> None:
    """Each schedule is a valid cron in UTC with a slug of its own."""
    schedules = DEPLOYMENTS[name].get("schedules", [])

    assert [entry["cron"] for entry in schedules] == crons
    assert len({entry["slug"] for entry in schedules}) == len(schedules)
    for entry in schedules:
        assert set(entry) == {"cron", "timezone", "slug"}
        assert CronSchedule(cron=entry["cron"], timezone=entry["timezone"]).timezone == "UTC"


def test_a_parameter_that_cannot_be_meant_is_refused() -> None:
    """The flows validate what a person or a schedule gives them."""
    with pytest.raises(ParameterTypeError, match="source"):
        _flow("weekly").validate_parameters({**_defaults(_flow("weekly")), "source": "guess"})


def test_the_code_is_set_up_once_per_worker() -> None:
    """The only pull step goes to the worker's own checkout, so that no second copy of a module is loaded."""
    [step] = FILE["pull"]
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": "{{ $TOKENTIDE_ROOT }}"}}


def test_our_packages_are_ours() -> None:
    """No other package of a common name is imported instead, and no flow is named like one of ours."""
    assert Path(storage.__file__).parents[1].joinpath("flows", "weekly_rankings.py").is_file()
    names = {path.stem for path in (ROOT / "flows").glob("*.py")}
    assert names.isdisjoint({"flows", "tasks", "schemas", "storage"})


def _defaults(flow: Flow[..., Any]) -> dict[str, Any]:
    return {name: each["default"] for name, each in flow.parameters.properties.items() if "default" in each}
