"""The dated price list: every change of price and listing that is recorded, in USD per million tokens."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from storage.prices import PriceRecord, read_prices
from tasks.metrics.prices import BLENDED_USD_PER_MTOK, price_history

_USD_PER_MTOK: Final = Decimal("0.000001")
_KEY: Final = ("canonical_slug", "variant")


def read_price_list(connection: Connection, standpoint: datetime) -> list[dict[str, Any]]:
    """Every change of price and listing known at `standpoint`, by slug and variant, oldest first.

    Prices are exact decimals, null for a router and where none was understood. `day` is the UTC day from which
    the price was in force, `what` says what happened on it, `price_change` by which part the blended price moved from
    the usual one before. `glitch` marks a 0/0 that is not believed. `url` and `sha256` name the catalogue.
    """
    return price_changes(read_prices(connection, standpoint))


def price_changes(record: PriceRecord) -> list[dict[str, Any]]:
    """The rows of `read_price_list` out of what a standpoint knows of prices."""
    changes = price_history(record.vintages).join(record.provenance, on="snapshot_id", maintain_order="left")
    slug, variant = pl.col("canonical_slug"), pl.col("variant")
    suffix = pl.when(variant == "").then(pl.lit("")).otherwise(":" + variant)
    return changes.select(
        pl.col("known_at").dt.date().alias("day"),
        (slug + suffix).alias("model"),
        "canonical_slug",
        "variant",
        _usd_per_mtok("prompt"),
        _usd_per_mtok("completion"),
        BLENDED_USD_PER_MTOK.alias("blended_usd_per_mtok"),
        _what().alias("what"),
        _price_change().alias("price_change"),
        "listed",
        "is_router",
        "is_conditional",
        "glitch",
        "known_at",
        "url",
        "sha256",
    ).to_dicts()


def _what() -> pl.Expr:
    """What happened to an entry: it came, left or came back, or its price changed, for good or only as shown."""
    before = pl.col("listed").shift().over(_KEY)
    return (
        pl.when(~pl.col("listed"))
        .then(pl.lit("left"))
        .when(before.is_null())
        .then(pl.lit("first seen"))
        .when(~before)
        .then(pl.lit("back"))
        .when("glitch")
        .then(pl.lit("glitch"))
        .when("is_conditional")
        .then(pl.lit("price of an hour"))
        .otherwise(pl.lit("price"))
    )


def _price_change() -> pl.Expr:
    """How much dearer than by the last usual price (Float64); null where there was none, or none above 0."""
    odd = pl.col("glitch") | pl.col("is_conditional")
    usual = pl.when(~odd).then(BLENDED_USD_PER_MTOK.cast(pl.Float64))
    before = usual.forward_fill().shift().over(_KEY)
    return pl.when(~odd, pl.col("listed"), before > 0).then(usual / before - 1)


def _usd_per_mtok(part: str) -> pl.Expr:
    exact = pl.col(f"{part}_pusd_per_token").cast(pl.Decimal(38, 0)) * pl.lit(_USD_PER_MTOK)
    return exact.alias(f"{part}_usd_per_mtok")
