"""Every vintage of the lists of a channel: what an export reads."""

from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, select

from schemas.listed import LISTED
from schemas.receipts import Channel
from storage.asof import TABLES
from storage.bulk import read_frame
from storage.series import day_of

_LISTING: Final = TABLES["listing"]
_MOMENT: Final = pl.Datetime("us", "UTC")
_LISTINGS: Final[dict[str, Any]] = {
    "listing_id": pl.Int64,
    "subject": pl.String,
    "window_start": pl.Date,
    "window_end": pl.Date,
    "known_at": _MOMENT,
    "set_apart": pl.Int64,
}
_ABOUT: Final = ("subject", "window_start", "window_end")


def read_listing_versions(connection: Connection, channel: Channel, standpoint: datetime) -> pl.DataFrame:
    """The rows of every version of every list of a channel, up to `standpoint` (aware UTC).

    Returns:
        `listing_id`, `set_apart` (Int64), `subject` (String), `window_start`, `window_end` (Date), `known_at`,
        `replaced_at` (Datetime UTC; the latter null where no known version replaced it), and the columns of the
        channel's rows (see `schemas.listed.LISTED`).
    """
    about = _LISTING.c
    found = connection.execute(
        select(
            about.id,
            about.subject,
            about.first_epoch_day,
            about.last_epoch_day,
            about.known_at,
            about.set_apart,
        ).where(about.channel == str(channel), about.known_at <= standpoint)
    )
    rows = [(each[0], each[1], day_of(each[2]), day_of(each[3]), each[4], each[5]) for each in found]
    listings = (
        pl.DataFrame(rows, schema=_LISTINGS, orient="row")
        .sort("listing_id")
        .with_columns(replaced_at=pl.col("known_at").shift(-1).over(_ABOUT))
    )
    name, shape = LISTED[channel]
    table, columns = TABLES[name], {"listing_id": pl.Int64, **shape.create_empty().schema}
    query = (
        select(*(table.c[column] for column in columns))
        .join(_LISTING, about.id == table.c.listing_id)
        .where(about.channel == str(channel), about.known_at <= standpoint)
    )
    return listings.join(read_frame(connection, query, columns), on="listing_id")
