"""`tokentide alerts`: rules, what they would have said, and deliveries."""

from datetime import datetime
from typing import Annotated, Final

import typer

from flows.cli import alert_desk
from flows.cli.manual import run_flow, shown
from flows.cli.options import AsFormat, AsOf, Format, Sample, day, recorded
from flows.cli.reads import print_answer
from flows.sample.home import sample_settings
from schemas.answers import Answer
from schemas.errors import ExitStatus, UsageError
from schemas.rule_models import ConditionRule, Rule
from schemas.settings import current_settings, using
from schemas.text import clean
from storage.asof import first_known_at
from storage.retention import kept_from
from storage.rules import load_rules
from tasks.alerts.backtest import Backtest, Spoken, backtest
from tasks.alerts.cases import run_cases
from tasks.alerts.gathering import gather
from tasks.reading import read

commands = typer.Typer(help="Rules and deliveries.", no_args_is_help=True)
OneRule = Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only this rule.")]
_COLUMNS: Final = ("rule", "subject", "window", "direction", "said_at", "holds", "headline")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    alert_desk.add_to(commands)
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


@commands.command("test")
def alerts_test(rule: OneRule = None) -> int:
    """Run the cases beside the rules, and say of each whether it holds."""
    failed = 0
    for each in _rules(rule):
        wrong = run_cases(each)
        for case in each.cases:
            of_case = [line for line in wrong if f"case '{case.shows}'" in line]
            typer.echo(f"{'FAILED' if of_case else 'ok    '} {each.id}: {case.shows}")
            for line in of_case:
                typer.echo(f"tokentide: {line}", err=True)
        failed += len(wrong)
    return ExitStatus.USAGE if failed else ExitStatus.DONE


@commands.command("backtest")
def alerts_backtest(
    rule: OneRule = None,
    start: Annotated[str | None, typer.Option(metavar="D", help="First day of windows.")] = None,
    end: Annotated[str | None, typer.Option(metavar="D", help="Last day of windows.")] = None,
    as_known: Annotated[
        bool, typer.Option("--as-known", help="Look after every week with what was known then.")
    ] = False,
    as_of: AsOf = None,
    form: AsFormat = Format.TABLE,
    sample: Sample = False,
) -> None:
    """When rules, enabled or not, would have spoken over recorded history; writes and sends nothing."""
    first, last = (
        None if text is None else day(text, name) for text, name in ((start, "--start"), (end, "--end"))
    )
    with recorded(sample=sample, as_of=as_of) as (connection, settings, now):
        rules = _rules(rule)
        newest = read(connection, settings, now)

        since = None
        if as_known:
            since = max(filter(None, (first_known_at(connection), kept_from(connection))), default=now)
        found = backtest(
            rules,
            lambda moment: gather(
                connection,
                newest if moment == now else read(connection, settings, moment),
                rules,
                settings,
            ),
            now=now,
            start=first,
            end=last,
            known_since=since,
        )
    notes = _notes(found, rules, since)
    if form is Format.TABLE:
        facts = [_line(fact, as_known=as_known) for fact in found.facts]
        for line in [*facts, *notes, newest.citation]:
            typer.echo(clean(line))
        return
    answer = Answer(
        definition={"list": "backtest", "rules": [each.id for each in rules], "as_known": as_known},
        window=None,
        as_of=now,
        citation=newest.citation,
        inputs=[],
        rows=[{name: getattr(fact, name) for name in _COLUMNS} for fact in found.facts],
        notes=notes,
    )
    print_answer(answer, form)


@commands.command("deliver")
def alerts_deliver(sample: Sample = False) -> int:
    """Send what is due. Without Slack settings it is printed and stays due; the sample speaks to loopback only."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    with using(settings):
        return shown(run_flow("deliver_alerts", settings), settings)


def _line(fact: Spoken, *, as_known: bool) -> str:
    said = f", said {fact.said_at:%Y-%m-%d}" if fact.said_at else ", not said then" if as_known else ""
    gone = "" if fact.holds else ", no longer so"
    return f"{fact.window} {fact.rule}{said}{gone}: {fact.headline}"


def _rules(only: str | None) -> list[Rule]:
    entries = [entry for entry in load_rules(current_settings().reference) if isinstance(entry, Rule)]
    found = [entry for entry in entries if only in {None, entry.id}]
    if not found:
        raise UsageError(f"--rule '{only}' is no rule; `tokentide alerts validate` lists them.")
    return found


def _notes(found: Backtest, rules: list[Rule], since: datetime | None) -> list[str]:
    """How often each rule turned, and what then and now do not have in common."""
    if found.first is None:
        return ["No week was received whole yet."]
    notes = [f"Weeks from {found.first} to {found.last}; facts that hold now, a year:"]
    notes += [f"{name}: {number:.1f}" for name, number in found.flips_per_year.items()]
    if since is None:
        if any(isinstance(rule, ConditionRule) for rule in rules):
            notes.append(
                "Rules on the state of the data are about the moment of a look: --as-known judges them."
            )
        return notes
    notes.append(
        f"Looked {found.looks} times since {since:%Y-%m-%dT%H:%MZ}, when something was first known; "
        f"{found.messages} messages would have gone out."
    )
    notes.append(
        f"Said then and no longer so: {len(found.no_longer)}. So as known now, not said then: {len(found.unsaid)}."
    )
    return notes
