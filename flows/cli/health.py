"""`tokentide doctor`: whether this installation is well."""

from typing import Annotated

import typer
from rich.text import Text

from flows.automation_file import read_entries
from flows.cli.options import Sample, recorded
from schemas.errors import ExitStatus
from schemas.text import clean
from tasks.health import (
    archived,
    database_findings,
    dead_man,
    reachability,
    schedule,
    settings_findings,
    slack_findings,
)
from tasks.reading import read
from tasks.report.printing import console_for_output


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server.")] = False, sample: Sample = False
) -> int:
    """Settings, database, freshness, reachability, schedule, what is due. Non-zero when something is unhealthy."""
    with recorded(sample=sample, as_of=None, or_nothing=True) as (connection, settings, now):
        known = read(connection, settings, now)
        findings = [
            *settings_findings(settings),
            *slack_findings(settings),
            *database_findings(connection, known, now),
        ]
    if not offline and not sample:
        findings += [archived(settings), reachability(settings), schedule()]
        findings += dead_man(settings, [entry["name"] for entry in read_entries()])
    console = console_for_output()
    for found in findings:
        console.print(Text(f"{found.verdict:4} {found.area:9} {clean(found.text)}"), soft_wrap=True)
    return ExitStatus.FAILED if any(found.verdict == "bad" for found in findings) else ExitStatus.DONE
