"""Ranking rows with their vintages: what an answer changed, and nothing else, is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.errors import AsOfError
from schemas.published_frames import QuarantinedRows, RankingRows
from schemas.receipts import Receipt, series_of
from schemas.slugs import OTHER
from storage.headline import Headline, read_headline
from storage.new_vintage import NewVintage
from storage.quarantine import store_quarantined
from storage.receipts import spans_stated_later, store_receipt
from storage.restatements import read_restatements
from storage.series import View, known_days, known_rows, ranked_days, view_of
from storage.vintages import Changes, Held, changes_of, days_of, refuse_loss, replaced_days

__all__ = ["Headline", "RecordOutcome", "read_headline", "read_restatements", "record_rankings"]

_BLOCK: Final = 100_000
"""Rows that are compared, and written, at a time: two years of answers of today's size are far less."""
_NO_ROWS: Final = pl.DataFrame(schema={"day": pl.Date, "permaslug": pl.String, "tokens": pl.Int64})
_NO_DAYS: Final = pl.DataFrame(schema={"day": pl.Date, "row_count": pl.Int32, "quarantined": pl.Int32})


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What recording an answer did.

    Attributes:
        snapshot_id: the vintage that was written; None where every fact was known.
        added: rows of a day and model that had none.
        revised: rows that replaced another value.
        withdrawn: rows that a whole day no longer has.
        quarantined: rows of the answer that were not understood, whether seen before or not.
        days: UTC days that the answer speaks about.
    """

    snapshot_id: int | None
    added: int
    revised: int
    withdrawn: int
    quarantined: int
    days: int


def record_rankings(
    connection: Connection,
    receipt: Receipt,
    rows: dy.DataFrame[RankingRows],
    quarantined: dy.DataFrame[QuarantinedRows],
) -> RecordOutcome:
    """Record what an archived answer changes, known from its fetch time on.

    Facts that are known already write no row but the receipt. A day that is held whole is never touched by
    an answer that has the day with quarantined rows, nor by one that was published before the last that
    stated it: in whatever order answers come, the newest word counts.

    Args:
        connection: a `writing` transaction; it is the caller's to commit.
        receipt: the answer; its channel names the series.
        rows: its understood rows.
        quarantined: its other rows; stored once per payload.

    Raises:
        RefusedAnswerError: the answer would lose recorded facts; nothing is written.
        AsOfError: it would write a vintage older than the newest one of its series; nothing is written.
    """
    view = view_of(connection, series_of(receipt))
    by_day = rows if rows["day"].is_sorted() else rows.sort("day", maintain_order=True)
    days = days_of(receipt, by_day, quarantined)
    held = _held(connection, view, receipt, days)
    refuse_loss(receipt, days, held, _lost_tails(connection, view, by_day, days, held))
    if view.known_at is not None and receipt.fetched_at < view.known_at:
        _refuse_change(receipt, view, _changes(connection, view, by_day, days, held))
    store_receipt(connection, receipt)
    store_quarantined(connection, receipt, quarantined)
    vintage = NewVintage(connection, view, receipt)
    for changes in _changes(connection, view, by_day, days, held):
        vintage.add(changes)
    return RecordOutcome(
        snapshot_id=vintage.id,
        added=vintage.added,
        revised=vintage.revised,
        withdrawn=vintage.withdrawn,
        quarantined=quarantined.height,
        days=days.height,
    )


def _refuse_change(receipt: Receipt, view: View, found: Iterable[Changes]) -> None:
    if not all(changes.nothing for changes in found):
        raise AsOfError(
            f"Recording as of {receipt.fetched_at:%Y-%m-%dT%H:%MZ} would change what is known since "
            f"{view.known_at:%Y-%m-%dT%H:%MZ} ({view.key}); give that or a later --as-of."
        )


def _held(connection: Connection, view: View, receipt: Receipt, days: pl.DataFrame) -> Held:
    """What is known of the days of an answer and of the whole span asked for, without any rows."""
    if view.newest == 0 or days.is_empty():
        return Held(_NO_ROWS, _NO_DAYS)
    first, last = days["day"][0], days["day"][-1]
    asked_first, asked_last = receipt.asked.start or first, receipt.asked.end or last
    return Held(
        rows=_NO_ROWS,
        days=known_days(connection, view, min(first, asked_first), max(last, asked_last)),
        stated_later=spans_stated_later(connection, receipt),
    )


def _lost_tails(
    connection: Connection, view: View, rows: pl.DataFrame, days: pl.DataFrame, held: Held
) -> pl.DataFrame:
    """The days that are held whole with their `other` row, and that the answer has whole without it: `day`."""
    without = replaced_days(days, held).join(rows.filter(pl.col("permaslug") == OTHER), on="day", how="anti")
    if without.is_empty():
        return without
    known = ranked_days(connection, view, OTHER, without["day"][0], without["day"][-1])
    return without.join(known, on="day", how="semi")


def _changes(
    connection: Connection, view: View, rows: pl.DataFrame, days: pl.DataFrame, held: Held
) -> Iterator[Changes]:
    """What an answer changes, a block of days at a time, so that memory stays flat."""
    at = 0
    block_of = (pl.col("row_count").cast(pl.Int64).cum_sum() // _BLOCK).alias("block")
    for block in days.with_columns(block_of).partition_by("block", include_key=False):
        first, last = block["day"][0], block["day"][-1]
        taken = int(block["row_count"].sum())
        known = replace(held, days=held.days.filter(pl.col("day").is_between(first, last)))
        if known.days.height:
            known = replace(known, rows=known_rows(connection, view, first, last))
        yield changes_of(rows.slice(at, taken), block, known)
        at += taken
