"""`tokentide claims`: published claims, and the definition under which each one holds."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.options import AsFormat, AsOf, Format, Sample, recorded
from flows.cli.reads import print_answer
from schemas.answers import Answer
from schemas.text import clean
from storage.claims import load_claims, read_claims
from tasks.claims.checking import check_claims
from tasks.report.printing import console_for_output

_SHOWN_DEFINITIONS = 3


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(claims)


def claims(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Check the claims of this file instead.")
    ] = None,
    as_of: AsOf = None,
    form: AsFormat = Format.TABLE,
    sample: Sample = False,
) -> None:
    """Check published claims against the record, and name the definition under which each one holds."""
    own = None if file is None else read_claims(file)
    with recorded(sample=sample, as_of=as_of, or_nothing=True) as (connection, settings, standpoint):
        found = check_claims(
            load_claims(settings.reference) if own is None else own, connection, settings, standpoint
        )
    if form is Format.TABLE:
        _print(found, console_for_output())
    else:
        print_answer(found, form)


def _print(found: Answer, console: Console) -> None:
    """Print a block for each claim: what was said, what the record says, under which definitions it holds."""
    for row in found.rows:
        reason = f" ({row['reason']})" if row["reason"] else ""
        console.print(Text(f"{row['id']}: {row['verdict']}{reason}", style="bold"))
        for line in _lines(row):
            console.print(Text(f"  {clean(line)}"), soft_wrap=True)
    for note in found.notes:
        console.print(Text(clean(note), style="dim"))
    console.print(Text(f"As of {found.as_of:%Y-%m-%d %H:%M} UTC. {found.citation}"))


def _lines(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['text']} [{', '.join(str(row[name]) for name in ('date', 'source') if row[name])}]"]
    if row["value"] is not None:
        lines.append(f"stated {row['stated']}; plain reading {_spelled(row['value'])}")
    found = row["definitions"]
    lines += [f"holds with {_definition(each)}" for each in found[:_SHOWN_DEFINITIONS]]
    if len(found) > _SHOWN_DEFINITIONS:
        lines.append(f"and with {len(found) - _SHOWN_DEFINITIONS} more (--format json lists all)")
    lines += [f"nearest {_definition(row['nearest'])}"] if row["nearest"] else []
    lines += [f"fetch with: {row['command']}"] if row["command"] else []
    return [*lines, row["note"]] if row["note"] else lines


def _definition(found: dict[str, Any]) -> str:
    return (
        f"{found['basis']}, {found['window']}, variants {found['variants']}, "
        f"attribution as known {found['attribution']}: {_spelled(found['value'])}"
    )


def _spelled(value: object) -> str:
    match value:
        case list():
            return " and ".join(_spelled(each) for each in value)
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.4g}"
    return "not known"
