"""`show apps` and `show trending-apps`: places of apps in a window, from recorded rankings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import TOKENIZER_NOTE, Page, citation
from schemas.errors import UsageError
from schemas.list_frames import Sort
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import WEEK, Window, last_settled, window_over
from storage.listings import listing_as_of, listing_inputs, read_listings
from tasks.metrics.apps import app_ranks
from tasks.report.rows import rows_of
from tasks.side_questions import SideQuestion

BASIS_NOTE: Final = (
    "A share is of the listed apps, at most a hundred; hidden and private apps are in no list, so it is no share of "
    "all tokens."
)
ABSENCE_NOTE: Final = (
    "Not listed in the window before is not nothing: previous_high_tokens is what such an app had at most."
)
SET_APART_NOTE: Final = "Rows of this list were not understood and are missing: `tokentide show quarantine`."


def popular_answer(
    connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    """Apps by tokens; without a window of the last settled ISO week, or the newest that is recorded.

    Raises:
        UsageError: the question is none that apps answer.
    """
    return _answer("popular", connection, settings, standpoint, asked)


def trending_answer(
    connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    """Apps by how many more tokens they had than before; windows and errors are those of `popular_answer`."""
    return _answer("trending", connection, settings, standpoint, asked)


def _answer(
    sort: Sort, connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    if asked.by is not None:
        raise UsageError("Apps are counted by app alone; leave --by out.")
    known = read_listings(connection, Channel.APPS, standpoint, subject=sort)
    windows, about = asked.windows(usual_window(known, standpoint), standpoint)
    ranked: pl.DataFrame = app_ranks(known, windows, by_tokens=sort == "popular")
    if asked.subject is not None:
        wanted = asked.subject.casefold()
        ranked = ranked.filter(
            (pl.col("app_name").str.to_lowercase() == wanted)
            | (pl.col("app_id").cast(pl.String) == asked.subject)
        )
    used = _lists_of(known, [each for window in windows for each in (window, window.previous())])
    now = _lists_of(known, windows)
    return Answer(
        definition={
            "metric": "apps" if sort == "popular" else "trending-apps",
            "source": "openrouter apps",
            "by": "app",
            "basis": "listed apps",
            "sorted": "by tokens" if sort == "popular" else "by tokens above the three windows before",
        },
        window=asked.view(about, standpoint, None if now else "no list of these days is recorded"),
        as_of=standpoint,
        citation=citation(listing_as_of(connection, used), made=settings.made_sample, page=Page.APPS),
        inputs=listing_inputs(connection, used),
        rows=rows_of(ranked, series=asked.kind, as_of=standpoint),
        notes=_notes(known.filter(pl.col("listing_id").is_in(now)), ranked, asked),
    )


def usual_window(known: pl.DataFrame, standpoint: datetime) -> Window:
    """The newest window that is listed as of a standpoint; the last settled ISO week where none is.

    Args:
        known: lists with `window_start` and `window_end`, in any order.
    """
    if known.is_empty():
        return last_settled(WEEK, standpoint)
    start, end = known.sort("window_end").select("window_start", "window_end").row(-1)
    return window_over(start, end)


def _lists_of(known: pl.DataFrame, windows: Sequence[Window]) -> list[int]:
    """The listings about exactly these windows."""
    ends = {(window.start, window.end) for window in windows}
    rows = known.select("window_start", "window_end", "listing_id").unique().rows()
    return sorted(number for start, end, number in rows if (start, end) in ends)


def _notes(listed: pl.DataFrame, ranked: pl.DataFrame, asked: SideQuestion) -> list[str]:
    notes = [TOKENIZER_NOTE, BASIS_NOTE]
    if listed.is_empty():
        notes.append(
            "Rankings of apps need OPENROUTER_API_KEY; `tokentide weekly` records those of its week."
        )
    elif ranked.is_empty() and asked.subject is not None:
        notes.append(f"No app that is listed is called {asked.subject}, or has that id.")
    if ranked["previous_high_tokens"].is_not_null().any():
        notes.append(ABSENCE_NOTE)
    if (listed["set_apart"] > 0).any():
        notes.append(SET_APART_NOTE)
    return notes
