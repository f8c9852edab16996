"""Commands that only read: show, say, labs review, doctor. They never import Prefect."""

from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.text import Text

from flows.cli.answering import Wanted, answered
from flows.cli.asking import Counted
from flows.cli.heard import refuse_what_is_not_heard
from flows.cli.options import AsFormat, AsOf, Format, Sample, recorded
from flows.cli.shown import BESIDE_NAMES, LISTING_NAMES, SAID_NAME
from flows.cli.windows import window_asked
from schemas.answers import Answer
from schemas.definitions import Variants
from schemas.slices import Slice
from tasks.answers import METRICS, Question, answer
from tasks.reading import read
from tasks.report.printing import as_csv, as_json, as_table, console_for_output
from tasks.report.sentence import say as put_into_words

NAMES: Final = (*METRICS, *BESIDE_NAMES, *LISTING_NAMES, SAID_NAME)
Shown = StrEnum("Shown", {name: name for name in NAMES})  # type: ignore[misc]  # one list of names
WindowOption = Annotated[
    str | None,
    typer.Option("--window", metavar="W", help="2026-W25, trailing:7@2026-06-21, 2026-06-15..2026-06-21 …"),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(show)
    app.command()(say)


def show(
    context: typer.Context,
    what: Annotated[Shown, typer.Argument(metavar="WHAT", help=", ".join(NAMES))],
    window: WindowOption = None,
    basis: Annotated[
        str | None, typer.Option(help="all (but for hhi), named, attributed, pair:CN,US, top:9")
    ] = None,
    variants: Annotated[
        Variants | None, typer.Option(help="Count :free and its like with the model (merged), or apart.")
    ] = None,
    by: Annotated[Counted | None, typer.Option(help="What to count by.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="Only this origin, lab, author, model or family.")
    ] = None,
    without_free: Annotated[
        bool, typer.Option("--without-free", help="Leave the :free variants out.")
    ] = False,
    pair: Annotated[str, typer.Option(help="The two origins of a lead; any two of a price ratio.")] = "CN,US",
    top: Annotated[int, typer.Option(min=1, max=50, help="The N of a concentration.")] = 5,
    over: Annotated[
        str, typer.Option(help="How far back growth, totals and contributions compare: 1w, 52w.")
    ] = "1w",
    at: Annotated[float, typer.Option(min=0, help="The benchmark index that the cheapest must reach.")] = 50,
    start: Annotated[str | None, typer.Option(metavar="D", help="First day of a series of windows.")] = None,
    end: Annotated[str | None, typer.Option(metavar="D", help="Last day of a series of windows.")] = None,
    every: Annotated[
        str | None, typer.Option(metavar="KIND", help="week, week:SUN, trailing:7, month, quarter")
    ] = None,
    series: Annotated[
        str | None, typer.Option(metavar="S", help="A slice instead of the headline: category=programming …")
    ] = None,
    as_of: AsOf = None,
    form: AsFormat = Format.TABLE,
    sample: Sample = False,
) -> None:
    """Any metric of any window from recorded rows, as known at any moment."""
    refuse_what_is_not_heard(context, what, METRICS.get(what))
    wanted = Wanted(
        what=what,
        window=window,
        start=start,
        end=end,
        every=every,
        of=None if series is None else Slice.parse(series),
        by=by,
        basis=basis,
        variants=variants,
        subject=subject,
        without_free=without_free,
        pair=pair,
        top=top,
        over=over,
        at=at,
    )
    with recorded(sample=sample, as_of=as_of) as (connection, settings, standpoint):
        found = answered(wanted, connection, settings, standpoint)
    print_answer(found, form)


def say(window: WindowOption = None, as_of: AsOf = None, sample: Sample = False) -> None:
    """One publishable sentence, one caveat, the citation. Says "led" only where that is decided."""
    with recorded(sample=sample, as_of=as_of) as (connection, settings, standpoint):
        known = read(connection, settings, standpoint)
        asked = window_asked(known, window, None, None)
        said = put_into_words(
            answer(known, Question("shares", asked)), answer(known, Question("leads", asked))
        )
    console = console_for_output()
    for line in (said.sentence, said.caveat, said.citation):
        console.print(Text(line), soft_wrap=True)


def print_answer(found: Answer, form: Format) -> None:
    """Print an answer in the form asked for."""
    console = console_for_output()
    match form:
        case Format.JSON:
            typer.echo(as_json(found))
        case Format.CSV:
            typer.echo(as_csv(found), nl=False)
        case Format.TABLE:
            as_table(found, console)
