"""Weighted prices: exact to the pico-dollar, with what they cover, and ratios that know when they are none."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.price_frames import ALL, PriceVintages, WeightedPrices
from tasks.metrics.prices import price_history, priced
from tasks.metrics.weighted import NOTHING_PRICED, price_ratios, weighted_prices
from tests.support.made_prices import MTOK, history, june, vintages
from tests.support.made_usage import W24, W25, W26, attributed, few_examples, on_day, spread, two_weeks

Rows = list[tuple[date, str, int]]

PRICES = history(
    (
        june(1),
        [
            ("kai/one", 1, 5), ("kai/one:free", 0, 0), ("qin/big", 2, 2), ("ada/pro", 10, 30), ("bob/fast", 0, 0),
            ("openrouter/auto", None, None),
        ],
    )
)  # fmt: skip
"""Blended: kai/one 2, qin/big 2, ada/pro 15 USD per million tokens."""
WEEK_OF_100 = spread(
    W25,
    {
        "kai/one": 20, "kai/one:free": 5, "qin/big": 20, "ada/pro": 10, "bob/fast": 5, "eve/fin": 15,
        "openrouter/auto": 5, "other": 20,
    },
)  # fmt: skip


def test_a_week_of_a_hundred_tokens() -> None:
    """Each subject has the price of its paid tokens, and says how many those are."""
    found = weighted_prices(priced(attributed(WEEK_OF_100), PRICES), [W25])
    columns = ["subject", "named_tokens", "priced_tokens", "free_tokens", "unpriced_tokens"]
    assert found.select(*columns, "coverage", "weighted_usd_per_mtok").rows() == [
        (ALL, 80, 50, 10, 20, 50 / 80, 4.6),
        ("US", 15, 10, 5, 0, 10 / 15, 15.0),
        ("CN", 45, 40, 5, 0, 40 / 45, 2.0),
        ("FR", 15, 0, 0, 15, 0.0, None),
    ]
    assert found["reason"].to_list() == [None, None, None, NOTHING_PRICED]


def test_the_share_of_list_price_dollars_and_its_range() -> None:
    """Two thirds of the dollars from an eighth of the tokens; the range is all prompt to all completion."""
    found = weighted_prices(priced(attributed(WEEK_OF_100), PRICES), [W25]).filter(pl.col("subject") == "US")
    assert found["list_usd"].to_list() == [Decimal("0.00015")]
    # US: 100 of 160 as prompt, 300 of 440 as completion, 150 of 230 blended.
    shares = found.select("dollar_share_low", "dollar_share", "dollar_share_high").row(0)
    assert shares == (100 / 160, 150 / 230, 300 / 440)


def test_an_unknown_price_is_not_zero_dollars() -> None:
    """France's tokens are in no catalogue, so what they cost is null; free ones cost nothing."""
    week = spread(W25, {"ada/pro": 1, "eve/fin": 1, "bob/fast:free": 1})
    prices = history((june(1), [("ada/pro", 10, 30), ("bob/fast:free", 0, 0)]))
    found = weighted_prices(priced(attributed(week), prices), [W25], by="author")
    columns = ("list_usd", "dollar_share", "dollar_share_low", "dollar_share_high")
    of = {row["subject"]: tuple(row[name] for name in columns) for row in found.to_dicts()}
    assert of["eve"] == (None, None, None, None)
    assert of["bob"] == (0, 0, 0, 0)
    assert of["ada"][1:] == (1, 1, 1)


def test_dollars_are_exact_to_a_quarter_of_a_pico_dollar() -> None:
    """One token at an odd price is not rounded away."""
    odd = vintages([(june(1), [("kai/one", 1, 1)])]).with_columns(
        prompt_pusd_per_token=pl.lit(1, pl.Int64), completion_pusd_per_token=pl.lit(0, pl.Int64)
    )
    found = weighted_prices(
        priced(attributed(spread(W25, {"kai/one": 1})), price_history(PriceVintages.validate(odd))),
        [W25],
    )
    assert found["list_usd"].to_list() == [Decimal("0.00000000000075")] * 2


