"""Made usage of made labs, small enough to be added up by hand."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import dataframely as dy
import polars as pl
from hypothesis import settings
from hypothesis import strategies as st

from schemas.frames import AttributedUsage
from schemas.published_frames import DayStates, Usage
from schemas.reviewed_frames import Attributions, Labs
from schemas.windows import Window, WindowKind
from tasks.metrics.attribution import attribute

BASELINE: Final = date(2025, 1, 1)
AS_OF: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)
WEEK: Final = WindowKind("week")
W24: Final = Window.parse("2026-W24")
W25: Final = Window.parse("2026-W25")
W26: Final = Window.parse("2026-W26")
HUGE: Final = 2**60
"""Tokens of which nine overflow an Int64."""

few_examples = settings(max_examples=40, deadline=None)
"""Metrics take milliseconds, and the machine that tests them may be busy."""


def labs(*rows: Mapping[str, Any], since: date = BASELINE) -> dy.DataFrame[Labs]:
    """Reviewed authors; what a row leaves out is known `since` then, and of high confidence."""
    usual = {"valid_from": since, "known_since": since}
    return Labs.validate(reviewed(Labs, [{**usual, **row} for row in rows]), cast=True)


def attributions(*rows: Mapping[str, Any]) -> dy.DataFrame[Attributions]:
    """Reviewed models; what a row leaves out is known since ever, and of high confidence."""
    return Attributions.validate(reviewed(Attributions, rows), cast=True)


def reviewed(schema: type[dy.Schema], rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Reviewed rows of any file; what they leave out is known since ever, and of high confidence."""
    usual = {
        "valid_from": BASELINE,
        "known_since": BASELINE,
        "checked_on": BASELINE,
        "confidence": "high",
        "kind": "revealed",
    }
    columns = schema.column_names()
    filled = [{name: {**usual, **row}.get(name) for name in columns} for row in rows]
    return pl.DataFrame(filled, schema=schema.create_empty().schema)


LABS: Final = labs(
    {"author": "kai", "lab": "Kai", "country": "CN"},
    {"author": "qin", "lab": "Qin", "country": "CN"},
    {"author": "ada", "lab": "Ada", "country": "US"},
    {"author": "bob", "lab": "Bob", "country": "US"},
    {"author": "eve", "lab": "Eve", "country": "FR"},
)
ATTRIBUTIONS: Final = attributions(
    {"slug": "openrouter/auto", "kind": "router"},
    {"slug": "stealth/owl", "lab": "Qin", "country": "CN", "known_since": date(2026, 6, 20)},
)
SLUGS: Final = (
    "kai/one", "kai/one:free", "kai/two", "qin/big", "ada/pro", "bob/fast", "eve/fin", "zoe/new",
    "openrouter/auto", "~ada/latest", "stealth/fox", "stealth/owl", "other",
)  # fmt: skip
"""A name for every way in which a token can be attributed, or not."""


def usage(rows: Iterable[tuple[date, str, int]]) -> dy.DataFrame[Usage]:
    """Usage from (day, permaslug, tokens)."""
    return Usage.validate(pl.DataFrame(list(rows), schema=Usage.create_empty().schema, orient="row"))


def attributed(
    rows: Iterable[tuple[date, str, int]],
    *,
    as_of: datetime = AS_OF,
) -> dy.DataFrame[AttributedUsage]:
    """The same, attributed with the made labs."""
    return attribute(usage(rows), LABS, ATTRIBUTIONS, as_of=as_of)


def on_day(window: Window, number: int, tokens: Mapping[str, int]) -> list[tuple[date, str, int]]:
    """Rows of one day of a window, 0 being its first."""
    return [(window.start + timedelta(days=number), slug, count) for slug, count in tokens.items()]


def spread(window: Window, tokens: Mapping[str, int]) -> list[tuple[date, str, int]]:
    """Rows that add up to `tokens` over a window: all on its first day, and zeros on the others."""
    rows = on_day(window, 0, tokens)
    for number in range(1, window.length_days):
        rows += on_day(window, number, dict.fromkeys(tokens, 0))
    return rows


def days_received(*days: date, quarantined: Iterable[date] = ()) -> dy.DataFrame[DayStates]:
    """Days that were received, with a quarantined row on some of them."""
    bad = set(quarantined)
    rows = [(day, 51, int(day in bad)) for day in days]
    return DayStates.validate(pl.DataFrame(rows, schema=DayStates.create_empty().schema, orient="row"))


tokens_of_a_day = st.dictionaries(st.sampled_from(SLUGS), st.integers(0, 9), min_size=1)
two_weeks = st.lists(tokens_of_a_day, min_size=14, max_size=14).map(
    lambda days: [row for number, tokens in enumerate(days) for row in on_day(W24, number, tokens)]
)
"""Rows of W24 and W25: small counts, so that ties, zeros and empty bases come up."""
