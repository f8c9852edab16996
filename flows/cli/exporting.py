"""`tokentide export`: what is recorded, as files for other programs. It never imports Prefect."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from flows.cli.options import AsOf, Sample, recorded
from tasks.exporting.contents import newest_knowledge
from tasks.exporting.export import Exported, export
from tasks.exporting.files import FileFormat
from tasks.report.printing import console_for_output


class Wanted(StrEnum):
    """Which files to write."""

    PARQUET = "parquet"
    CSV = "csv"
    BOTH = "both"


_FORMATS: Final = {
    Wanted.PARQUET: (FileFormat.PARQUET,),
    Wanted.CSV: (FileFormat.CSV,),
    Wanted.BOTH: (FileFormat.PARQUET, FileFormat.CSV),
}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("export")(export_files)


def export_files(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new folder, or one with an earlier export.")
    ],
    form: Annotated[Wanted, typer.Option("--format", help="Which files to write.")] = Wanted.BOTH,
    as_of: AsOf = None,
    sample: Sample = False,
) -> None:
    """Rows, metrics, labs, prices and events as Parquet and CSV, with a datapackage.json."""
    with recorded(sample=sample, as_of=as_of) as (connection, settings, moment):
        chosen = as_of is not None or sample
        standpoint = moment if chosen else newest_knowledge(connection, settings, moment)
        outcome = export(connection, settings, standpoint, out, _FORMATS[form])
    _print(outcome, out)


def _print(outcome: Exported, out: Path) -> None:
    console = console_for_output()
    rows = ", ".join(f"{name} {count}" for name, count in outcome.rows.items())
    console.print(f"Exported to {out}: {outcome.files} files, {outcome.bytes / 1e6:.1f} MB.", soft_wrap=True)
    console.print(f"Rows: {rows}.", soft_wrap=True)
    console.print(outcome.citation, soft_wrap=True)
