"""What an export holds beside rankings and figures: versions of prices, and of lists that somebody publishes."""

from datetime import datetime
from decimal import Decimal
from typing import Final

import polars as pl
from sqlalchemy import Connection

from schemas.citation import TOKENIZER_NOTE, Page, citation
from schemas.exported import USD_PER_MTOK_SCALE
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import window_over
from storage.exports import read_catalogue_versions
from storage.listing_versions import read_listing_versions
from storage.listings import listing_as_of
from storage.prices import read_prices
from tasks.apps import BASIS_NOTE
from tasks.exporting.part import Part, part_of
from tasks.kinds_of_task import SAMPLE_NOTE
from tasks.metrics.prices import price_history

_DAYS: Final = ("window_start", "window_end")
_NOTES: Final = {Channel.APPS: (TOKENIZER_NOTE, BASIS_NOTE), Channel.TASKS: (SAMPLE_NOTE,)}
_USD: Final = pl.lit(Decimal(1).scaleb(-USD_PER_MTOK_SCALE))


def listed_part(connection: Connection, settings: Settings, standpoint: datetime, channel: Channel) -> Part:
    """Every version of the lists of a channel, with the citation that its publisher asks for."""
    found = read_listing_versions(connection, channel, standpoint)
    published = listing_as_of(connection, found["listing_id"].unique().to_list())
    page = Page.APPS if channel is Channel.APPS else Page.RANKINGS
    spans = found.select(_DAYS).unique()
    spelled = [str(window_over(start, end)) for start, end in spans.iter_rows()]
    named = found.join(spans.with_columns(window=pl.Series(spelled, dtype=pl.String)), on=_DAYS)
    return part_of(
        str(channel),
        named.rename({"subject": "sorted_by"}),
        notes=_NOTES[channel],
        citation=citation(published, made=settings.made_sample, page=page),
    )


def price_versions(connection: Connection, standpoint: datetime) -> pl.DataFrame:
    """Every version of the catalogue's entries, in dollars, with the mark of prices that are not believed."""
    key = ["canonical_slug", "variant"]
    record = read_prices(connection, standpoint)
    changes = price_history(record.vintages).select(*key, "snapshot_id", "glitch")
    return (
        read_catalogue_versions(connection, standpoint)
        .join(changes, on=[*key, "snapshot_id"], how="left")
        .sort(*key, "snapshot_id")
        # A version that changed neither price nor listing has the mark of the one before.
        .with_columns(
            pl.col("glitch").forward_fill().over(key),
            prompt_usd_per_mtok=_usd_per_mtok("prompt"),
            completion_usd_per_mtok=_usd_per_mtok("completion"),
        )
    )


def _usd_per_mtok(part: str) -> pl.Expr:
    """Pico-USD per token as USD per million tokens: the decimal point moves, and nothing is rounded."""
    return pl.col(f"{part}_pusd_per_token").cast(pl.Decimal(38, 0)) * _USD
