"""`tokentide automations`: what the Prefect server does by itself when runs fail or do not come."""

import os
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import UsageError
from schemas.settings import current_settings

commands = typer.Typer(help="What the Prefect server does by itself.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="automations")


@commands.callback()
def _group() -> None:
    """Keep `apply` a command of the group, though it is the only one."""


@commands.command("apply")
def automations_apply(
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Others than the shipped ones.")
    ] = None,
) -> None:
    """Create the automations on the server of PREFECT_API_URL, or bring them up to date; twice is as once."""
    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError("Automations live on a Prefect server: set PREFECT_API_URL (see docs/deploy.md).")
    from flows.automations import address_of, apply
    from flows.secrets import with_blocks

    for applied in apply(address_of(with_blocks(current_settings())), file):
        typer.echo(f"{applied.outcome} {applied.name}")
