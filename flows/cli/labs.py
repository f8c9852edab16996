"""`tokentide labs`: what waits for a person's review."""

from typing import Annotated

import typer

from flows.cli.options import AsFormat, AsOf, Format, Sample, recorded
from flows.cli.reads import print_answer
from flows.cli.windows import window_asked
from schemas.text import clean
from storage.catalogue import read_repositories
from tasks.reading import read
from tasks.reviewing import waiting_for_review

commands = typer.Typer(help="Reviewed authors and stealth models.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="labs")


@commands.command("review")
def labs_review(
    window: Annotated[
        str | None, typer.Option("--window", metavar="W", help="Default: last settled week.")
    ] = None,
    as_of: AsOf = None,
    form: AsFormat = Format.TABLE,
    sample: Sample = False,
) -> None:
    """Authors, stealth models and models' weights waiting for a person, by tokens, with the row to add."""
    with recorded(sample=sample, as_of=as_of) as (connection, settings, standpoint):
        known = read(connection, settings, standpoint, with_weights=True)
        found = waiting_for_review(
            known, window_asked(known, window, None, None), read_repositories(connection, standpoint)
        )
    if form is not Format.TABLE:
        print_answer(found, form)
        return
    short = [
        {name: value for name, value in row.items() if name not in {"row", "file"}} for row in found.rows
    ]
    print_answer(found.model_copy(update={"rows": short}), form)
    for row in found.rows:
        typer.echo(f"{row['file']}: {clean(row['row'])}")
