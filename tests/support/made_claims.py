"""Made claims, and made weeks on which it is known which of them hold."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

import polars as pl

from schemas.claims import Claim
from schemas.published_frames import DayStates
from schemas.receipts import Channel, SeriesKey
from schemas.windows import Window
from storage.headline import Headline
from tasks.claims.evidence import Evidence
from tasks.metrics.attribution import attribute
from tasks.reading import Reading
from tests.support.made_usage import ATTRIBUTIONS, LABS, days_received, spread, usage

STANDPOINT: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)
PUBLISHED: Final = date(2026, 6, 16)
"""Before `stealth/owl` was revealed as Chinese (2026-06-20)."""
_NOWHERE: Final = pl.DataFrame(
    schema={"day": pl.Date, "snapshot_id": pl.Int32, "url": pl.String, "sha256": pl.String}
)


def claim(*quantities: Mapping[str, Any], window: str = "2026-W24", **more: Any) -> Claim:
    """A claim about a window, published on `PUBLISHED`."""
    usual = {
        "id": "made-claim",
        "text": "A made claim.",
        "stated": "as made",
        "source": {"outlet": "Made News", "unread": "it is made"},
        "date": PUBLISHED,
        "windows": [window],
        "quantities": list(quantities),
    }
    return Claim.model_validate({**usual, **more})


def share(value: str, subject: str = "CN", **more: Any) -> dict[str, Any]:
    """A stated share of one subject, in per cent."""
    return {"measure": "share", "subjects": [subject], "value": value, "unit": "per cent", **more}


def tokens(value: str, subject: str = "CN", **more: Any) -> dict[str, Any]:
    """Stated tokens of one subject."""
    return {"measure": "tokens", "subjects": [subject], "value": value, "unit": "tokens", **more}


def evidence(weeks: Mapping[Window, Mapping[str, int]], **more: Any) -> Evidence:
    """What is known of these windows: all tokens on their first day."""
    rows, days = _recorded(weeks)
    return Evidence(rows, days, LABS, ATTRIBUTIONS, as_of=STANDPOINT, **more)


def reading(weeks: Mapping[Window, Mapping[str, int]], as_of: datetime = STANDPOINT) -> Reading:
    """The same as `tasks.answers` takes it, attributed as known at a moment."""
    rows, days = _recorded(weeks)
    series = (SeriesKey(channel=Channel.EXPORTS),)
    headline = Headline(rows, days, series, False, None, None, _NOWHERE)
    attributed = partial(attribute, labs=LABS, attributions=ATTRIBUTIONS, as_of=as_of)
    return Reading(
        STANDPOINT,
        headline,
        attributed(rows),
        LABS,
        ATTRIBUTIONS,
        frozenset(),
        made=True,
        attribute=attributed,
    )


def _recorded(weeks: Mapping[Window, Mapping[str, int]]) -> tuple[Any, Any]:
    rows = [row for window, counts in weeks.items() for row in spread(window, counts)]
    return usage(rows), _days(weeks)


def _days(windows: Iterable[Window]) -> Any:
    days = sorted({day for window in windows for day in window.days})
    return days_received(*days) if days else DayStates.create_empty()
