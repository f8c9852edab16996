"""What Alembic runs: every migration in one transaction, of the caller or of its own.

tokentide hands its connection in. Started by hand (`alembic downgrade`, `alembic check`), the database of the
settings is opened, and other writers wait.
"""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from schemas.settings import current_settings
from schemas.tables import table_modules
from storage.engine import connect, database_url, writing


def migrate(connection: Connection) -> None:
    """Do what Alembic was asked for."""
    table_modules()
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = connect(database_url(current_settings()))
    with writing(engine) as own:
        migrate(own)
    engine.dispose()
