"""Which revision the database has, told apart without importing Alembic; and the way up to ours."""

from enum import Enum, auto
from typing import Final

from sqlalchemy import Connection, inspect, text

from schemas.errors import DatabaseNewerError, StorageError

REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)
"""Every revision, oldest first. Importing Alembic costs a third of a second, so this is written down; a
test holds it equal to the scripts in `storage/migrations/versions`."""


class Standing(Enum):
    """How a database stands to the tables of this version."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()


def standing_of(connection: Connection) -> Standing:
    """Compare the database with this version.

    Raises:
        DatabaseNewerError: it has a revision that this version does not know.
        StorageError: it holds tables of something else.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return Standing.EMPTY
    if "alembic_version" not in tables:
        raise StorageError(
            "The database holds tables of another program; point TOKENTIDE_DATABASE_URL elsewhere."
        )
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if not found:
        return Standing.EMPTY
    if len(found) > 1 or found[0] not in REVISIONS:
        raise DatabaseNewerError(
            f"The database has revision {', '.join(found)}, which this tokentide does not know: "
            "upgrade tokentide, or point TOKENTIDE_DATABASE_URL elsewhere."
        )
    return Standing.CURRENT if found[0] == REVISIONS[-1] else Standing.OLDER


def upgrade(connection: Connection) -> None:
    """Bring the tables up to this version, in the caller's transaction.

    Raises:
        DatabaseNewerError: the database has a revision that this version does not know.
    """
    if standing_of(connection) is Standing.CURRENT:
        return  # another process was quicker between the look and the lock
    # Here, because it costs a third of a second and most runs have nothing to migrate.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    command.upgrade(config, "head")
