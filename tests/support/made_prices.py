"""Made list prices, in whole USD per million tokens so that one can reckon with them in one's head."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from schemas.price_frames import PriceHistory, PriceVintages
from tasks.metrics.prices import price_history

MTOK = 1_000_000
"""Pico-USD per token in one USD per million tokens, and tokens in a million."""
Entry = tuple[str, int | None, int | None]
"""Slug with its variant, prompt and completion price (USD per million tokens); no prices: a router."""
Reading = tuple[datetime, Sequence[Entry]]
"""When the catalogue was read, and what it held."""


def june(day: int, hour: int = 6) -> datetime:
    """A moment in June 2026 (aware UTC)."""
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def vintages(readings: Iterable[Reading]) -> dy.DataFrame[PriceVintages]:
    """The vintages of a catalogue that was read whole, several times: what came, changed or left."""
    rows: list[dict[str, object]] = []
    standing: dict[tuple[str, str], dict[str, object]] = {}
    readings = list(readings)
    looks = [at for at, _ in readings]
    for number, (at, entries) in enumerate(readings, start=1):
        found = {(slug.partition(":")[0], slug.partition(":")[2]): rest for slug, *rest in entries}
        now: dict[tuple[str, str], dict[str, object]] = {
            key: {
                "prompt_pusd_per_token": None if prompt is None else prompt * MTOK,
                "completion_pusd_per_token": None if completion is None else completion * MTOK,
                "listed": True,
                "is_router": prompt is None,
                "is_conditional": False,
                "created_at": int(june(1).timestamp()),
                "intelligence_index": None,
            }
            for key, (prompt, completion) in found.items()
        }
        gone = {key: {**row, "listed": False} for key, row in standing.items() if key not in now}
        for key, row in {**now, **gone}.items():
            if standing.get(key) != row:
                slug, variant = key
                identity: dict[str, object] = {
                    "canonical_slug": slug,
                    "variant": variant,
                    "snapshot_id": number,
                    "known_at": at,
                    "read_again_at": next((later for later in looks if later.date() > at.date()), None),
                }
                rows.append(identity | row)
        standing = now | gone
    return PriceVintages.validate(pl.DataFrame(rows, schema=PriceVintages.create_empty().schema))


def history(*readings: Reading) -> dy.DataFrame[PriceHistory]:
    """The history that those readings give, seen after the last of them."""
    return price_history(vintages(readings))
