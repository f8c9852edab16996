"""Open weights: reviewed and dated, unknown on neither side, adding up to the token."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis, By, Definition
from schemas.frames import BUCKETS
from schemas.model_frames import OpenWeights, OpenWeightShares, WeighedUsage
from schemas.price_frames import ALL
from tasks.metrics.open_weights import open_weight_shares, weigh
from tests.support.made_usage import AS_OF, W24, W25, attributed, few_examples, on_day, spread, two_weeks
from tests.support.made_usage import reviewed as reviewed_rows

Rows = list[tuple[date, str, int]]


def reviewed(*rows: Mapping[str, Any]) -> dy.DataFrame[OpenWeights]:
    """Reviewed weights; what a row leaves out is open, known since ever, and of high confidence."""
    return OpenWeights.validate(reviewed_rows(OpenWeights, [{"weights": "open", **row} for row in rows]))


REVIEWED = reviewed(
    {"slug": "kai/*"},
    {"slug": "kai/two", "weights": "closed"},
    {"slug": "ada/pro", "weights": "closed"},
    {"slug": "zoe/new"},
    {"slug": "openrouter/auto"},
    {"slug": "stealth/fox", "weights": "closed"},
)
WEEK_OF_100 = spread(
    W25,
    {
        "kai/one": 20, "kai/one:free": 5, "kai/two": 10, "qin/big": 5, "ada/pro": 18, "bob/fast": 2,
        "stealth/fox": 12, "zoe/new": 7, "openrouter/auto": 1, "other": 20,
    },
)  # fmt: skip
"""CN: 25 open, 10 closed, 5 unreviewed; US: 18 closed, 2 unreviewed; of nobody: 7 open, 12 closed, 21 unknown."""


WITHDRAWN = {"weights": None, "confidence": "withdrawn", "known_since": date(2026, 6, 30)}


def weighed(rows: Rows, known: dy.DataFrame[OpenWeights] = REVIEWED) -> dy.DataFrame[WeighedUsage]:
    """Rows with buckets and the state of their weights, as known at the usual standpoint."""
    return weigh(attributed(rows), known, as_of=AS_OF)


def states(known: dy.DataFrame[OpenWeights], as_of: datetime = AS_OF) -> list[str | None]:
    """What is known of `kai/one` on the Thursday, Friday and Saturday of W24."""
    rows = [row for number in (3, 4, 5) for row in on_day(W24, number, {"kai/one": 1})]
    return weigh(attributed(rows), known, as_of=as_of).sort("day")["weights"].to_list()


def test_a_week_by_hand() -> None:
    """Known on each side, bounds by what may be open; routers, the tail and stealth models are nobody's."""
    found = open_weight_shares(weighed(WEEK_OF_100), [W25])
    columns = ["subject", "tokens", "open_tokens", "closed_tokens", "unreviewed_tokens", "share", "high"]
    assert found.select(columns).rows() == [
        (ALL, 100, 32, 40, 28, 0.32, 0.6),
        (
            "CN",
            40,
            25,
            10,
            5,
            0.25,
            0.58,
        ),  # 25 open, 5 unreviewed of its own, 28 that may be its own and open
        ("US", 20, 0, 18, 2, 0.0, 0.3),
    ]
    own = found.filter(pl.col("subject") == "CN").select("own_low", "own_high", "coverage")
    assert own.row(0) == (25 / 40, 30 / 40, 35 / 40)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("named", (80, 32, 32 / 80, 40 / 80)),
        ("attributed", (60, 25, 25 / 60, 32 / 60)),
        ("top:2", (43, 25, 25 / 43, 25 / 43)),
    ],
)
def test_each_basis(basis: str, expected: tuple[int, int, float, float]) -> None:
    """Of all: tokens of the basis, open ones, and the bounds on that basis."""
    definition = Definition(basis=Basis.parse(basis))
    found = open_weight_shares(weighed(WEEK_OF_100), [W25], definition=definition)
    assert found.select("basis_tokens", "open_tokens", "share", "high").row(0) == expected
    assert found["conditional"].unique().to_list() == [basis == "attributed"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [None, None, None]),
        ([{"slug": "kai/one", "confidence": "low"}], [None, None, None]),
        ([{"slug": "kai/one", "known_since": date(2026, 7, 2)}], [None, None, None]),
        ([{"slug": "kai/on"}], [None, None, None]),
        ([{"slug": "kai/on*"}], ["open"] * 3),
        ([{"slug": "kai/*"}, {"slug": "kai/one*", "weights": "closed"}], ["closed"] * 3),
        ([{"slug": "kai/one*"}, {"slug": "kai/one", "weights": "closed"}], ["closed"] * 3),
        (
            [{"slug": "kai/one", "weights": "closed"}, {"slug": "kai/one", "valid_from": date(2026, 6, 12)}],
            ["closed", "open", "open"],
        ),
        ([{"slug": "kai/one", "valid_from": date(2026, 6, 13)}], [None, None, "open"]),
        (
            [{"slug": "kai/one"}, {"slug": "kai/one", "weights": "closed", "known_since": date(2026, 6, 30)}],
            ["closed"] * 3,
        ),
        ([{"slug": "kai/one"}, {**WITHDRAWN, "slug": "kai/one"}], [None] * 3),
        (
            [{"slug": "kai/one"}, {**WITHDRAWN, "slug": "kai/one"}, {"slug": "kai/*", "weights": "closed"}],
            ["closed"] * 3,
        ),
    ],
)
def test_which_row_decides(rows: list[dict[str, Any]], expected: list[str | None]) -> None:
    """The longest slug that fits, then the newest state, then what was learned last; withdrawn, the next slug."""
    assert states(reviewed(*rows)) == expected


