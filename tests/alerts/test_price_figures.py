"""Figures on list prices: exact, only where enough is known, and no price that nobody was asked to pay."""

from collections.abc import Sequence
from fractions import Fraction

import dataframely as dy
import polars as pl
import pytest

from schemas.definitions import Basis
from schemas.price_frames import ALL, PriceHistory, PriceVintages
from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import Figures
from tasks.alerts.measures import figures_of
from tasks.alerts.price_figures import BEYOND, change_figures, price_moves
from tasks.alerts.series import series_by_subject, turns_of
from tasks.metrics.price_index import price_index
from tasks.metrics.prices import price_history
from tests.support.made_prices import Reading, history, june, vintages
from tests.support.made_rules import crossing
from tests.support.made_usage import W24, W25, attributed, spread

W23, W26 = W24.previous(), W25.next()
WEEKS = [W23, W24, W25]
ONE = {"kai/one": 6, "kai/one:free": 2, "ada/pro": 2}
USAGE = attributed([row for week in WEEKS for row in spread(week, ONE)])
LISTED: Reading = (june(1), [("kai/one", 4, 8), ("kai/one:free", 0, 0), ("ada/pro", 40, 80)])
RATIO = {"metric": "price_ratio", "subject": "CN over US", "fire": "0.2"}


def priced_at(prices: dy.DataFrame[PriceHistory]) -> Evidence:
    """The weeks of the made usage with a history of prices."""
    return Evidence(USAGE, WEEKS, W25.end, "Source: a test.", prices=prices)


def change_of_price(
    *prices: tuple[int, int] | None, model: str = "kai/one", top: int = 20
) -> list[Fraction | None]:
    """How many times a price changed in W24 and W25, read at the end of W23, W24 and W25; None: not listed."""
    readings: list[Reading] = [
        (june(day), [] if price is None else [(model, *price)])
        for day, price in zip((7, 14, 21), prices, strict=True)
    ]
    found = change_figures(USAGE, history(*readings), WEEKS, Basis("top", top=top))
    return [_value(found[week.start, week.end], model) for week in (W24, W25)]


def _value(figures: Figures, subject: str) -> Fraction | None:
    value = figures.get(subject)
    assert value is None or value.lo == value.hi
    return None if value is None else value.point


def ratio(prices: dy.DataFrame[PriceHistory], coverage: str | None) -> Fraction | None:
    """China's weighted price over that of the United States in W24."""
    found = figures_of(crossing(**RATIO, coverage=coverage), priced_at(prices))
    return _value(found[W24.start, W24.end], "CN over US") if (W24.start, W24.end) in found else None


def test_a_ratio_is_exact() -> None:
    """A blended 5 over a blended 50 is a tenth, not a float near it; what is free has no price in it."""
    assert ratio(history(LISTED), None) == Fraction(1, 10)


@pytest.mark.parametrize(("coverage", "value"), [("75", Fraction(1, 10)), ("75.1", None)])
def test_a_ratio_needs_enough_prices(coverage: str, value: Fraction | None) -> None:
    """Six of China's eight named tokens have a price above 0: enough for 75 %, and for no more."""
    assert ratio(history(LISTED), coverage) == value


def test_without_one_side_there_is_no_ratio() -> None:
    """A side without a price gives nothing: neither zero nor infinity."""
    assert ratio(history((june(1), [("kai/one", 4, 8)])), None) is None


@pytest.mark.parametrize(("subject", "value"), [("CN", 5), ("US", 50), (ALL, Fraction(65, 4))])
def test_a_weighted_price_is_in_dollars(subject: str, value: Fraction | int) -> None:
    """Per million tokens, of each origin and of everything that has a price."""
    rule = crossing(metric="weighted_price", subject=subject, fire="1")
    found = figures_of(rule, priced_at(history(LISTED)))
    assert _value(found[W24.start, W24.end], subject) == value


def test_an_index_is_judged_from_its_second_window_on() -> None:
    """The window at which a chain begins is 100 by definition, and says nothing."""
    dearer = history(LISTED, (june(14), [("kai/one", 8, 16), ("ada/pro", 80, 160)]))
    rule = crossing(metric="price_index", subject=ALL, fire="100")
    found = figures_of(rule, priced_at(dearer))
    assert {ends: _value(each, ALL) for ends, each in found.items()} == {
        (W24.start, W24.end): 200,
        (W25.start, W25.end): 200,
    }
    shown = price_index(USAGE, dearer, WEEKS)["index"].to_list()
    assert shown == pytest.approx([1, 2, 2])


