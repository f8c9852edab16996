"""Opening the database, and the only two ways to use it: `writing` and `reading`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Select, create_engine, func, make_url, select, text, true
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from schemas.errors import HomeUnwritableError, StorageError, UsageError
from schemas.settings import Settings
from storage import embedded
from storage.revision import Standing, standing_of, upgrade

WRITER_LOCK: Final = 0x746F6B656E746964
"""The advisory lock that PostgreSQL's writers queue at: `tokentid` in ASCII, so that no other program's meets it."""
_KEEPALIVES: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Each side of a connection learns within a minute that the other lost its power or its network; the default is
two hours, for which a dead writer would keep its lock, and a run would wait for a dead server."""
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    # A statement that is prepared after some runs is planned for any span of days: half as fast for a long one.
    "postgresql": {"prepare_threshold": None, "connect_timeout": 10, **_KEEPALIVES},
}


def open_database(settings: Settings) -> Engine:
    """An engine on a database that has exactly the tables of this version.

    The home folder is made where it is missing. The embedded SQLite is migrated by itself; PostgreSQL,
    which several hosts may share, never is.

    Raises:
        HomeUnwritableError: TOKENTIDE_HOME cannot be created or written.
        DatabaseNewerError: the database was written by a newer tokentide.
        StorageError: it cannot be opened, is no database, or is a PostgreSQL that must be migrated first.
        UsageError: TOKENTIDE_DATABASE_URL is no URL of SQLite or PostgreSQL.
    """
    make_home(settings.home)
    engine = connect(database_url(settings))
    try:
        _ensure_current(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _ensure_current(engine: Engine) -> None:
    with reading(engine) as connection:
        standing = standing_of(connection)
    if standing is Standing.CURRENT:
        return
    if engine.dialect.name != "sqlite":
        raise StorageError("The PostgreSQL database is not migrated; run `tokentide db upgrade`.")
    with writing(engine) as connection:
        upgrade(connection)


def make_home(home: Path) -> None:
    """Make the folder that everything lives in.

    Raises:
        HomeUnwritableError: it cannot be created or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnwritableError(
            f"TOKENTIDE_HOME {home} cannot be created ({error.strerror}); set it to a folder that can be written."
        ) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise HomeUnwritableError(
            f"TOKENTIDE_HOME {home} cannot be written; change its permissions or set another folder."
        )


def connect(url: URL) -> Engine:
    """An engine with the transactions that this package relies on, whatever state the database is in.

    Raises:
        StorageError: the driver is not installed.
        UsageError: the URL is of no supported database.
    """
    options = _OPTIONS.get(url.get_backend_name(), {})
    ours = {name: value for name, value in options.items() if name not in url.query}
    try:
        engine = create_engine(url, hide_parameters=True, connect_args=ours)
    except (NoSuchModuleError, ArgumentError) as error:
        raise UsageError(_BAD_URL) from error
    except ModuleNotFoundError as error:
        raise StorageError(f"PostgreSQL needs {error.name}; pip install 'tokentide[postgresql]'.") from error
    if engine.dialect.name == "sqlite":
        embedded.attend(engine)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer runs beside: commits at the end, rolls back on any error.

    Raises:
        StorageError: the database could not be used; nothing was written.
    """
    with _transaction(engine, {embedded.WRITES: True}) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(_writers_settings())
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
        yield connection


def _writers_settings() -> Select[Any]:
    """What PostgreSQL is told about a writer, for its transaction only."""
    told = {f"tcp_{name}": value for name, value in _KEEPALIVES.items()}
    told["lock_timeout"] = embedded.BUSY_TIMEOUT_MS
    return select(*(func.set_config(name, str(value), true()) for name, value in told.items()))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view: what others commit in the meantime is not seen.

    Raises:
        StorageError: the database could not be used.
    """
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _transaction(engine, options) as connection:
        yield connection


@contextmanager
def _transaction(engine: Engine, options: dict[str, Any]) -> Iterator[Connection]:
    with (
        _said_plainly(engine),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


_BAD_URL: Final = (
    "TOKENTIDE_DATABASE_URL is not usable; write sqlite:////absolute/path.db or postgresql://user@host/name."
)


def database_url(settings: Settings) -> URL:
    """The address of the database in use; it may hold a password.

    Raises:
        UsageError: TOKENTIDE_DATABASE_URL is no URL of SQLite or PostgreSQL.
    """
    if settings.database_url is None:
        # Not parsed out of text: a home may hold a question mark or a percent sign.
        return URL.create("sqlite", database=str(settings.home / "tokentide.db"))
    try:
        url = make_url(settings.database)
    except ArgumentError:
        raise UsageError(_BAD_URL) from None  # its message would repeat the password
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise UsageError(_BAD_URL)


@contextmanager
def _said_plainly(engine: Engine) -> Iterator[None]:
    """What a database says about itself, as one line; mistakes of our own statements stay as they are."""
    try:
        yield
    except DatabaseError as error:
        if type(error) not in {OperationalError, DatabaseError}:
            raise
        where = engine.url.database if engine.dialect.name == "sqlite" else engine.url.host or "server"
        said = " ".join(str(error.orig).split())
        raise StorageError(f"The database {where} cannot be used: {said}; {_repair(said)}") from error


def _repair(said: str) -> str:
    repairs = {
        "locked": "another run is writing: try again when it is done.",
        "lock timeout": "another run is writing: try again when it is done.",
        "full": "free some space and run again; nothing was written.",
        "I/O error": "check the disk and the space on it, and run again; nothing was written.",
        "not a database": "move that file away, or point TOKENTIDE_DATABASE_URL elsewhere.",
        "malformed": "move that file away and run `tokentide replay`; the archive has everything.",
        "unable to open": "check that its folder exists and can be written.",
        "readonly": "change the permissions of that file and its folder.",
    }
    return next((repair for sign, repair in repairs.items() if sign in said), "check it and run again.")
