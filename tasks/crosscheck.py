"""Both routers side by side, as one standpoint knows them: compared, never added up."""

from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import TOKENIZER_NOTE, citation
from schemas.gateway_frames import AttributedDays, GatewayDays
from schemas.hosts import Host
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.text import clean
from schemas.windows import WEEK, Window, last_settled
from storage.listings import listed_at, listing_inputs, read_listings
from storage.reference import load_gateway_labs, load_labs
from tasks.metrics.crosscheck import attribute_days, crosscheck
from tasks.metrics.leads import leads
from tasks.metrics.shares import shares
from tasks.reading import Reading, read
from tasks.report.numbers import percent
from tasks.report.rows import rows_of
from tasks.side_questions import SideQuestion

_UNPLACED_SHOWN: Final = 5
_NOTHING: Final = "neither router has all of its days"
APART_NOTE: Final = (
    "Two populations: the shares stand side by side and are never added up. The gateway publishes percentages and no "
    "volumes, so its share of a window is the mean of its days."
)


def crosscheck_answer(
    connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    """`show crosscheck`: origin shares of both routers; without a window of the last settled ISO week.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
        UsageError: the question is none that two routers answer.
    """
    asked.counted_by("crosscheck", among=("origin",))
    windows, about = asked.windows(last_settled(WEEK, standpoint), standpoint)
    first, last = windows[0].start, windows[-1].end
    known = read(connection, settings, standpoint)
    listed = read_listings(connection, Channel.GATEWAY, standpoint, start=first, end=last)
    coverage = known.cover(windows[0].kind, windows=windows)
    gateway = placed_days(listed, settings, standpoint)
    frame: pl.DataFrame = crosscheck(
        shares(known.usage, coverage.complete),
        leads(known.usage, coverage.complete, a=asked.pair[0], b=asked.pair[1]),
        gateway,
        windows,
        pair=asked.pair,
    )
    subject = frame if asked.subject is None else frame.filter(origin=asked.subject)
    numbers = listed["listing_id"].unique().to_list()
    return Answer(
        definition={
            "metric": "crosscheck",
            "series": f"{known.series} | vercel-ai-gateway text/day by labs",
            "by": "origin",
            "basis": "all",
            "pair": ",".join(asked.pair),
        },
        window=asked.view(about, standpoint, _NOTHING if frame.is_empty() else None),
        as_of=standpoint,
        citation=_citation(connection, settings, known, numbers),
        inputs=known.headline.inputs_of(first, last) + listing_inputs(connection, numbers),
        rows=rows_of(subject, series=asked.kind, as_of=standpoint),
        notes=[APART_NOTE, TOKENIZER_NOTE, *_unplaced(gateway), *_notes(frame, windows, asked)],
    )


def placed_days(
    listed: pl.DataFrame, settings: Settings, standpoint: datetime
) -> dy.DataFrame[AttributedDays]:
    """Recorded days of the gateway, each share with the origin of its lab as known at a standpoint (aware UTC).

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    share = pl.col("share_percent") / 100
    days = GatewayDays.validate(listed.select("metric", day="window_start", name="lab", share=share))
    return attribute_days(
        days, load_gateway_labs(settings.reference), load_labs(settings.reference), as_of=standpoint
    )


def _citation(connection: Connection, settings: Settings, known: Reading, numbers: list[int]) -> str:
    """Both sources, where both have a part in the answer."""
    if settings.made_sample:
        return known.citation
    there = citation(listed_at(connection, numbers), host=Host.VERCEL)
    return f"{known.citation} {there}" if numbers else known.citation


def _unplaced(gateway: pl.DataFrame) -> list[str]:
    """The largest names on the gateway that are in no origin, so that a person can review them."""
    days = gateway["day"].n_unique()
    largest = (
        gateway.filter(pl.col("origin").is_null(), metric="tokens")
        .group_by("name")
        .agg(share=pl.col("share").sum() / days)
        .sort("share", "name", descending=[True, False])
        .head(_UNPLACED_SHOWN)
    )
    if largest.is_empty():
        return []
    named = ", ".join(f"{clean(name)} ({percent(share)})" for name, share in largest.rows())
    return [f"On the gateway in no origin, largest first: {named}."]


def _notes(frame: pl.DataFrame, windows: list[Window], asked: SideQuestion) -> list[str]:
    notes = []
    for window in windows:
        rows = frame.filter(window_start=window.start, window_end=window.end)
        notes += _of_window(window, rows, asked.pair)
    return notes


def _of_window(window: Window, rows: pl.DataFrame, pair: tuple[str, str]) -> list[str]:
    """What is missing of a window, or who leads on either router and whether they agree."""
    if rows.is_empty():
        return [f"{window}: {_NOTHING}; `tokentide weekly` reads both."]
    row = rows.row(0, named=True)
    if row["openrouter_coverage"] is None:
        return [f"{window}: OpenRouter's days are not all recorded, so there is only the gateway's side."]
    if row["gateway_days"] < window.length_days:
        has = f"{row['gateway_days']} of {window.length_days} days are recorded of the gateway"
        return [
            f"{window}: {has}, so there is only OpenRouter's side; `tokentide weekly` reads two months of it."
        ]
    sides = [
        f"{name} {row[f'{side}_leader'] or 'neither'}{'' if row[f'{side}_decided'] else ' (not decided)'}"
        for name, side in (("OpenRouter", "openrouter"), ("the gateway", "gateway"))
    ]
    verdicts = {True: "they agree", False: "they disagree", None: "whether they agree is open"}
    said = f"{sides[0]}, {sides[1]}; {verdicts[row['agree']]}"
    return [f"{window}, {pair[0]} or {pair[1]} ahead: {said}."]