@pytest.mark.parametrize(
    ("prices", "times"),
    [
        ([(4, 8), (8, 16), (8, 16)], [2, 1]),
        ([(4, 8), (2, 4), (2, 4)], [2, 1]),
        ([(4, 8), (4, 8), (5, 9)], [1, Fraction(6, 5)]),
        ([(4, 8), (0, 0), (0, 0)], [BEYOND, 1]),
        ([None, (4, 8), (8, 16)], [None, 2]),
        ([(4, 8), None, (8, 16)], [None, None]),
    ],
    ids=["doubled", "halved", "a fifth dearer", "free", "debut", "left for a week"],
)
def test_a_price_is_compared_with_that_of_a_week_before(
    prices: Sequence[tuple[int, int] | None], times: list[Fraction | int | None]
) -> None:
    """Dearer or cheaper alike; a debut, and what was not listed at one of the two ends, is no change."""
    assert change_of_price(*prices) == times


def test_a_glitch_is_no_change() -> None:
    """A paid model that is shown at 0/0 in one reading, the last of a week, keeps its price."""
    assert change_of_price((4, 8), (0, 0), (4, 8)) == [1, 1]


def test_the_price_of_certain_hours_is_no_change() -> None:
    """What was read in an hour with a price of its own leaves the usual one in force."""
    seen = vintages([(june(7), [("kai/one", 4, 8)]), (june(14), [("kai/one", 1, 2)])])
    peak = seen.with_columns(is_conditional=pl.col("snapshot_id") == 2)
    found = change_figures(USAGE, price_history(PriceVintages.validate(peak)), WEEKS, Basis("top", top=20))
    assert _value(found[W24.start, W24.end], "kai/one") == 1


def test_a_model_outside_the_largest_is_not_watched() -> None:
    """Whatever its price does, it is no news: as if it did not change."""
    assert change_of_price((4, 8), (8, 16), (8, 16), model="ada/pro", top=1) == [1, 1]


def test_a_window_without_one_before_has_no_change() -> None:
    """Neither the first window, nor one after a week that was not received whole, compares with anything."""
    prices = history((june(1), [("kai/one", 4, 8)]))
    found = change_figures(USAGE, prices, [W23, W25], Basis("top", top=20))
    assert found == {}


def test_a_price_that_doubles_is_said_once() -> None:
    """It happened in one week; that it did not happen again in the next is no news."""
    prices = history((june(7), [("kai/one", 4, 8)]), (june(21), [("kai/one", 8, 16)]))
    usage = attributed([row for week in (*WEEKS, W26) for row in spread(week, ONE)])
    evidence = Evidence(usage, [*WEEKS, W26], W26.end, "Source: a test.", prices=prices)
    rule = crossing(
        metric="price_change", measure={"by": "model", "basis": "top:20"}, subject="each_model",
        turns="up", op=">=", fire="2",
    )  # fmt: skip
    found = series_by_subject(rule, evidence, as_of=W26.settles_at)
    assert {
        name: [str(event.window) for event in turns_of(rule, series).events] for name, series in found.items()
    } == {"kai/one": ["2026-W25"]}


def test_both_prices_are_at_hand() -> None:
    """What is said about a change names the price before and now, blended."""
    prices = history((june(7), [("kai/one", 4, 8)]), (june(14), [("kai/one", 8, 16)]))
    move = price_moves(prices, ["kai/one", "ada/pro"], Window.parse("2026-W24"))["kai/one"]
    assert (int(move.before), int(move.now)) == (5, 10)


def listed_at(variants: str, *readings: Reading) -> list[dict[str, Fraction]]:
    """The list prices that a rule sees at the end of W23, W24 and W25, by name."""
    rule = crossing(metric="price", subject="each_model", measure={"by": "model", "variants": variants})
    found = figures_of(rule, priced_at(history(*readings)))
    return [{name: value.point for name, value in found[week.start, week.end].of.items()} for week in WEEKS]


def test_a_list_price_is_that_of_the_plain_model_unless_variants_stand_apart() -> None:
    """A free twin has a price of its own, and a name of its own where variants are told apart."""
    assert listed_at("merged", LISTED)[1] == {"kai/one": 5, "ada/pro": 50}
    assert listed_at("apart", LISTED)[1] == {"kai/one": 5, "kai/one:free": 0, "ada/pro": 50}


def test_a_model_that_left_the_catalogue_has_no_list_price() -> None:
    """The price that it left with is not one that anybody is asked."""
    gone = (june(14), [("ada/pro", 40, 80)])
    assert listed_at("merged", LISTED, gone) == [
        {"kai/one": 5, "ada/pro": 50},
        {"ada/pro": 50},
        {"ada/pro": 50},
    ]