def test_each_day_at_its_own_price() -> None:
    """A price that changes within the window weighs with the tokens of its days, and not before it was known."""
    twice = history((june(15), [("kai/one", 4, 4)]), (june(19), [("kai/one", 2, 2)]))
    rows = [row for day in range(7) for row in on_day(W25, day, {"kai/one": 10 if day < 4 else 20})]
    found = weighted_prices(priced(attributed(rows), twice), [W25])
    assert found["weighted_usd_per_mtok"].to_list() == [(40 * 4 + 60 * 2) / 100] * 2
    then = history((june(15), [("kai/one", 4, 4)]))
    assert (
        weighted_prices(priced(attributed(rows), then), [W25])["weighted_usd_per_mtok"].to_list() == [4.0] * 2
    )


def test_a_price_carried_back_is_marked() -> None:
    """Tokens of days before the first reading have its price, and are counted as carried."""
    late = history((june(17), [("kai/one", 4, 4)]))
    rows = [row for day in range(7) for row in on_day(W25, day, {"kai/one": 10})]
    found = weighted_prices(priced(attributed(rows), late), [W25])
    assert found["carried_tokens"].to_list() == [20, 20]


def test_how_many_times_dearer() -> None:
    """A ratio names both prices and what they cover."""
    prices = weighted_prices(priced(attributed(WEEK_OF_100), PRICES), [W25])
    row = price_ratios(prices, a="US", b="CN").row(0, named=True)
    assert (row["a_usd_per_mtok"], row["b_usd_per_mtok"], row["ratio"]) == (15.0, 2.0, 7.5)
    assert (row["a_coverage"], row["b_coverage"], row["reason"]) == (10 / 15, 40 / 45, None)


@pytest.mark.parametrize(("a", "b"), [("US", "FR"), ("FR", "US"), ("US", "JP")])
def test_no_ratio_without_two_prices(a: str, b: str) -> None:
    """Where one of the two has no known price the ratio is null and says whose."""
    prices = weighted_prices(priced(attributed(WEEK_OF_100), PRICES), [W25])
    row = price_ratios(prices, a=a, b=b).row(0, named=True)
    assert (row["ratio"], row["reason"]) == (None, f"{'JP' if b == 'JP' else 'FR'} has no known price")


def test_an_incomplete_window_has_no_price() -> None:
    """A window with a day missing has no row, and nothing gives an empty frame of the right shape."""
    found = weighted_prices(priced(attributed(WEEK_OF_100[:-8]), PRICES), [W25, W26])
    assert (found.is_empty(), found.schema) == (True, WeightedPrices.create_empty().schema)


@few_examples
@given(two_weeks, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=4))
def test_against_fractions(rows: Rows, made: list[tuple[int, int]]) -> None:
    """Price, coverage and dollars are what plain fractions give, and the price lies between the extremes."""
    slugs = ["kai/one", "kai/two", "qin/big", "ada/pro"]
    prices = dict(zip(slugs, made, strict=True))
    entries = [(slug, *price) for slug, price in prices.items()]
    found = weighted_prices(priced(attributed(rows), history((june(1), entries))), [W24, W25], by="model")
    for row in found.filter(pl.col("subject") == ALL).to_dicts():
        inside = [(slug, n) for day, slug, n in rows if row["window_start"] <= day <= row["window_end"]]
        cost = {slug: Fraction(3 * p + c, 4) for slug, (p, c) in prices.items() if p + c}
        paid = [(cost[slug], n) for slug, n in inside if slug in cost]
        tokens, named = sum(n for _, n in paid), sum(n for slug, n in inside if slug != "other")
        assert (row["priced_tokens"], row["named_tokens"]) == (tokens, named)
        if tokens or not row["unpriced_tokens"]:
            assert Fraction(row["list_usd"]) == sum(p * n for p, n in paid) / MTOK
        else:
            assert row["list_usd"] is None
        assert row["coverage"] == (tokens / named if named else None)
        if tokens:
            weighted = row["weighted_usd_per_mtok"]
            assert weighted == pytest.approx(float(sum(p * n for p, n in paid) / tokens), rel=1e-15)
            assert min(p for p, n in paid if n) - 1e-12 <= weighted <= max(p for p, n in paid if n) + 1e-12
            assert row["dollar_share_low"] <= row["dollar_share"] <= row["dollar_share_high"]
        else:
            assert row["reason"] == NOTHING_PRICED
