"""From which moment on every standpoint is still answered: what `vacuum` dropped is never silently missing."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from schemas.errors import AsOfError
from storage.asof import TABLES

_RETENTION: Final = TABLES["retention"]


def kept_from(connection: Connection) -> datetime | None:
    """The earliest standpoint (aware UTC) that is still answered exactly; None if nothing was ever dropped."""
    newest: datetime | None = connection.execute(
        select(func.max(_RETENTION.c.kept_from, type_=_RETENTION.c.kept_from.type))
    ).scalar()
    return newest


def refuse_dropped(connection: Connection, standpoint: datetime) -> None:
    """Refuse a standpoint from which rows were visible that are no longer there.

    Raises:
        AsOfError: `vacuum` dropped vintages that were current then.
    """
    horizon = kept_from(connection)
    if horizon is not None and standpoint < horizon:
        raise AsOfError(
            f"What was known at {standpoint:%Y-%m-%dT%H:%MZ} is no longer held: vacuum dropped what was replaced "
            f"by {horizon:%Y-%m-%dT%H:%MZ}. Give that or a later --as-of, or run `tokentide replay`, which "
            "brings it back from the archive."
        )