def test_what_was_learned_later_was_not_known_before() -> None:
    """On the day before a correction was learned its predecessor still holds."""
    known = reviewed(
        {"slug": "kai/one"}, {"slug": "kai/one", "weights": "closed", "known_since": date(2026, 6, 30)}
    )
    before, after = (states(known, datetime(2026, 6, day, 23, tzinfo=UTC)) for day in (29, 30))
    assert (before, after) == (["open"] * 3, ["closed"] * 3)


def test_nothing_in_nothing_out() -> None:
    """Without rows there is an empty frame of the right shape."""
    assert open_weight_shares(weighed([]), [W25]).schema == OpenWeightShares.create_empty().schema


@few_examples
@given(
    two_weeks,
    st.sampled_from(["origin", "lab", "author", "model"]),
    st.sampled_from(["all", "named", "attributed", "pair:CN,US", "top:3"]),
)
def test_bounds_of_all_are_reached(rows: Rows, by: By, basis: str) -> None:
    """If all that is unreviewed were closed, the share of `ALL` would be `low`; were it open, `high`."""
    usage, definition = weighed(rows), Definition(by, Basis.parse(basis))
    found = open_weight_shares(usage, [W24, W25], definition=definition).filter(subject=ALL)
    for state, bound in (("closed", "low"), ("open", "high")):
        decided = WeighedUsage.validate(usage.with_columns(pl.col("weights").fill_null(state)))
        share = open_weight_shares(decided, [W24, W25], definition=definition).filter(subject=ALL)["share"]
        assert share.equals(found[bound])


@few_examples
@given(two_weeks)
def test_bounds_of_an_origin_are_reached(rows: Rows) -> None:
    """If all that is nobody's were China's, and all that is unreviewed open, its share would be `high`."""
    usage = weighed(rows)
    nobodys = pl.col("bucket") != "origin"
    chinas = usage.with_columns(
        origin=pl.when(nobodys).then(pl.lit("CN")).otherwise("origin"),
        lab=pl.when(nobodys).then(pl.lit("Kai")).otherwise("lab"),
        bucket=pl.lit("origin", pl.Enum(BUCKETS)),
        weights=pl.col("weights").fill_null("open"),
    )
    high, reached = (
        dict(open_weight_shares(each, [W24, W25]).filter(subject="CN").select("window_start", bound).rows())
        for each, bound in ((usage, "high"), (WeighedUsage.validate(chinas), "share"))
    )
    assert high == {start: reached[start] for start in high}


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]))
def test_no_token_is_lost(rows: Rows, by: By) -> None:
    """Of all, open, closed and unreviewed tokens are the whole window; by author or model, of the subjects too."""
    found = open_weight_shares(weighed(rows), [W24, W25], definition=Definition(by, Basis("named")))
    everything = found.filter(subject=ALL)
    assert (everything["tokens"] == everything["basis_tokens"]).all()
    each = found.filter(pl.col("subject") != ALL).group_by("window_start").agg(pl.col("open_tokens").sum())
    if by in {"author", "model"}:
        whole = dict(everything.select("window_start", "open_tokens").rows())
        assert dict(each.rows()) == {start: whole[start] for start in dict(each.rows())}
