"""Contributions: each model's part of a change, adding up to it exactly."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis, By, Definition, Variants
from schemas.move_frames import Contributions
from schemas.price_frames import PriceHistory
from tasks.metrics.contributions import contributions
from tasks.metrics.leads import leads
from tasks.metrics.shares import shares
from tests.support.made_prices import history, june
from tests.support.made_usage import HUGE, W24, W25, W26, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]
NO_PRICES = PriceHistory.validate(PriceHistory.create_empty())
TWO_WEEKS = [
    *spread(W24, {"kai/one": 30, "kai/two": 10, "ada/pro": 40, "other": 20}),
    *spread(W25, {"kai/one": 60, "qin/big": 20, "ada/pro": 80, "other": 40}),
]


def test_two_weeks_by_hand() -> None:
    """One model left, one came, one kept its share: together they are the change."""
    found = contributions(attributed(TWO_WEEKS), NO_PRICES, [W24, W25])
    columns = ["subject", "model", "tokens", "previous_tokens", "contribution_points", "share_change_points"]
    assert found.select(columns).rows() == [
        ("CN", "kai/two", None, 10, -10.0, 0.0),
        ("CN", "qin/big", 20, None, 10.0, 0.0),
        ("CN", "kai/one", 60, 30, 0.0, 0.0),
        ("US", "ada/pro", 80, 40, 0.0, 0.0),
    ]


def test_prices_and_listing_stand_beside() -> None:
    """The list price at the end of each window, where it was listed then, and the day on which the model came."""
    prices = history(
        (june(12), [("kai/one", 2, 6), ("ada/pro", 1, 1)]), (june(20), [("kai/one", 1, 2), ("qin/big", 1, 1)])
    )
    found = contributions(attributed(TWO_WEEKS), prices, [W24, W25]).sort("model")
    columns = [
        "model",
        "previous_price_usd_per_mtok",
        "price_usd_per_mtok",
        "price_change",
        "first_listed_on",
    ]
    assert found.select(columns).rows() == [
        ("ada/pro", Decimal(1), None, None, date(2026, 6, 1)),  # left
        ("kai/one", Decimal(3), Decimal("1.25"), 1.25 / 3 - 1, date(2026, 6, 1)),
        ("kai/two", None, None, None, None),
        ("qin/big", None, Decimal(1), None, date(2026, 6, 1)),  # not yet listed in the week before
    ]


def test_a_launch_is_one_after_the_window_compared_with() -> None:
    """By the day on which the catalogue says that the model came; null where no catalogue says so."""
    prices = history((june(16), [("kai/one", 1, 1), ("qin/big", 1, 1)]))
    came = pl.when(pl.col("canonical_slug") == "qin/big").then(int(june(15).timestamp()))
    dated = PriceHistory.validate(prices.with_columns(created_at=came.otherwise("created_at")))
    found = contributions(attributed(TWO_WEEKS), dated, [W24, W25]).sort("model")
    assert found.select("model", "launched").rows() == [
        ("ada/pro", None),
        ("kai/one", False),
        ("kai/two", None),
        ("qin/big", True),
    ]


def test_over_a_distance() -> None:
    """Since two windows before, what lies between them does not matter."""
    rows = [*spread(W24, {"kai/one": 1, "ada/pro": 3}), *spread(W26, {"kai/one": 3, "ada/pro": 1})]
    found = contributions(attributed(rows), NO_PRICES, [W24, W26], over=2)
    assert found.select("model", "contribution_points").rows() == [("kai/one", 50.0), ("ada/pro", -50.0)]
    assert contributions(attributed(rows), NO_PRICES, [W24, W26]).is_empty()


def test_apart_each_variant_has_its_own_part_and_price() -> None:
    """A `:free` twin is a model of its own, at its own price."""
    rows = [*spread(W24, {"kai/one": 1, "kai/one:free": 3}), *spread(W25, {"kai/one": 3, "kai/one:free": 1})]
    prices = history((june(8), [("kai/one", 2, 2), ("kai/one:free", 0, 0)]))
    found = contributions(attributed(rows), prices, [W24, W25], definition=Definition(variants="apart"))
    assert found.select("model", "contribution_points", "price_usd_per_mtok").rows() == [
        ("kai/one", 50.0, Decimal(2)),
        ("kai/one:free", -50.0, Decimal(0)),
    ]


def test_without_a_window_before_there_are_no_parts() -> None:
    """Where the window before has no point, or nothing is in the basis, nothing changed that is known."""
    usage = attributed([*spread(W24, {"kai/one": 1}), *spread(W26, {"kai/one": 1})])
    assert contributions(usage, NO_PRICES, [W24, W26]).is_empty()
    pair = Definition(basis=Basis.parse("pair:US,FR"))
    found = contributions(attributed(TWO_WEEKS), NO_PRICES, [W24, W25, W26], definition=pair)
    assert found["subject"].to_list() == ["US"]
    assert contributions(attributed([]), NO_PRICES, [W24]).schema == Contributions.create_empty().schema


@few_examples
@given(
    two_weeks,
    st.sampled_from(["origin", "lab", "author", "model"]),
    st.sampled_from(["all", "named", "attributed", "pair:CN,US", "top:3"]),
    st.sampled_from(["merged", "apart"]),
    st.sampled_from([1, HUGE // 200]),
)
def test_parts_add_up_to_the_change(rows: Rows, by: By, basis: str, variants: Variants, times: int) -> None:
    """As fractions of the integers in the frame the parts of a subject are the change of its share, exactly."""
    usage = attributed([(day, slug, tokens * times) for day, slug, tokens in rows])
    definition = Definition(by, Basis.parse(basis), variants)
    known = {
        (row["window_start"], row["subject"]): Fraction(row["tokens"], row["basis_tokens"])
        for row in shares(usage, [W24, W25], definition=definition).to_dicts()
        if row["basis_tokens"]
    }
    found = contributions(usage, NO_PRICES, [W24, W25], definition=definition)
    for (subject,), parts in found.group_by("subject"):
        change = known.get((W25.start, subject), 0) - known.get((W24.start, subject), 0)
        assert sum(_part(row) for row in parts.to_dicts()) == change
        assert parts["share_change_points"].unique().to_list() == [pytest.approx(float(100 * change))]
    # A window may have tokens in its basis, and none of them a subject: who left it had a part in that.
    weeks = leads(usage, [W24, W25], a="CN", b="US", basis=definition.basis, variants=variants)
    both = {subject for _, subject in known} if (weeks["basis_tokens"] > 0).sum() == 2 else set()
    assert set(found["subject"]) == both


def _part(row: dict[str, int]) -> Fraction:
    before = Fraction(row["previous_tokens"] or 0, row["previous_basis_tokens"])
    return Fraction(row["tokens"] or 0, row["basis_tokens"]) - before
