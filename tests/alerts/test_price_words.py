"""Price moves of a week, in words."""

from tasks.alerts.price_words import price_moves_in_words
from tests.support.made_prices import Entry, history, june
from tests.support.made_usage import W24, W25, attributed, spread

USAGE = attributed(
    [
        *spread(W24, {"kai/one": 40, "ada/pro": 40, "zoe/new": 20}),
        *spread(W25, {"kai/one": 60, "ada/pro": 30, "zoe/new": 10}),
    ]
)


def words(before: list[Entry], after: list[Entry]) -> str:
    """What is said when the catalogue was read on Friday of the one week and of the next."""
    return price_moves_in_words(USAGE, history((june(12), before), (june(19), after)), W24, W25)


def test_the_most_used_comes_first_with_both_prices() -> None:
    """Who is behind a model does not matter, nor whether it became dearer or cheaper."""
    assert words(
        [("kai/one", 4, 4), ("ada/pro", 8, 8), ("zoe/new", 1, 1)],
        [("kai/one", 2, 2), ("ada/pro", 9, 9), ("zoe/new", 1, 5)],
    ) == (
        "List prices, blended, in USD per million tokens: kai/one 4 → 2 (-50 %), ada/pro 8 → 9 (+12 %), "
        "zoe/new 1 → 2 (+100 %)."
    )


def test_a_price_that_stayed_or_came_is_no_move() -> None:
    """Without a price at both ends, or with the same one, nothing is said."""
    assert words([("kai/one", 4, 4)], [("kai/one", 4, 4), ("ada/pro", 8, 8)]) == ""


def test_from_nothing_there_is_no_part() -> None:
    """What was free and costs something now has no percentage."""
    assert words([("kai/one", 0, 0)], [("kai/one", 2, 2)]).endswith("kai/one 0 → 2.")
