"""Commands that look after an installation: doctor, replay, labs, alerts, db, sample."""

from typing import Annotated

import typer
from rich.text import Text

from flows.cli.manual import run_flow, shown
from flows.cli.options import AsFormat, AsOf, Format, Sample, recorded
from flows.cli.reads import print_answer, window_asked
from flows.cli.sample import commands as sample_commands
from flows.sample.home import sample_settings
from schemas.errors import ExitStatus
from schemas.settings import current_settings, using
from storage.engine import connect, database_url, writing
from tasks.reading import read
from tasks.report.printing import clean, console_for_output

labs = typer.Typer(help="Reviewed authors and stealth models.", no_args_is_help=True)
alerts = typer.Typer(help="Rules and deliveries.", no_args_is_help=True)
database = typer.Typer(help="The database.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(doctor)
    app.command()(replay)
    app.add_typer(labs, name="labs")
    app.add_typer(alerts, name="alerts")
    app.add_typer(database, name="db")
    app.add_typer(sample_commands, name="sample")


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server.")] = False, sample: Sample = False
) -> int:
    """Settings, database, freshness, reachability, schedule, what is due. Non-zero when something is unhealthy."""
    from tasks.health import database_findings, reachability, schedule, settings_findings

    with recorded(sample=sample, as_of=None) as (connection, settings, now):
        known = read(connection, settings, now)
        findings = [*settings_findings(settings), *database_findings(connection, known, now)]
    if not offline and not sample:
        findings += [reachability(settings), schedule()]
    console = console_for_output()
    for found in findings:
        console.print(Text(f"{found.verdict:4} {found.area:9} {clean(found.text)}"), soft_wrap=True)
    return ExitStatus.FAILED if any(found.verdict == "bad" for found in findings) else ExitStatus.DONE


def replay(sample: Sample = False) -> None:
    """Rebuild the fact tables from the archive alone: no network; ledger, due messages and budget stay."""
    from storage.replay import Readers
    from storage.replay import replay as rebuild
    from tasks.normalize import normalize, normalize_catalogue

    settings = sample_settings(current_settings()) if sample else current_settings()
    outcome = rebuild(settings, Readers(normalize, normalize_catalogue))
    typer.echo(
        f"Replayed {outcome.answers} archived answers: {outcome.vintages} vintages written, "
        f"{outcome.refused} answers refused as when they came."
    )


@labs.command("review")
def labs_review(
    window: Annotated[
        str | None, typer.Option("--window", metavar="W", help="Default: last settled week.")
    ] = None,
    as_of: AsOf = None,
    form: AsFormat = Format.TABLE,
    sample: Sample = False,
) -> None:
    """Authors and stealth models waiting for a person, by tokens, with the row to add."""
    from tasks.reviewing import waiting_for_review

    with recorded(sample=sample, as_of=as_of) as (connection, settings, standpoint):
        known = read(connection, settings, standpoint)
        found = waiting_for_review(known, window_asked(known, window, None, None))
    if form is not Format.TABLE:
        print_answer(found, form)
        return
    short = [
        {name: value for name, value in row.items() if name not in {"row", "file"}} for row in found.rows
    ]
    print_answer(found.model_copy(update={"rows": short}), form)
    for row in found.rows:
        typer.echo(f"{row['file']}: {clean(row['row'])}")


@alerts.command("validate")
def alerts_validate() -> int:
    """Read the rules strictly and run the cases beside them; says file, rule and repair."""
    from storage.rules import load_rules
    from tasks.alerts.cases import run_cases

    rules = load_rules(current_settings().reference)
    wrong = [line for rule in rules for line in run_cases(rule)]
    for rule in rules:
        typer.echo(f"{rule.id}: {'watched' if rule.enabled else 'disabled'}, {len(rule.cases)} cases")
    for line in wrong:
        typer.echo(f"tokentide: {line}", err=True)
    return ExitStatus.USAGE if wrong else ExitStatus.DONE


@alerts.command("deliver")
def alerts_deliver(sample: Sample = False) -> int:
    """Send what is due. Without Slack settings it is printed and stays due; the sample speaks to loopback only."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    with using(settings):
        return shown(run_flow("deliver_alerts", settings), settings)


@database.command("upgrade")
def db_upgrade() -> None:
    """Migrate the database to this version (PostgreSQL never migrates by itself)."""
    from storage.revision import REVISIONS, upgrade

    engine = connect(database_url(current_settings()))
    with writing(engine) as connection:
        upgrade(connection)
    engine.dispose()
    typer.echo(f"The database has revision {REVISIONS[-1]}.")
