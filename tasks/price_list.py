"""The dated price list: every change of price and listing that is recorded, in USD per million tokens."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from storage.prices import read_prices
from tasks.metrics.prices import BLENDED_USD_PER_MTOK, price_history

_USD_PER_MTOK: Final = Decimal("0.000001")


def read_price_list(connection: Connection, standpoint: datetime) -> list[dict[str, Any]]:
    """Every change of price and listing known at `standpoint`, by slug and variant, oldest first.

    Prices are exact decimals, null for a router and where none was understood. `day` is the UTC day from which
    the price was in force, `glitch` marks a 0/0 that is not believed. `url` and `sha256` name the catalogue.
    """
    record = read_prices(connection, standpoint)
    slug, variant = pl.col("canonical_slug"), pl.col("variant")
    suffix = pl.when(variant == "").then(pl.lit("")).otherwise(":" + variant)
    changes = price_history(record.vintages).join(record.provenance, on="snapshot_id", maintain_order="left")
    return changes.select(
        pl.col("known_at").dt.date().alias("day"),
        (slug + suffix).alias("model"),
        "canonical_slug",
        "variant",
        _usd_per_mtok("prompt"),
        _usd_per_mtok("completion"),
        BLENDED_USD_PER_MTOK.alias("blended_usd_per_mtok"),
        "listed",
        "is_router",
        "is_conditional",
        "glitch",
        "known_at",
        "url",
        "sha256",
    ).to_dicts()


def _usd_per_mtok(part: str) -> pl.Expr:
    exact = pl.col(f"{part}_pusd_per_token").cast(pl.Decimal(38, 0)) * pl.lit(_USD_PER_MTOK)
    return exact.alias(f"{part}_usd_per_mtok")
