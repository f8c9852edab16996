"""The headline series as of a standpoint: one series out of two channels, as long as they agree."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection, select

from schemas.published_frames import DayStates, Usage
from schemas.receipts import Channel, SeriesKey
from storage.asof import TABLES
from storage.receipts import newest_as_of
from storage.series import View, known_days, known_rows, view_of
from storage.splice import disagreement, shared_days, speakers

_SNAPSHOT: Final = TABLES["snapshot"]
_RECEIPT: Final = TABLES["archive_receipt"]
_EXPORTS: Final = SeriesKey(channel=Channel.EXPORTS)
_API: Final = SeriesKey(channel=Channel.API)
_NOTHING: Final = pl.DataFrame(
    schema={"day": pl.Date, "permaslug": pl.String, "tokens": pl.Int64, "snapshot_id": pl.Int32}
)


@dataclass(frozen=True)
class Headline:
    """What a standpoint knows of OpenRouter's daily tokens; `storage.slices` has the same of a slice.

    Attributes:
        usage: the rows of whole days (see `Usage`), oldest first.
        days: every day of the span that was received, whole or not (see `DayStates`), oldest first.
        series: the series that speak for those days; where there are none, those that are recorded.
        spliced: whether days of both channels are in it.
        disagreement: why the channels are not spliced, in one sentence; None where they agree.
        as_of: the publisher's time of the newest answer of these series (aware UTC); None if none is known.
        provenance: which payloads supplied the rows of each day: `day` (Date), `snapshot_id` (Int32), `url`,
            `sha256` (String), in the order of their vintages.
        vintages: the newest vintage of each channel that is known, whether it speaks or not; 0 where there is none.
    """

    usage: dy.DataFrame[Usage]
    days: dy.DataFrame[DayStates]
    series: tuple[SeriesKey, ...]
    spliced: bool
    disagreement: str | None
    as_of: datetime | None
    provenance: pl.DataFrame
    vintages: dict[Channel, int] = field(default_factory=dict)

    @property
    def inputs(self) -> list[dict[str, str]]:
        """`url` and `sha256` of the payloads that supplied the rows, in the order of their vintages."""
        return self.inputs_of(date.min, date.max)

    def inputs_of(self, first: date, last: date) -> list[dict[str, str]]:
        """`url` and `sha256` of the payloads that supplied the rows of the days `[first, last]`."""
        supplied = self.provenance.filter(pl.col("day").is_between(first, last))
        return supplied.select("url", "sha256").unique(maintain_order=True).to_dicts()


@dataclass(frozen=True)
class Speakers:
    """Who speaks for which day, from one standpoint.

    Attributes:
        views: the series that may speak, by channel.
        days: every day with the `channel` that speaks for it (see `splice.speakers`).
        disagreement: why the channels are not spliced; None where they agree.
        vintages: as in `Headline`.
    """

    views: dict[Channel, View]
    days: pl.DataFrame
    disagreement: str | None
    vintages: dict[Channel, int]


def read_speakers(connection: Connection, standpoint: datetime) -> Speakers:
    """Decide who speaks, as known at `standpoint` (aware UTC).

    Whether the channels agree is decided on all days that both of them hold, so that every read from one
    standpoint uses the same series, whatever days it is about.
    """
    views = _views(connection, standpoint)
    vintages = {channel: view.newest for channel, view in views.items()}
    days = {channel: known_days(connection, view, None, None) for channel, view in views.items()}
    differ = _compare(connection, views, days, standpoint)
    if differ is not None:
        del views[Channel.API]
        days[Channel.API] = days[Channel.API].clear()
    return Speakers(views, speakers(days[Channel.EXPORTS], days[Channel.API]), differ, vintages)


def newest_vintages(connection: Connection, standpoint: datetime) -> dict[Channel, int]:
    """The newest vintage of each channel that `standpoint` (aware UTC) knows; 0 where it knows none."""
    return {channel: view.newest for channel, view in _views(connection, standpoint).items()}


def _views(connection: Connection, standpoint: datetime) -> dict[Channel, View]:
    return {key.channel: view_of(connection, key, standpoint) for key in (_EXPORTS, _API)}


def read_headline(
    connection: Connection,
    standpoint: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    who: Speakers | None = None,
) -> Headline:
    """The headline series as known at `standpoint` (aware UTC), of the days `[start, end]`.

    `who` speaks from that standpoint is decided here where it was not before (see `read_speakers`).
    """
    who = who or read_speakers(connection, standpoint)
    views = who.views
    spoken = who.days.filter(pl.col("day").is_between(start or date.min, end or date.max))
    used = [view for channel, view in views.items() if str(channel) in spoken["channel"]]
    rows = [_NOTHING, *(_rows(connection, view, spoken) for view in used)]
    read = pl.concat(rows).sort("day", maintain_order=True)
    series = used or [view for view in views.values() if view.newest]
    return Headline(
        usage=read.filter(pl.col("tokens").is_not_null()).drop("snapshot_id").pipe(Usage.validate),
        days=DayStates.validate(spoken.drop("channel").rename({"row_count": "rows"}), cast=True),
        series=tuple(view.key for view in series),
        spliced=len(used) > 1,
        disagreement=who.disagreement,
        as_of=newest_as_of(connection, standpoint, [view.key for view in series]),
        provenance=provenance_of(connection, read.select("day", "snapshot_id").unique()),
        vintages=who.vintages,
    )


def _compare(
    connection: Connection,
    views: dict[Channel, View],
    days: dict[Channel, pl.DataFrame],
    standpoint: datetime,
) -> str | None:
    shared = shared_days(days[Channel.EXPORTS], days[Channel.API], standpoint)
    if shared.is_empty():
        return None
    first, last = shared["day"][0], shared["day"][-1]
    exports, api = (
        known_rows(connection, views[channel], first, last)
        .filter(pl.col("tokens").is_not_null())
        .join(shared, on="day", how="semi")
        for channel in (Channel.EXPORTS, Channel.API)
    )
    return disagreement(exports, api)


def _rows(connection: Connection, view: View, spoken: pl.DataFrame) -> pl.DataFrame:
    """The rows of the whole days that a series speaks for, withdrawn ones too: they are inputs as well."""
    days = spoken.filter(pl.col("channel") == str(view.key.channel), pl.col("quarantined") == 0)
    if days.is_empty():
        return _NOTHING
    rows = known_rows(connection, view, days["day"][0], days["day"][-1])
    return rows.join(days, on="day", how="semi", maintain_order="left")


def provenance_of(connection: Connection, supplied: pl.DataFrame) -> pl.DataFrame:
    """Which payloads supplied rows, as `Headline.provenance` says.

    Args:
        connection: one consistent view of the database.
        supplied: `day` (Date), `snapshot_id` (Int32) of the rows, each pair once.
    """
    receipts = connection.execute(
        select(_SNAPSHOT.c.id, _RECEIPT.c.url, _RECEIPT.c.sha256).join(
            _RECEIPT, _RECEIPT.c.id == _SNAPSHOT.c.receipt_id
        )
    ).all()
    schema = {"snapshot_id": pl.Int32, "url": pl.String, "sha256": pl.String}
    named = pl.DataFrame([tuple(row) for row in receipts], schema=schema, orient="row")
    return supplied.join(named, on="snapshot_id").sort("snapshot_id", "day")
