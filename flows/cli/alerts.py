"""`tokentide alerts`: rules and deliveries."""

import typer

from flows.cli.manual import run_flow, shown
from flows.cli.options import Sample
from flows.sample.home import sample_settings
from schemas.errors import ExitStatus
from schemas.rule_models import Rule
from schemas.settings import current_settings, using
from storage.rules import load_rules
from tasks.alerts.cases import run_cases

commands = typer.Typer(help="Rules and deliveries.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="alerts")


@commands.command("validate")
def alerts_validate() -> int:
    """Read the rules strictly and run the cases beside them; says file, rule and repair."""
    rules = load_rules(current_settings().reference)
    wrong = [line for rule in rules if isinstance(rule, Rule) for line in run_cases(rule)]
    for rule in rules:
        cases = f", {len(rule.cases)} cases" if isinstance(rule, Rule) else ""
        typer.echo(f"{rule.id}: {'enabled' if rule.enabled else 'disabled'}{cases}")
    for line in wrong:
        typer.echo(f"tokentide: {line}", err=True)
    return ExitStatus.USAGE if wrong else ExitStatus.DONE


@commands.command("deliver")
def alerts_deliver(sample: Sample = False) -> int:
    """Send what is due. Without Slack settings it is printed and stays due; the sample speaks to loopback only."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    with using(settings):
        return shown(run_flow("deliver_alerts", settings), settings)
