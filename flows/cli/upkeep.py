"""`tokentide replay`, `vacuum` and `db`: the database anew, smaller, and up to date."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from flows.cli.options import Sample
from flows.sample.home import LAST_LOOK, sample_settings
from schemas.errors import UsageError
from schemas.settings import current_settings
from storage.engine import connect, database_url, open_database, reading, writing
from storage.replay import replay as rebuild
from storage.revision import REVISIONS, upgrade
from storage.vacuum import count_replaced, drop_replaced, shrink
from tasks.clock import utc_now
from tasks.ingest import READERS

database = typer.Typer(help="The database.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(replay)
    app.command()(vacuum)
    app.add_typer(database, name="db")


def replay(sample: Sample = False) -> None:
    """Rebuild the fact tables from the archive alone: no network; ledger, due messages and budget stay."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    outcome = rebuild(settings, READERS)
    typer.echo(
        f"Replayed {outcome.answers} archived answers: {outcome.vintages} vintages written, "
        f"{outcome.refused} answers refused as when they came."
    )


def vacuum(
    keep: Annotated[
        str, typer.Option("--keep", metavar="AGE", help="How far back --as-of stays exact: 90d, 52w.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    sample: Sample = False,
) -> None:
    """Drop versions of rows that newer ones had replaced before AGE ago; the archive keeps everything."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    now = LAST_LOOK if sample else utc_now()
    horizon = now - _age(keep)
    engine = open_database(settings)
    try:
        if dry_run:
            with reading(engine) as connection:
                found = count_replaced(connection, horizon)
        else:
            with writing(engine) as connection:
                found = drop_replaced(connection, horizon, now)
            shrink(engine)
    finally:
        engine.dispose()
    if found.nothing:
        typer.echo(
            f"Nothing to drop: nothing is held that a newer version had replaced by {horizon:%Y-%m-%dT%H:%MZ}."
        )
        return
    typer.echo(
        f"{'Would drop' if dry_run else 'Dropped'} {found.rows:,} of {found.rows_of:,} versions of rows and "
        f"{found.days:,} of {found.days_of:,} of days' states, replaced by {horizon:%Y-%m-%dT%H:%MZ}. "
        f"{'Then' if dry_run else 'From now on'} an --as-of before that is refused, until `tokentide replay` brings "
        "them back from the archive."
    )


def _age(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9]\d{0,4})([dw])", text)
    if found is None:
        raise UsageError(f"--keep '{text}' is no age; write it like 90d or 52w.")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))


@database.command("upgrade")
def db_upgrade() -> None:
    """Migrate the database to this version (PostgreSQL never migrates by itself)."""
    engine = connect(database_url(current_settings()))
    with writing(engine) as connection:
        upgrade(connection)
    engine.dispose()
    typer.echo(f"The database has revision {REVISIONS[-1]}.")
