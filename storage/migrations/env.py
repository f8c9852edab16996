"""What Alembic runs: every migration on the connection, and in the transaction, that it was handed."""

from alembic import context
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401 - fills the metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
