"""What the sample's upstream had said by a day, reckoned once more in plain Python, and what is asked about it."""

import csv
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from flows.sample import made
from schemas.windows import Window

LISTED: Final = made.catalogue()
"""The catalogue of the sample, whatever a test puts in its place."""
ASKED: Final = ("shares", "leads", "prices", "open-weights", "quality")
"""What `show` is asked."""
Said = dict[str, dict[str, Any]]
"""What it says to each of them, as JSON."""


def holds(said: Said, week: Window, looks: tuple[date, ...], countries: Mapping[str, str]) -> None:
    """What the command line said is what one reckons from the exports of these days and these reviewed rows."""
    tokens, unknown, quarters, free = reckoned(week, looks, countries)
    total = sum(tokens.values()) + unknown
    shares = said["shares"]
    assert {row["origin"]: row["tokens"] for row in shares["rows"]} == tokens
    assert (shares["total_tokens"], sum(shares["unknown"].values())) == (total, unknown)
    [lead] = said["leads"]["rows"]
    ahead = tokens["CN"] - tokens["US"]
    assert (lead["a_tokens"] - lead["b_tokens"], lead["unknown_tokens"]) == (ahead, unknown)
    assert (lead["leader"], lead["decided"]) == ("CN" if ahead > 0 else "US", abs(ahead) > unknown)
    for row in said["prices"]["rows"]:
        if row["origin"] in quarters:
            of_nothing_priced = row["priced_tokens"] == 0 and row["free_tokens"] < row["named_tokens"]
            assert row["list_usd"] == (None if of_nothing_priced else quarters[row["origin"]] / 4)
            assert of_nothing_priced <= (quarters[row["origin"]] == 0)
            assert row["named_tokens"] == tokens[row["origin"]]
            assert row["free_tokens"] == free.get(row["origin"], 0)
    for what in ("open-weights", "quality"):
        named = "tokens" if what == "open-weights" else "named_tokens"
        found = {row["origin"]: row[named] for row in said[what]["rows"] if row["origin"] != "ALL"}
        assert found == tokens


def reckoned(
    week: Window, looks: tuple[date, ...], countries: Mapping[str, str]
) -> tuple[dict[str, int], int, dict[str, Decimal], dict[str, int]]:
    """Tokens by origin, unknown tokens, four times the list dollars by origin, and free tokens by origin."""
    listed = json.loads(LISTED)["data"]
    prices = {
        entry["canonical_slug"] + entry["id"][entry["id"].find(":") :] * (":" in entry["id"]): entry[
            "pricing"
        ]
        for entry in listed
    }
    tokens: dict[str, int] = {}
    quarters: dict[str, Decimal] = {}
    free: dict[str, int] = {}
    unknown = 0
    for day in week.days:
        newest = max(look for look in looks if look - timedelta(days=made.WINDOW_DAYS) <= day < look)
        for _, slug, count in made.day_rows(day, newest):
            model = slug.partition(":")[0]
            origin = countries.get(model) or countries.get(model.partition("/")[0])
            if origin is None:
                unknown += count
                continue
            tokens[origin] = tokens.get(origin, 0) + count
            if slug.endswith(":free"):
                free[origin] = free.get(origin, 0) + count
            price = prices.get(slug, {"prompt": "0", "completion": "0"})
            four = count * (3 * Decimal(price["prompt"]) + Decimal(price["completion"]))
            quarters[origin] = quarters.get(origin, Decimal(0)) + four
    return tokens, unknown, quarters, free


def countries_of(labs: Path) -> dict[str, str]:
    """The country of each author of a reviewed file."""
    with labs.open(encoding="utf-8", newline="") as rows:
        return {row["author"]: row["country"] for row in csv.DictReader(rows)}
