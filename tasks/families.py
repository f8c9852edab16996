"""Families of open weights as one standpoint knows them: the listed repositories, and what was read of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.citation import citation
from schemas.family_frames import FamilyRepositories, RepositoryReadings
from schemas.hosts import Host
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import Window
from storage.listings import listed_at, listing_inputs, read_listings
from storage.reference import load_families, load_labs
from tasks.metrics.derivatives import COUNTED_BY, derivatives, last_reading
from tasks.metrics.standings import newest
from tasks.report.rows import rows_of
from tasks.side_questions import SideQuestion, today_and_before

WEEK_DAYS: Final = 7
BASIS_NOTE: Final = (
    "Shares are of the listed families, not of the Hub. Quantized children are repackagings and not counted. A merge "
    "of several listed repositories is a child of each."
)


@dataclass(frozen=True)
class KnownFamilies:
    """What a figure about families needs, in one consistent view of the database.

    Attributes:
        repositories: those that are listed, with lab and origin (see `FamilyRepositories`).
        readings: every dated reading of any repository that was ever listed (see `RepositoryReadings`).
        listing_ids: the listing behind each reading: repository, read_on, listing_id.
    """

    repositories: dy.DataFrame[FamilyRepositories]
    readings: dy.DataFrame[RepositoryReadings]
    listing_ids: pl.DataFrame


def listed_repositories(settings: Settings, standpoint: datetime) -> dy.DataFrame[FamilyRepositories]:
    """The repositories that `families.csv` lists as of a standpoint (aware UTC), by family and name.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    families = newest(
        load_families(settings.reference, shipped=not settings.made_sample), "repository", standpoint
    )
    labs = newest(load_labs(settings.reference), "author", standpoint)
    return FamilyRepositories.validate(
        families.join(labs.select("author", "lab", origin="country"), on="author", how="left")
        .select(FamilyRepositories.column_names())
        .sort("family", "repository")
    )


def read_families(connection: Connection, settings: Settings, standpoint: datetime) -> KnownFamilies:
    """Everything that is known of families as of a standpoint (aware UTC).

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    found = read_listings(connection, Channel.DERIVATIVES, standpoint).rename(
        {"subject": "repository", "window_end": "read_on"}
    )
    return KnownFamilies(
        listed_repositories(settings, standpoint),
        RepositoryReadings.validate(found.select(RepositoryReadings.column_names())),
        found.select("repository", "read_on", "listing_id"),
    )


def derivatives_answer(
    connection: Connection, settings: Settings, standpoint: datetime, asked: SideQuestion
) -> Answer:
    """`show derivatives`: without a window the week that ends on the standpoint's day.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
        UsageError: the question is none that families answer.
    """
    by = asked.counted_by("derivatives", among=COUNTED_BY)
    windows, about = asked.windows(today_and_before(standpoint, WEEK_DAYS), standpoint)
    known = read_families(connection, settings, standpoint)
    frame: pl.DataFrame = derivatives(known.repositories, known.readings, windows, by=by)
    if asked.subject is not None:
        frame = frame.filter(pl.col("subject").str.to_lowercase() == asked.subject.lower())
    used = listings_used(known, windows)
    own = frame.drop("origin", strict=False) if by == "origin" else frame
    return Answer(
        definition={
            "metric": "derivatives",
            "source": "direct children on the Hugging Face Hub",
            "by": by,
            "basis": "listed families",
            "counted": "finetune + adapter + merge",
        },
        window=asked.view(about, standpoint),
        as_of=standpoint,
        citation=citation(listed_at(connection, used), made=settings.made_sample, host=Host.HUB),
        inputs=listing_inputs(connection, used),
        rows=rows_of(own.rename({"subject": by}), series=asked.kind, as_of=standpoint),
        notes=_notes(known, frame, asked),
        licensed=False,
    )


def listings_used(known: KnownFamilies, windows: Sequence[Window]) -> list[int]:
    """The listings behind the readings that these windows, and those before them, took."""
    ends = {end for window in windows for end in (window.end, window.previous().end)}
    listed = known.listing_ids.join(known.repositories.select("repository"), on="repository", how="semi")
    return sorted({number for end in ends for number in last_reading(listed, end)["listing_id"]})


def _notes(known: KnownFamilies, frame: pl.DataFrame, asked: SideQuestion) -> list[str]:
    notes = [BASIS_NOTE]
    if known.readings.is_empty():
        notes.append("Nothing is read yet: run `tokentide derivatives`.")
    elif not frame["complete"].all():
        notes.append("Rows that are not complete are lower bounds: not every repository has a reading.")
    if frame["stale"].any():
        notes.append(
            "Rows that are stale rest on a reading more than 8 days older than the end of the window."
        )
    if asked.subject is not None and frame.is_empty():
        listed = ", ".join(known.repositories["family"].unique(maintain_order=True))
        notes.append(f"Nothing listed is called that; the families are {listed}.")
    return notes
