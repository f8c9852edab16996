"""Commands that run flows: weekly, ingest, derivatives, backfill, measure."""

from typing import Annotated

import typer
from rich.text import Text

from flows.cli.manual import run_flow, shown
from flows.cli.options import AsOf, Sample, Source, day, moment
from flows.cli.sample import backfill_on_sample, derivatives_on_sample, weekly_on_sample
from schemas.errors import UsageError
from schemas.settings import current_settings
from schemas.slices import Slice
from tasks.report.printing import console_for_errors

SourceOption = Annotated[Source, typer.Option("--source", help="Which official channel to read.")]
NoNotify = Annotated[bool, typer.Option("--no-notify", help="Record events, write and send no messages.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything on a copy and throw it away.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(weekly)
    app.command()(ingest)
    app.command()(derivatives)
    app.command()(backfill)
    app.command()(measure)


def weekly(
    as_of: AsOf = None,
    source: SourceOption = Source.EXPORTS,
    sample: Sample = False,
    no_notify: NoNotify = False,
    dry_run: DryRun = False,
) -> int:
    """The main job: fetch, archive, record, attribute, measure, judge, tell."""
    settings = current_settings()
    if sample:
        if as_of or dry_run or source is not Source.EXPORTS:
            raise UsageError(
                "--sample brings its own time and upstream; leave out --as-of, --source and --dry-run."
            )
        return weekly_on_sample(settings, notify=not no_notify)
    asked = {"as_of": moment(as_of), "source": source.value, "notify": not no_notify, "dry_run": dry_run}
    return shown(run_flow("weekly_rankings", settings, **asked), settings)


def ingest(as_of: AsOf = None, source: SourceOption = Source.EXPORTS, dry_run: DryRun = False) -> int:
    """Fetch and record only: rankings and catalogue (the daily job)."""
    settings = current_settings()
    asked = {"as_of": moment(as_of), "source": source.value, "dry_run": dry_run}
    return shown(run_flow("daily_ingest", settings, **asked), settings)


def derivatives(
    as_of: AsOf = None,
    again: Annotated[bool, typer.Option("--again", help="Ask for what was read today, too.")] = False,
    sample: Sample = False,
    dry_run: DryRun = False,
) -> int:
    """How far families of open weights are built upon: today's counts of the Hugging Face Hub."""
    settings = current_settings()
    if sample:
        if as_of or dry_run:
            raise UsageError("--sample brings its own time and Hub; leave out --as-of and --dry-run.")
        return derivatives_on_sample(settings, again=again)
    console_for_errors().print(
        Text("Asking the Hub for each listed repository, about three minutes …", style="dim")
    )
    asked = {"as_of": moment(as_of), "again": again, "dry_run": dry_run}
    return shown(run_flow("derivatives", settings, **asked), settings)


def backfill(
    start: Annotated[str, typer.Option(metavar="D", help="First UTC day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option(metavar="D", help="Last UTC day; it must be over.")],
    again: Annotated[bool, typer.Option("--again", help="Ask for days that are recorded, too.")] = False,
    slices: Annotated[
        list[str] | None,
        typer.Option("--slice", metavar="S", help="Instead a slice: category=programming …; repeatable."),
    ] = None,
    sample: Sample = False,
) -> int:
    """History: spans of the Data API with a key, the dated exports without one. Resumes where it stopped."""
    settings = current_settings()
    wanted = [str(Slice.parse(text)) for text in slices or []]
    asked = {
        "start": day(start, "--start"),
        "end": day(end, "--end"),
        "again": again,
        "slices": wanted or None,
    }
    if sample:
        return backfill_on_sample(settings, **asked)
    return shown(run_flow("backfill", settings, **asked), settings)


def measure(as_of: AsOf = None, dry_run: DryRun = False) -> int:
    """Recompute the stored metrics from what is recorded; weeks whose inputs did not change cost nothing."""
    settings = current_settings()
    return shown(run_flow("measure", settings, as_of=moment(as_of), dry_run=dry_run), settings)
