"""`tokentide replay` and `tokentide db`: the database anew, and up to date."""

import typer

from flows.cli.options import Sample
from flows.sample.home import sample_settings
from schemas.settings import current_settings
from storage.engine import connect, database_url, writing
from storage.replay import Readers
from storage.replay import replay as rebuild
from storage.revision import REVISIONS, upgrade
from tasks.normalize import normalize, normalize_catalogue

database = typer.Typer(help="The database.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(replay)
    app.add_typer(database, name="db")


def replay(sample: Sample = False) -> None:
    """Rebuild the fact tables from the archive alone: no network; ledger, due messages and budget stay."""
    settings = sample_settings(current_settings()) if sample else current_settings()
    outcome = rebuild(settings, Readers(normalize, normalize_catalogue))
    typer.echo(
        f"Replayed {outcome.answers} archived answers: {outcome.vintages} vintages written, "
        f"{outcome.refused} answers refused as when they came."
    )


@database.command("upgrade")
def db_upgrade() -> None:
    """Migrate the database to this version (PostgreSQL never migrates by itself)."""
    engine = connect(database_url(current_settings()))
    with writing(engine) as connection:
        upgrade(connection)
    engine.dispose()
    typer.echo(f"The database has revision {REVISIONS[-1]}.")
