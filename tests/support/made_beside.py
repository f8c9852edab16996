"""What else is known of the two made weeks: weights, prices and indices, families, apps, tasks, the second router."""

from datetime import date
from functools import partial
from typing import Any

import polars as pl

from schemas.family_frames import FamilyRepositories, RepositoryReadings
from schemas.gateway_frames import AttributedDays
from schemas.list_frames import TaggedShares
from schemas.listed import AppRows
from schemas.model_frames import OpenWeights
from schemas.price_frames import PriceVintages
from schemas.windows import Window
from tasks.alerts.evidence import Beside, Evidence
from tasks.alerts.figures import BILLION
from tasks.metrics.attribution import attribute
from tasks.metrics.prices import price_history
from tests.support.made_forms import evidence
from tests.support.made_prices import june, vintages
from tests.support.made_usage import AS_OF, ATTRIBUTIONS, LABS, W24, W25, reviewed

_VINTAGES = vintages(
    [
        (june(10), [("kai/one", 4, 8), ("ada/pro", 40, 40)]),
        (june(20), [("kai/one", 8, 16), ("ada/pro", 40, 40)]),
    ]
)
CATALOGUE = PriceVintages.validate(
    _VINTAGES.with_columns(intelligence_index=pl.when(canonical_slug="kai/one").then(40.5).otherwise(56.0))
)
"""`kai/one` doubles its price on the Saturday of the second week; indices 40.5 and 56."""
WEIGHTS = OpenWeights.validate(
    reviewed(
        OpenWeights,
        [
            {"slug": "kai/*", "weights": "open"},
            {"slug": "kai/two", "weights": "closed"},
            {"slug": "ada/pro", "weights": "closed"},
        ],
    ),
    cast=True,
)
REPOSITORIES = FamilyRepositories.validate(
    pl.DataFrame(
        [("kai/one", "Kai", "Kai", "CN"), ("qin/big", "Qin", "Qin", "CN"), ("zoe/new", "Zoe", None, None)],
        FamilyRepositories.create_empty().schema,
        orient="row",
    )
)
Counts = tuple[str, date, int | None, int | None, int | None, int | None]
READINGS: list[Counts] = [
    ("kai/one", date(2026, 6, 10), 10, 20, 10, 500),
    ("qin/big", date(2026, 6, 10), 10, 0, 0, 0),
    ("zoe/new", date(2026, 6, 10), 50, 0, 0, 1),
    ("kai/one", date(2026, 6, 17), 20, 20, 10, 600),
    ("qin/big", date(2026, 6, 17), 10, 0, 0, 0),
    ("zoe/new", date(2026, 6, 17), 140, 0, 0, 1),
]
"""Of the second week: 50 upon Kai, 10 upon Qin, 140 upon what is nobody's; 600 quantized."""


def readings(rows: list[Counts]) -> Any:
    """Readings of repositories: (repository, day, finetune, adapter, merge, quantized)."""
    return RepositoryReadings.validate(
        pl.DataFrame(rows, RepositoryReadings.create_empty().schema, orient="row")
    )


def ranking(window: Window, tokens: dict[int, int], set_apart: int = 0) -> pl.DataFrame:
    """A ranking of apps: billions of tokens by number, in the order of their places; a request has 1000 tokens."""
    rows = [
        (
            window.start,
            window.end,
            set_apart,
            app_id,
            rank,
            f"App {app_id}",
            count * BILLION,
            count * BILLION // 1000,
        )
        for rank, (app_id, count) in enumerate(tokens.items(), 1)
    ]
    before = {"window_start": pl.Date, "window_end": pl.Date, "set_apart": pl.Int32}
    return pl.DataFrame(rows, schema={**before, **AppRows.create_empty().schema}, orient="row")


APPS = pl.concat([ranking(W24, {1: 30, 2: 10}), ranking(W25, {2: 60, 1: 15, 3: 5})])


def tagged(end: date, china: float, states: float) -> list[tuple[Any, ...]]:
    """A reading of seven days of one kind of task: shares of two models, the rest is nobody's."""
    start = date.fromordinal(end.toordinal() - 6)
    return [
        (
            start,
            end,
            "code:x",
            f"{author}/one",
            "code",
            0.5,
            0.5,
            share,
            "origin",
            origin,
            lab,
            author,
            f"{author}/one",
        )
        for author, lab, origin, share in (("kai", "Kai", "CN", china), ("ada", "Ada", "US", states))
    ]


TAGGED = TaggedShares.validate(
    pl.DataFrame(
        [*tagged(date(2026, 6, 10), 0.125, 0.5), *tagged(date(2026, 6, 17), 0.25, 0.125)],
        schema=TaggedShares.create_empty().schema,
        orient="row",
    )
)
"""Read on two Wednesdays: China 12.5 %, then 25 %, of which the bounds are 50 and 87.5."""
GATEWAY = AttributedDays.validate(
    pl.DataFrame(
        [
            (day, metric, name, share, origin)
            for week in (W24, W25)
            for day in week.days
            for metric, name, share, origin in (
                ("tokens", "kai", 0.2, "CN"),
                ("tokens", "ada", 0.7, "US"),
                ("tokens", "zoe", 0.1, None),
                ("spend", "kai", 0.1, "CN"),
                ("spend", "ada", 0.3, "US"),
                ("spend", "zoe", 0.6, None),
            )
        ],
        schema=AttributedDays.create_empty().schema,
        orient="row",
    )
)


def everything(**changes: Any) -> Evidence:
    """Both weeks with all that is known beside them; `changes` are of what is beside."""
    known: dict[str, Any] = {
        "as_of": AS_OF,
        "catalogue": CATALOGUE,
        "attribute": partial(attribute, labs=LABS, attributions=ATTRIBUTIONS, as_of=AS_OF),
        "weights": WEIGHTS,
        "repositories": REPOSITORIES,
        "readings": readings(READINGS),
        "apps": APPS,
        "tagged": TAGGED,
        "gateway": GATEWAY,
    }
    return evidence(prices=price_history(CATALOGUE), beside=Beside(**{**known, **changes}))
