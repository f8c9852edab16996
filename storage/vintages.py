"""What an answer changes of what is known, and what it would lose: pure, frames in, frames out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import dataframely as dy
import polars as pl

from schemas.errors import RefusedAnswerError
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Receipt

_KEY: Final = ("day", "permaslug")


@dataclass(frozen=True)
class Held:
    """What is known of some days of a series before an answer is taken in.

    Attributes:
        rows: `day` (Date), `permaslug` (String), `tokens` (Int64; null = withdrawn).
        days: `day` (Date), `row_count`, `quarantined` (Int32).
        stated_later: first and last day of each span that an answer published after this one has stated.
    """

    rows: pl.DataFrame
    days: pl.DataFrame
    stated_later: Sequence[tuple[date, date]] = ()

    @property
    def whole(self) -> pl.DataFrame:
        """The days that are held whole: `day`, `row_count`."""
        return self.days.filter(pl.col("quarantined") == 0).select("day", "row_count")

    @property
    def newer(self) -> pl.DataFrame:
        """The days that are held whole in words published after this answer: `day`."""
        spans = [pl.col("day").is_between(first, last) for first, last in self.stated_later]
        return self.whole.filter(pl.any_horizontal(spans) if spans else pl.lit(value=False)).select("day")


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


def days_of(receipt: Receipt, rows: pl.DataFrame, quarantined: dy.DataFrame[QuarantinedRows]) -> pl.DataFrame:
    """The days that an answer, in the order of its days, speaks about: `day`, `row_count`, `quarantined` (Int32).

    A quarantined row whose day is unreadable may belong to any of them, so it counts for each. One dated
    outside of what was asked for makes no day of its own: nothing can be missing there.
    """
    first, last = receipt.asked.start or date.min, receipt.asked.end or receipt.fetched_at.date()
    runs = rows.select(pl.col("day").rle()).unnest("day")  # grouping would hold an index of every row
    counted = runs.select(pl.col("value").alias("day"), pl.col("len").cast(pl.Int32).alias("row_count"))
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


def changes_of(rows: pl.DataFrame, days: pl.DataFrame, held: Held) -> Changes:
    """What an answer changes of some days.

    A day that is held whole is only ever replaced by a whole day that was not published earlier. On any other
    day the understood rows are taken, and rows are withdrawn only by an answer that has the day whole.

    Args:
        rows: `RankingRows` of those days.
        days: the states of those days, as `days_of` says.
        held: what is known of those days.
    """
    if held.days.is_empty():  # a first load: nothing to compare with, and nothing to copy
        return Changes(rows.select(*_KEY, "tokens"), days, added=rows.height, revised=0, withdrawn=0)
    spoiled = days.filter(pl.col("quarantined") > 0).join(held.whole, on="day", how="semi")
    frozen = pl.concat([spoiled.select("day"), held.newer])
    open_days = _without(days, frozen)
    known = held.rows.with_columns(pl.lit(value=True).alias("known"))
    beside = _without(rows, frozen).join(known, on=_KEY, how="left", suffix="_known", maintain_order="left")
    offered = beside.filter(pl.col("tokens").ne_missing(pl.col("tokens_known")))
    withdrawn = _withdrawn(rows, open_days.filter(pl.col("quarantined") == 0), held)
    return Changes(
        rows=pl.concat([offered.select(*_KEY, "tokens"), withdrawn]),
        days=open_days.join(
            held.days, on=["day", "row_count", "quarantined"], how="anti", maintain_order="left"
        ),
        added=offered["known"].null_count(),
        revised=offered.height - offered["known"].null_count(),
        withdrawn=withdrawn.height,
    )


def _without(frame: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    return frame.join(frozen, on="day", how="anti", maintain_order="left") if frozen.height else frame


def _withdrawn(rows: pl.DataFrame, whole: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The rows that are held of `whole` days and that the answer no longer has, without tokens."""
    gone = held.rows.filter(pl.col("tokens").is_not_null()).join(
        rows, on=_KEY, how="anti", maintain_order="left"
    )
    if gone.height:
        gone = gone.join(whole, on="day", how="semi", maintain_order="left")
    return gone.select(*_KEY, pl.lit(None, pl.Int64).alias("tokens"))


def replaced_days(days: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The days held whole that an answer has whole, and may replace: `day`, `row_count`, `row_count_held`.

    Args:
        days: the states of its days, as `days_of` says.
        held: what is known of them; its rows do not matter.
    """
    whole = _without(days.filter(pl.col("quarantined") == 0), held.newer)
    beside = whole.join(held.whole, on="day", suffix="_held", maintain_order="left")
    return beside.select("day", "row_count", "row_count_held")


def refuse_loss(receipt: Receipt, days: pl.DataFrame, held: Held, lost_tails: pl.DataFrame) -> None:
    """Refuse an answer that would silently take away what is held.

    Args:
        receipt: of the answer.
        days: the days that it speaks about, as `days_of` says.
        held: what is known of them and of the whole span asked for; its rows do not matter.
        lost_tails: the `day` of each `other` row that it would take away.

    Raises:
        RefusedAnswerError: the answer is empty; a day that is held whole is absent from the span asked for;
            the `other` row of a held day is gone; a held day comes with fewer than half of its rows.
    """
    if days.is_empty():
        raise _refused(receipt, "it holds no rows")
    if receipt.asked.start is not None and receipt.asked.end is not None:
        asked = held.whole.filter(pl.col("day").is_between(receipt.asked.start, receipt.asked.end))
        if (gone := asked.join(days, on="day", how="anti").join(held.newer, on="day", how="anti")).height:
            raise _refused(receipt, f"{_named(gone)} recorded before, and missing from it")
    if lost_tails.height:
        raise _refused(receipt, f"{_named(lost_tails)} without the `other` row that was recorded")
    thin = replaced_days(days, held).filter(pl.col("row_count") * 2 < pl.col("row_count_held"))
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
