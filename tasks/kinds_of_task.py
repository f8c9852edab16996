"""`show tasks`: whose models are used for which kind of task, from recorded readings of a sample."""

from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import citation
from schemas.definitions import By
from schemas.list_frames import TaggedShares
from schemas.published_frames import Usage
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.slugs import model_of, variant_of
from storage.catalogue import read_names
from storage.listings import listing_as_of, listing_inputs, read_listings
from storage.reference import load_attributions, load_labs
from tasks.apps import SET_APART_NOTE, usual_window
from tasks.metrics.attribution import attribute
from tasks.metrics.task_shares import task_shares
from tasks.metrics.windowed import window_frame
from tasks.report.rows import rows_of
from tasks.side_questions import SideQuestion

COUNTED_BY: Final[tuple[By, ...]] = ("origin", "lab", "author", "model")
SAMPLE_NOTE: Final = (
    "Shares of a sample of classified requests, no volumes; of each tag only the most used models are listed."
)
LAST_DAY_NOTE: Final = "Models are attributed as on the last day of the window."


def tasks_answer(
    connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    """Shares of subjects within each tag; without a window of the newest reading.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
        UsageError: the question is none that tasks answer.
    """
    by: By = next(each for each in COUNTED_BY if each == asked.counted_by("tasks", among=COUNTED_BY))
    known = read_listings(connection, Channel.TASKS, standpoint)
    windows, about = asked.windows(usual_window(known, standpoint), standpoint)
    listed = known.join(window_frame(windows).unique(), on=["window_start", "window_end"], how="semi")
    tagged = tagged_models(connection, settings, standpoint, listed)
    frame: pl.DataFrame = task_shares(tagged, by=by)
    if asked.subject is not None:
        frame = frame.filter(pl.col("subject") == asked.subject)
    used = sorted(set(listed["listing_id"].to_list()))
    own = frame.drop("origin") if by == "origin" else frame
    return Answer(
        definition={
            "metric": "tasks",
            "source": "openrouter task classification",
            "by": by,
            "basis": "tokens of the tag",
            "estimate": True,
        },
        window=asked.view(about, standpoint, None if used else "no reading of these days is recorded"),
        as_of=standpoint,
        citation=citation(listing_as_of(connection, used), made=settings.made_sample),
        inputs=listing_inputs(connection, used),
        rows=rows_of(own.rename({"subject": by}), series=asked.kind, as_of=standpoint),
        notes=_notes(listed, tagged),
    )


def tagged_models(
    connection: Connection, settings: Settings, standpoint: datetime, listed: pl.DataFrame
) -> dy.DataFrame[TaggedShares]:
    """Models within tags beside who is behind them, by the catalogue and the reviewed files of the standpoint."""
    slug = pl.col("permaslug")
    named = listed.join(read_names(connection, standpoint), on="model_id", how="left").with_columns(
        day="window_end", model=model_of(slug), variant=variant_of(slug)
    )
    used = named.drop_nulls("permaslug").select("day", "permaslug", tokens=pl.lit(0, pl.Int64)).unique()
    behind = attribute(
        Usage.validate(used),
        load_labs(settings.reference),
        load_attributions(settings.reference),
        as_of=standpoint,
    )
    key = ["day", "model", "variant"]
    return TaggedShares.validate(
        named.join(
            behind.select(*key, "author", "lab", "origin", pl.col("bucket").cast(pl.String)),
            on=key,
            how="left",
        ).select(TaggedShares.column_names())
    )


def _notes(listed: pl.DataFrame, tagged: pl.DataFrame) -> list[str]:
    notes = [SAMPLE_NOTE, LAST_DAY_NOTE]
    if listed.is_empty():
        notes.append(
            "Shares of tasks need OPENROUTER_API_KEY, and only the last seven days are published; `tokentide weekly` "
            "records them. Without --window the newest reading is shown."
        )
    unknown = tagged.filter(pl.col("model_id") != "", pl.col("model").is_null())["model_id"].unique().sort()
    if not unknown.is_empty():
        notes.append(f"Not in the catalogue, so unattributed: {', '.join(unknown)}.")
    if (listed["set_apart"] > 0).any():
        notes.append(SET_APART_NOTE)
    return notes
