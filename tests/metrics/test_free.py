"""Free variants: their share, and every figure without them."""

from datetime import date

import polars as pl
from hypothesis import given

from schemas.price_frames import ALL, FreeShares
from tasks.metrics.free import free_shares, without_free
from tasks.metrics.shares import shares
from tests.support.made_usage import W24, W25, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]
WEEK_OF_100 = spread(W25, {"kai/one": 30, "kai/one:free": 10, "ada/pro": 40, "other": 20})


def test_free_share_of_all_and_of_each() -> None:
    """Free tokens over named tokens: of everything, and of each origin."""
    found = free_shares(attributed(WEEK_OF_100), [W25])
    columns = ["subject", "free_tokens", "named_tokens", "free_share"]
    assert found.select(columns).rows() == [(ALL, 10, 80, 0.125), ("CN", 10, 40, 0.25), ("US", 0, 40, 0.0)]


def test_by_model_the_twins_are_one() -> None:
    """The free part of a model is that of its `:free` variant."""
    found = free_shares(attributed(WEEK_OF_100), [W25], by="model").filter(pl.col("subject") == "kai/one")
    assert found.select("free_tokens", "named_tokens").row(0) == (10, 40)


def test_shares_without_free() -> None:
    """A share without free variants has neither their tokens nor them below it; the tail stays."""
    found = shares(without_free(attributed(WEEK_OF_100)), [W25])
    assert found.select("subject", "tokens", "total_tokens").rows() == [("US", 40, 90), ("CN", 30, 90)]


def test_nothing_named_has_no_free_share() -> None:
    """Of no named tokens the share is null, not zero."""
    found = free_shares(attributed(spread(W25, {"kai/one": 0, "other": 5})), [W25])
    assert found["free_share"].to_list() == [None, None]
    assert free_shares(attributed([]), [W25]).schema == FreeShares.create_empty().schema


@few_examples
@given(two_weeks)
def test_free_and_the_rest_are_everything(rows: Rows) -> None:
    """What is free, and what is left without it, add up to the named tokens, subject by subject."""
    usage, key = attributed(rows), ["window_start", "subject"]
    every = free_shares(usage, [W24, W25], by="author")
    rest = free_shares(without_free(usage), [W24, W25], by="author").select(*key, rest="named_tokens")
    both = every.join(rest, on=key, how="inner")
    assert (both["free_tokens"] + both["rest"]).equals(both["named_tokens"])
