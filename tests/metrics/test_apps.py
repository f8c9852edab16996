"""Places of apps, what they are of what is listed, and what may be said of the window before."""

from collections.abc import Mapping

import dataframely as dy
import polars as pl
import pytest

from schemas.list_frames import AppRanks
from schemas.listed import AppRows
from schemas.windows import Window
from tasks.metrics.apps import LONGEST, NO_LIST, NOT_LISTED, app_ranks
from tests.support.made_usage import HUGE, W24, W25, W26

Tokens = Mapping[int, int]
"""Tokens by app, in the order of their places."""


def ranking(window: Window, tokens: Tokens, set_apart: int = 0) -> pl.DataFrame:
    """The ranking of a window."""
    rows = [
        (window.start, window.end, set_apart, app_id, rank, "Gull", count, 1)
        for rank, (app_id, count) in enumerate(tokens.items(), 1)
    ]
    dates = {"window_start": pl.Date, "window_end": pl.Date, "set_apart": pl.Int32}
    return pl.DataFrame(rows, schema={**dates, **AppRows.create_empty().schema}, orient="row")


def ranks(now: Tokens, before: Tokens | None = None, **how: bool) -> dy.DataFrame[AppRanks]:
    """The apps of W25, where W24 is known or not."""
    lists = [ranking(W25, now)] + ([] if before is None else [ranking(W24, before)])
    return app_ranks(pl.concat(lists), [W25], **how)


def test_a_share_is_of_what_is_listed() -> None:
    """Tokens of all apps in the list are the whole, and are beside it."""
    found = ranks({1: 30, 2: 10})
    assert found.select("rank", "app_id", "share", "listed_tokens").rows() == [
        (1, 1, 0.75, 40),
        (2, 2, 0.25, 40),
    ]


def test_places_gained_and_lost() -> None:
    """A change is positive for who climbed, and growth is against the tokens of then."""
    found = ranks({2: 30, 1: 10}, {1: 20, 2: 15})
    assert found.select("app_id", "previous_rank", "rank_change", "growth", "reason").rows() == [
        (2, 2, 1, 1.0, None),
        (1, 1, -1, -0.5, None),
    ]


def test_absence_from_a_full_ranking_is_censored() -> None:
    """Who was not among the hundred had at most what the last of them had."""
    before = {app_id: 500 - app_id for app_id in range(1, LONGEST + 1)}
    found = ranks({999: 700}, before)
    assert found.select(
        "previous_rank", "rank_change", "previous_high_tokens", "growth", "reason"
    ).rows() == [(None, None, 400, None, NOT_LISTED)]


def test_absence_from_a_ranking_that_was_not_full_is_nothing() -> None:
    """It named every app that there was."""
    assert ranks({9: 7}, {1: 5})["previous_high_tokens"].to_list() == [0]


def test_absence_says_nothing_where_rows_were_not_understood_or_ranked_otherwise() -> None:
    """The app may have been in the row that was not understood; and growth bounds no tokens."""
    spoiled = app_ranks(pl.concat([ranking(W25, {9: 7}), ranking(W24, {1: 5}, set_apart=1)]), [W25])
    assert spoiled["previous_high_tokens"].to_list() == [None]
    assert ranks({9: 7}, {1: 5}, by_tokens=False)["previous_high_tokens"].to_list() == [None]


@pytest.mark.parametrize("neighbour", [W24.previous(), W26])
def test_without_a_ranking_of_the_window_before_there_is_no_change(neighbour: Window) -> None:
    """Another window is not the one before; the row says why there is no change."""
    found = app_ranks(pl.concat([ranking(W25, {1: 5}), ranking(neighbour, {1: 9})]), [W25])
    assert found.select("rank_change", "previous_high_tokens", "reason").rows() == [(None, None, NO_LIST)]


def test_an_overflow_is_an_error() -> None:
    """The sum of what is listed is exact or none."""
    with pytest.raises(pl.exceptions.InvalidOperationError):
        ranks(dict.fromkeys(range(1, 10), HUGE))


def test_nothing_listed_is_no_row() -> None:
    """An empty ranking, or none of the window asked for."""
    assert ranks({}).is_empty()
    assert app_ranks(ranking(W24, {1: 5}), [W26]).is_empty()
