"""The page about the interface names everything that there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from flows.cli import whole_app
from flows.cli.shown import BESIDE_NAMES, LISTING_NAMES, SAID_NAME
from schemas.errors import ExitStatus
from schemas.settings import Settings
from tasks.answers import METRICS
from tasks.beside import BESIDE
from tasks.listings import LISTINGS
from tasks.said import SAID

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "interface.md").read_text(encoding="utf-8")
NAMED = {word for code in re.findall(r"`([^`]+)`", PAGE) for word in (code, *code.split())}


def _commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Every command that does something, with its options."""
    inner = getattr(command, "commands", {})
    for name, each in inner.items():
        yield from _commands(each, (*path, name))
    if not inner:
        params = getattr(command, "params", [])
        yield " ".join(path), [name for each in params for name in each.opts if name.startswith("--")]


COMMANDS = dict(_commands(get_command(whole_app())))


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_named_with_its_options(command: str) -> None:
    """A command or an option that is added is written down."""
    named = command in NAMED or any(code.startswith(f"{command} ") for code in NAMED)
    assert (named, [option for option in COMMANDS[command] if option not in NAMED]) == (True, [])


def test_every_setting_is_named() -> None:
    """A setting that is added is written down."""
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert names - NAMED == set()


def test_everything_that_can_be_shown_is_named() -> None:
    """A metric or a list that is added is written down."""
    assert {*METRICS, *BESIDE, *LISTINGS, SAID} - NAMED == set()


def test_the_names_of_show_are_those_of_what_answers() -> None:
    """What is shown without loading it is what is there when it is loaded."""
    assert (set(BESIDE_NAMES), set(LISTING_NAMES), SAID_NAME) == (set(BESIDE), set(LISTINGS), SAID)


def test_every_exit_status_is_named() -> None:
    """A script finds what each exit status means."""
    table = PAGE.partition("## Exit status")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == [str(int(status)) for status in ExitStatus]


def test_every_deployment_is_named() -> None:
    """The page about deploying lists what `prefect.yaml` deploys."""
    declared = yaml.safe_load((DOCS.parent / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    page = (DOCS / "deploy.md").read_text(encoding="utf-8")
    assert [each["name"] for each in declared if f"| `{each['name']}` |" not in page] == []
