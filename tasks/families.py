"""Families of open weights as one standpoint knows them: the listed repositories, and what was read of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.family_frames import FamilyRepositories, RepositoryReadings
from schemas.receipts import Channel
from schemas.settings import Settings
from storage.listings import read_listings
from storage.reference import load_families, load_labs


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
    families = _newest(load_families(settings.reference), "repository", standpoint)
    labs = _newest(load_labs(settings.reference), "author", standpoint)
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


def _newest(reviewed: pl.DataFrame, key: str, standpoint: datetime) -> pl.DataFrame:
    """Of each key the row that counts: known and valid at the standpoint, of several the one learned last."""
    dates = [name for name in ("valid_from", "known_since") if name in reviewed.columns]
    today = standpoint.astimezone(UTC).date()
    return (
        reviewed.filter(
            pl.all_horizontal(pl.col(name) <= today for name in dates), pl.col("confidence") != "low"
        )
        .sort(dates)
        .group_by(key, maintain_order=True)
        .last()
        .filter(pl.col("confidence") != "withdrawn")
    )
