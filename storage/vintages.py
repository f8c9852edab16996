"""What an answer changes of what is known, and what it would lose: pure, frames in, frames out."""

from dataclasses import dataclass
from datetime import date

import dataframely as dy
import polars as pl

from schemas.errors import RefusedAnswerError
from schemas.frames import QuarantinedRows, RankingRows
from schemas.receipts import Receipt
from schemas.slugs import OTHER


@dataclass(frozen=True)
class Held:
    """What is known of a series before an answer is taken in.

    Attributes:
        rows: `day` (Date), `permaslug` (String), `tokens` (Int64; null = withdrawn) of the days the answer touches.
        days: `day` (Date), `row_count`, `quarantined` (Int32) of those days and of the whole span asked for.
    """

    rows: pl.DataFrame
    days: pl.DataFrame

    @property
    def whole(self) -> pl.DataFrame:
        """The days that are held whole: `day`, `row_count`."""
        return self.days.filter(pl.col("quarantined") == 0).select("day", "row_count")


@dataclass(frozen=True)
class Changes:
    """What to write.

    Attributes:
        rows: `day`, `permaslug`, `tokens` (null = withdrawn) in the order of the payload, withdrawn ones last.
        days: `day`, `row_count`, `quarantined` of the days whose state is new or another.
    """

    rows: pl.DataFrame
    days: pl.DataFrame
    added: int
    revised: int
    withdrawn: int

    @property
    def nothing(self) -> bool:
        """Whether the answer holds the same facts that are known."""
        return self.rows.is_empty() and self.days.is_empty()


def days_of(
    receipt: Receipt, rows: dy.DataFrame[RankingRows], quarantined: dy.DataFrame[QuarantinedRows]
) -> pl.DataFrame:
    """The days that an answer speaks about: `day`, `row_count`, `quarantined` (Int32).

    A quarantined row whose day is unreadable may belong to any of them, so it counts for each. One dated
    outside of what was asked for makes no day of its own: nothing can be missing there.
    """
    first, last = receipt.asked.start or date.min, receipt.asked.end or receipt.fetched_at.date()
    counted = rows.group_by("day").agg(pl.len().cast(pl.Int32).alias("row_count"))
    bad = (
        quarantined.filter(pl.col("day").is_between(first, last))
        .group_by("day")
        .agg(pl.len().cast(pl.Int32).alias("quarantined"))
    )
    anywhere = quarantined["day"].null_count()
    return (
        counted.join(bad, on="day", how="full", coalesce=True)
        .with_columns(pl.col("row_count", "quarantined").fill_null(0))
        .with_columns((pl.col("quarantined") + anywhere).cast(pl.Int32))
        .sort("day")
    )


def changes_of(rows: dy.DataFrame[RankingRows], days: pl.DataFrame, held: Held) -> Changes:
    """What an answer changes.

    A day that is held whole is only ever replaced by a whole day. On any other day the understood rows are
    taken, and rows are withdrawn only by an answer that has the day whole.
    """
    frozen = days.filter(pl.col("quarantined") > 0).join(held.whole, on="day", how="semi")
    open_days = days.join(frozen, on="day", how="anti")
    complete = open_days.filter(pl.col("quarantined") == 0)
    key = ["day", "permaslug"]
    known = held.rows.with_columns(pl.lit(value=True).alias("known"))
    offered = (
        rows.join(frozen, on="day", how="anti", maintain_order="left")
        .join(known, on=key, how="left", suffix="_known", maintain_order="left")
        .filter(pl.col("tokens").ne_missing(pl.col("tokens_known")))
    )
    withdrawn = (
        held.rows.filter(pl.col("tokens").is_not_null())
        .join(complete, on="day", how="semi", maintain_order="left")
        .join(rows, on=key, how="anti", maintain_order="left")
        .with_columns(pl.lit(None, pl.Int64).alias("tokens"))
    )
    return Changes(
        rows=pl.concat([offered.select(*key, "tokens"), withdrawn.select(*key, "tokens")]),
        days=open_days.join(
            held.days, on=["day", "row_count", "quarantined"], how="anti", maintain_order="left"
        ),
        added=offered["known"].null_count(),
        revised=offered.height - offered["known"].null_count(),
        withdrawn=withdrawn.height,
    )


def refuse_loss(receipt: Receipt, days: pl.DataFrame, held: Held, changes: Changes) -> None:
    """Refuse an answer that would silently take away what is held.

    Raises:
        RefusedAnswerError: the answer is empty; a day that is held whole is absent from the span asked for;
            the `other` row of a held day is gone; a held day comes with fewer than half of its rows.
    """
    if days.is_empty():
        raise _refused(receipt, "it holds no rows")
    whole = held.whole
    if receipt.asked.start is not None and receipt.asked.end is not None:
        asked = whole.filter(pl.col("day").is_between(receipt.asked.start, receipt.asked.end))
        if (gone := asked.join(days, on="day", how="anti")).height:
            raise _refused(receipt, f"{_named(gone)} recorded before, and missing from it")
    if not changes.withdrawn:
        return  # no row of a held day is gone
    lost = changes.rows.filter(pl.col("tokens").is_null()).join(whole, on="day", how="semi")
    if (tails := lost.filter(pl.col("permaslug") == OTHER)).height:
        raise _refused(receipt, f"{_named(tails)} without the `other` row that was recorded")
    thin = (
        lost.select("day")
        .unique()
        .join(days, on="day")
        .join(whole, on="day", suffix="_held")
        .filter(pl.col("row_count") * 2 < pl.col("row_count_held"))
    )
    if thin.height:
        raise _refused(receipt, f"{_named(thin)} given with fewer than half of the rows that were recorded")


def _named(frame: pl.DataFrame) -> str:
    days = frame["day"].unique().sort()
    more = len(days) - 1
    return f"{days[0]} is" if not more else f"{days[0]} and {more} more day{'s' if more > 1 else ''} are"


def _refused(receipt: Receipt, why: str) -> RefusedAnswerError:
    return RefusedAnswerError(
        f"The answer of {receipt.channel} (archived as {receipt.id}) is refused: {why}. "
        "Nothing was changed; run again when the upstream is complete."
    )
