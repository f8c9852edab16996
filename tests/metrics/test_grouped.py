"""Grouping once: the same figures from strings and from enums, and from what is grouped already."""

from collections.abc import Callable
from datetime import date

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given

from schemas.definitions import Basis, Definition
from schemas.frames import Buckets
from schemas.windows import Window
from tasks.metrics.concentration import concentration
from tasks.metrics.free import free_shares
from tasks.metrics.grouped import NAMES, Tokens, group
from tasks.metrics.growth import growth
from tasks.metrics.leads import leads
from tasks.metrics.packing import interned
from tasks.metrics.ranks import ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.windowed import result
from tests.support.made_usage import HUGE, W24, W25, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]
WEEKS = [W24, W25]
METRICS: dict[str, Callable[[Tokens, list[Window]], pl.DataFrame]] = {
    "shares": shares,
    "by lab": lambda usage, weeks: shares(usage, weeks, definition=Definition("lab")),
    "top": lambda usage, weeks: shares(
        usage, weeks, definition=Definition("model", Basis.parse("top:2"), "apart")
    ),
    "pair": lambda usage, weeks: leads(usage, weeks, a="CN", b="NL", basis=Basis.parse("pair:CN,NL")),
    "leads": lambda usage, weeks: leads(usage, weeks, a="CN", b="US"),
    "buckets": buckets,
    "growth": growth,
    "ranks": ranks,
    "lab ranks": lambda usage, weeks: ranks(usage, weeks, by="lab"),
    "concentration": lambda usage, weeks: concentration(usage, weeks, n=2),
    "free": free_shares,
}


@few_examples
@given(rows=two_weeks)
def test_enums_give_what_strings_give(rows: Rows) -> None:
    """However names are held, every metric gives the same frame to the byte."""
    usage = attributed(rows)
    packed = group(interned(usage, NAMES), WEEKS)
    different = [
        name for name, metric in METRICS.items() if not metric(packed, WEEKS).equals(metric(usage, WEEKS))
    ]
    assert different == []


def test_what_is_grouped_answers_for_some_of_its_windows() -> None:
    """A metric asked about one window of several gives that one alone."""
    usage = attributed([*spread(W24, {"kai/one": 1}), *spread(W25, {"ada/pro": 2})])
    assert shares(group(usage, WEEKS), [W25]).equals(shares(usage, [W25]))


def test_an_overflow_of_packed_rows_is_an_error() -> None:
    """No wrapped number comes out of enums either."""
    usage = attributed(
        [row for n in range(7) for row in [(W24.days[n], "kai/one", HUGE), (W24.days[n], "kai/two", HUGE)]]
    )
    with pytest.raises(pl.exceptions.InvalidOperationError):
        shares(group(interned(usage, NAMES), [W24]), [W24])


def test_tests_hold_results_to_their_rules() -> None:
    """A frame that a metric says to be in a shape, and is not, fails here: the program itself does not look again."""
    impossible = pl.LazyFrame(
        {
            "window_start": [W24.start],
            "window_end": [W24.end],
            "bucket": ["tail"],
            "tokens": [-1],
            "total_tokens": [0],
        },
        schema=Buckets.create_empty().schema,
    )
    with pytest.raises(dy.exc.ValidationError):
        result(impossible, Buckets)
