"""The bundled sample on the command line: the main job on made data, and the made upstream to try things on."""

from datetime import date
from threading import Event
from typing import Annotated

import typer
from rich.text import Text

from flows.cli.manual import run_flow
from flows.cli.options import day
from flows.sample import made
from flows.sample.home import sample_settings, vintages_after
from flows.sample.server import serving
from schemas.errors import ExitStatus
from schemas.settings import Settings, using
from schemas.summary import RunSummary
from storage.engine import open_database, reading
from storage.runs import newest_known_at
from tasks.report.printing import console_for_errors, console_for_output
from tasks.report.week import print_trouble, print_week

commands = typer.Typer(help="The bundled, made sample.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="sample")


def weekly_on_sample(user: Settings, *, notify: bool) -> int:
    """Feed the sample's vintages in order, each as a real run against a loopback upstream of that date."""
    settings = sample_settings(user)
    progress = console_for_errors()
    vintages = vintages_after(_newest_look(settings))
    progress.print(
        Text("Starting a temporary Prefect server of the sample's own (10 to 15 seconds) …", style="dim")
    )
    summaries: list[RunSummary] = []
    for number, snapshot in enumerate(vintages, 1):
        progress.print(Text(f"Look {number} of {len(vintages)}: the made export of {snapshot}", style="dim"))
        with serving(snapshot) as upstream:
            served = sample_settings(user, upstream.base_url)
            with using(served):
                asked = {"as_of": made.looked_at(snapshot), "notify": notify}
                summaries.append(run_flow("weekly_rankings", served, **asked))
        if summaries[-1].errors:
            break
    print_week(_together(summaries), settings, console_for_output())
    print_trouble(summaries[-1], console_for_errors())
    return summaries[-1].exit_status


@commands.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8787,
    today: Annotated[str, typer.Option(metavar="D", help="The newest made export.")] = str(made.VINTAGES[-1]),
) -> int:
    """Serve the made upstream (OpenRouter, and a Slack that only listens) on this machine until stopped."""
    newest = day(today, "--today")
    with serving(newest, port) as upstream:
        typer.echo(f"export OPENROUTER_BASE_URL={upstream.base_url}")
        typer.echo(f"export SLACK_WEBHOOK_URL={upstream.webhook_url}")
        typer.echo(
            f"# made data up to {newest}; messages heard: {upstream.url}/slack/messages; stop with Ctrl-C"
        )
        Event().wait()
    return ExitStatus.DONE


def _newest_look(settings: Settings) -> date | None:
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            known_at = newest_known_at(connection)
    finally:
        engine.dispose()
    return known_at.date() if known_at else None


def _together(summaries: list[RunSummary]) -> RunSummary:
    """The last look, with what all of them wrote and told."""
    rows = summaries[0].rows
    for one in summaries[1:]:
        rows = rows + one.rows
    told = [told for one in summaries for told in one.told]
    return summaries[-1].model_copy(update={"rows": rows, "told": told})
