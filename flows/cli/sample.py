"""The bundled sample on the command line: the main job on made data, and the made upstream to try things on."""

from datetime import date
from threading import Event
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from flows.cli.manual import run_flow, shown
from flows.cli.options import day
from flows.sample import made
from flows.sample.home import MADE_KEY, readings_after, sample_settings, vintages_after
from flows.sample.server import serving
from flows.sample.slack import CHANNEL, TOKEN
from schemas.citation import MADE
from schemas.errors import ExitStatus
from schemas.settings import Settings, using
from schemas.summary import RunSummary
from storage.engine import open_database, reading
from storage.runs import newest_known_at
from tasks.report.printing import console_for_errors, console_for_output
from tasks.report.week import print_outcome, print_trouble, print_week

STARTING: Final = "Starting a temporary Prefect server of the sample's own (10 to 15 seconds) …"
commands = typer.Typer(help="The bundled, made sample.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="sample")


def weekly_on_sample(user: Settings, *, notify: bool) -> int:
    """Feed the sample's vintages in order, each as a real run against a loopback upstream of that date."""
    settings = sample_settings(user)
    vintages = vintages_after(_newest_look(settings, "weekly"))
    summaries = _looks(user, vintages, "the made export", "weekly_rankings", notify=notify)
    print_week(_together(summaries), settings, console_for_output())
    print_trouble(summaries[-1], console_for_errors())
    return summaries[-1].exit_status


def derivatives_on_sample(user: Settings, *, again: bool) -> int:
    """Look at the made Hub once a vintage, oldest first, each as a real run against a loopback Hub of that date."""
    settings = sample_settings(user)
    days = readings_after(_newest_look(settings, "derivatives"))
    summaries = _looks(user, days, "the made Hub", "derivatives", again=again)
    console = console_for_output()
    console.print(Text(f"{MADE}: invented families, invented counts", style="bold yellow"))
    print_outcome(_together(summaries), settings, console)
    print_trouble(summaries[-1], console_for_errors())
    return summaries[-1].exit_status


def _looks(user: Settings, days: list[date], what: str, flow: str, **asked: Any) -> list[RunSummary]:
    """A run of `flow` for each day, against the made upstream of that day, up to one that fails."""
    progress = console_for_errors()
    progress.print(Text(STARTING, style="dim"))
    summaries: list[RunSummary] = []
    for number, snapshot in enumerate(days, 1):
        progress.print(Text(f"Look {number} of {len(days)}: {what} of {snapshot}", style="dim"))
        with serving(snapshot) as upstream:
            served = sample_settings(user, upstream.base_url)
            with using(served):
                summaries.append(run_flow(flow, served, as_of=made.looked_at(snapshot), **asked))
        if summaries[-1].errors:
            break
    return summaries


def backfill_on_sample(user: Settings, **asked: Any) -> int:
    """Fetch history, or slices, of the made Data API at the end of the sample's time."""
    [summary] = _looks(user, [made.VINTAGES[-1]], "the made Data API", "backfill", **asked)
    return shown(summary, sample_settings(user))


@commands.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8787,
    today: Annotated[str, typer.Option(metavar="D", help="The newest made export.")] = str(made.VINTAGES[-1]),
) -> int:
    """Serve the made upstreams, and a Slack that only listens, on this machine until stopped."""
    newest = day(today, "--today")
    with serving(newest, port) as upstream:
        typer.echo(f"export OPENROUTER_BASE_URL={upstream.base_url}")
        typer.echo(f"export OPENROUTER_API_KEY={MADE_KEY.get_secret_value()}")
        typer.echo(f"export HF_BASE_URL={upstream.hub_url}")
        typer.echo(f"export VERCEL_BASE_URL={upstream.gateway_url}")
        typer.echo(f"export SLACK_WEBHOOK_URL={upstream.webhook_url}")
        typer.echo("# or, for a bot with threads and charts, instead of the webhook:")
        typer.echo(f"# export SLACK_BOT_TOKEN={TOKEN} SLACK_CHANNEL={CHANNEL}")
        typer.echo(f"# export SLACK_BASE_URL={upstream.slack_base_url}")
        typer.echo(f"# made data up to {newest}; stop with Ctrl-C")
        typer.echo(f"# messages heard: {upstream.url}/slack/threads (as text), {upstream.url}/slack/messages")
        Event().wait()
    return ExitStatus.DONE


def _newest_look(settings: Settings, flow: str) -> date | None:
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            known_at = newest_known_at(connection, flow)
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
