"""`tokentide alerts dead`, `silence` and `fire`: what a person does about deliveries."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import typer
from sqlalchemy import Connection

from flows.cli.options import Sample, moment
from flows.sample.home import sample_settings
from schemas.errors import ExitStatus, UsageError
from schemas.settings import Settings, current_settings
from schemas.text import clean
from storage import dead, silences
from storage.engine import open_database, reading, writing
from storage.rules import load_rules
from tasks.clock import utc_now

dead_commands = typer.Typer(help="Messages that will never go out by themselves.", no_args_is_help=True)
silence_commands = typer.Typer(help="Rules that nobody wants to hear for a while.", no_args_is_help=True)
Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER…", help="As `dead list` shows them.")]
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Destination(StrEnum):
    """Where messages go."""

    NEWS = "news"
    OPS = "ops"
    FALLBACK = "fallback"


def add_to(commands: typer.Typer) -> None:
    """Register the commands."""
    commands.command("fire")(fire)
    commands.add_typer(dead_commands, name="dead")
    commands.add_typer(silence_commands, name="silence")


def fire(
    to: Annotated[Destination, typer.Option("--to", help="Which destination.")], sample: Sample = False
) -> int:
    """Send a message, marked as a test, to a destination at once; past the outbox, recorded nowhere."""
    from tasks.alerts.messages import trial_message
    from tasks.alerts.outcomes import Verdict
    from tasks.alerts.slack import senders

    settings = _settings(sample=sample)
    hook = senders(settings, utc_now).get(to)
    if hook is None:
        raise UsageError(
            f"No Slack address is set for {to}; set SLACK_WEBHOOK_URL, or SLACK_BOT_TOKEN and SLACK_CHANNEL "
            "(see docs/alerts.md)."
        )
    outcome = hook.send(trial_message(to))
    if outcome.verdict is Verdict.SENT:
        typer.echo(f"The test message reached {to}.")
        return ExitStatus.DONE
    typer.echo(f"tokentide: the test message did not reach {to}: {outcome.reason}.", err=True)
    return ExitStatus.FAILED


@dead_commands.command("list")
def dead_list(sample: Sample = False) -> None:
    """Every dead message with what went wrong, oldest first."""
    with _open(sample=sample, write=False) as connection:
        found = dead.read_dead(connection)
    for each in found:
        typer.echo(
            f"{each.id}: to {each.destination}, {each.created_at:%Y-%m-%dT%H:%MZ}: {clean(each.headline)} "
            f"({clean(each.last_error or 'no reason is recorded')})"
        )
    if not found:
        typer.echo("No message is dead.")


@dead_commands.command("retry")
def dead_retry(numbers: Numbers, sample: Sample = False) -> None:
    """Make dead messages due again; the next delivery sends them."""
    with _open(sample=sample, write=True) as connection:
        done = dead.retry(connection, numbers, utc_now())
        _refuse_others(numbers, done)
    typer.echo(f"Due again: {_listed(done)}; `tokentide alerts deliver` sends them.")


@dead_commands.command("cancel")
def dead_cancel(numbers: Numbers, sample: Sample = False) -> None:
    """Give dead messages up; they stay recorded."""
    with _open(sample=sample, write=True) as connection:
        done = dead.cancel(connection, numbers)
        _refuse_others(numbers, done)
    typer.echo(f"Given up: {_listed(done)}.")


@silence_commands.command("add")
def silence_add(
    rule: Annotated[str, typer.Option(metavar="PATTERN", help="Ids of rules: cn-leads-us, cn-*.")],
    author: Annotated[str, typer.Option(help="Who asks for it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    subject: Annotated[str, typer.Option(metavar="PATTERN", help="Subjects: CN, OpenAI, new-*.")] = "*",
    lasting: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="12h, 7d, 2w.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TS", help="2026-07-01, 2026-07-01T12:00Z.")] = None,
    sample: Sample = False,
) -> None:
    """Keep messages back for a while: facts are recorded, and what they would have said is kept."""
    now = utc_now()
    expires_at = _end(now, lasting, until)
    if not (author.strip() and reason.strip()):
        raise UsageError("--author and --reason must say something; a silence is somebody's decision.")
    settings = _settings(sample=sample)
    ids = [entry.id for entry in load_rules(settings.reference)]
    covered = [name for name in ids if silences.matches(rule, name)]
    if not covered:
        raise UsageError(f"--rule '{rule}' matches no rule; there are {', '.join(ids)}.")
    with _open(sample=sample, write=True) as connection:
        number = silences.add_silence(
            connection,
            rule=rule,
            subject=subject,
            author=author,
            reason=reason,
            now=now,
            expires_at=expires_at,
        )
    typer.echo(f"Silence {number} until {expires_at:%Y-%m-%dT%H:%MZ}: {', '.join(covered)}.")


@silence_commands.command("list")
def silence_list(sample: Sample = False) -> None:
    """Every silence, oldest first, with what it kept back."""
    now = utc_now()
    with _open(sample=sample, write=False) as connection:
        found = silences.read_silences(connection)
    for each in found:
        state = "until" if now < each.expires_at else "over since"
        covered = f"{clean(each.rule)}, subjects {clean(each.subject)}"
        why = f"by {clean(each.author)}: {clean(each.reason)}"
        typer.echo(
            f"{each.id}: {covered}, {state} {each.expires_at:%Y-%m-%dT%H:%MZ}; {why}; kept back: {each.kept}"
        )
    if not found:
        typer.echo("There is no silence.")


@silence_commands.command("expire")
def silence_expire(
    number: Annotated[int, typer.Argument(help="As `silence list` shows it.")], sample: Sample = False
) -> None:
    """End a silence now. What it kept back stays unsent."""
    with _open(sample=sample, write=True) as connection:
        ended = silences.expire_silence(connection, number, utc_now())
    if not ended:
        raise UsageError(
            f"There is no silence {number} that still holds; `tokentide alerts silence list` has them."
        )
    typer.echo(f"Silence {number} is over.")


def _settings(*, sample: bool) -> Settings:
    return sample_settings(current_settings()) if sample else current_settings()


@contextmanager
def _open(*, sample: bool, write: bool) -> Iterator[Connection]:
    engine = open_database(_settings(sample=sample))
    try:
        with (writing if write else reading)(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _refuse_others(asked: list[int], done: list[int]) -> None:
    """All or nothing: the transaction is rolled back where a number is wrong."""
    if others := sorted(set(asked) - set(done)):
        raise UsageError(
            f"No dead message has the number {_listed(others)}; `tokentide alerts dead list` has them."
        )


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _end(now: datetime, lasting: str | None, until: str | None) -> datetime:
    """When a silence ends, from one of two options."""
    if (lasting is None) == (until is None):
        raise UsageError("Give either --for (12h, 7d, 2w) or --until; a silence must end.")
    if lasting is not None:
        if not (found := re.fullmatch(r"([1-9]\d{0,2})([hdw])", lasting)):
            raise UsageError(f"--for '{lasting}' is no span; write it like 12h, 7d or 2w.")
        return now + int(found[1]) * _UNITS[found[2]]
    ends = moment(until)
    if ends is None or ends <= now:
        raise UsageError(f"--until '{until}' is over already; give a later moment.")
    return ends
