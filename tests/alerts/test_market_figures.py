"""Growth, concentration and the free part as exact intervals: what is unknown widens them, never decides them."""

from fractions import Fraction

from schemas.definitions import Definition
from schemas.price_frames import ALL
from schemas.windows import Window
from tasks.alerts.figures import Figures
from tasks.alerts.held import Ends, held
from tasks.alerts.market_figures import free_figures, growth_figures, hhi_figures
from tasks.alerts.threshold import Interval
from tasks.metrics.concentration import hhi
from tasks.metrics.free import free_shares
from tasks.metrics.growth import growth, totals
from tests.support.made_usage import W24, W25, attributed, spread

USAGE = attributed(
    [
        *spread(W24, {"kai/one": 40, "ada/pro": 40, "other": 20}),
        *spread(W25, {"kai/one": 55, "kai/one:free": 5, "qin/big": 30, "other": 60}),
    ]
)
WEEKS = [W24, W25]
BY_LAB = Definition(by="lab")


def exact(low: object, high: object, at: object = None) -> Interval:
    """An interval of fractions as one writes them."""
    return Interval(Fraction(str(low)), Fraction(str(high)), None if at is None else Fraction(str(at)))


def of(found: dict[Ends, Figures], week: Window) -> Figures:
    """The figures of a week."""
    return found[week.start, week.end]


def test_growth_knows_two_unknowns() -> None:
    """From 40 (to 60) to 60 (to 120): between nothing and three times as much; 50 % of what is known."""
    found = growth_figures(held(USAGE, WEEKS, BY_LAB), WEEKS)
    assert of(found, W25).get("Kai") == exact(0, 200, 50)
    assert of(found, W25).get(ALL) == exact(50, 50)


def test_growth_is_that_of_the_metric() -> None:
    """The known figure is what `show growth` and `show totals` print."""
    found = of(growth_figures(held(USAGE, WEEKS, BY_LAB), WEEKS), W25)
    shown = growth(USAGE, WEEKS, by="lab").filter(window_end=W25.end, subject="Kai")["growth"].item()
    whole = totals(USAGE, WEEKS).filter(window_end=W25.end)["growth"].item()
    assert [float(found.of[name].point) for name in ("Kai", ALL)] == [100 * shown, 100 * whole]


def test_what_is_gone_fell_by_all_it_had_and_what_is_new_did_not_grow() -> None:
    """A lab without a known token now lost them all, or hides; one without any before has nothing to grow from."""
    found = of(growth_figures(held(USAGE, WEEKS, BY_LAB), WEEKS), W25)
    assert (found.get("Ada"), found.get("Qin")) == (exact(-100, 50, -100), None)


def test_from_nothing_nothing_grew() -> None:
    """A lab that is listed without a token has nothing to grow from: no figure, and no infinity."""
    usage = attributed([*spread(W24, {"kai/one": 0, "other": 1}), *spread(W25, {"kai/one": 2, "other": 1})])
    found = of(growth_figures(held(usage, WEEKS, BY_LAB), WEEKS), W25)
    assert (found.get("Kai"), found.get(ALL)) == (None, exact(200, 200))


def test_without_a_window_before_nothing_grew() -> None:
    """The first window, and one after a missing week, have no figure."""
    later = Window.parse("2026-W27")
    usage = attributed([*spread(W24, {"kai/one": 1}), *spread(later, {"kai/one": 2})])
    assert growth_figures(held(usage, [W24, later], Definition()), [W24, later]) == {}


def test_concentration_lies_between_scattered_and_one_hand() -> None:
    """40 and 40 of 100 with 20 unknown: 0.32 if those are dust, 0.52 if they are one's, 0.5 of what is known."""
    found = of(hhi_figures(held(USAGE, WEEKS, BY_LAB)), W24).get(ALL)
    assert found == exact("8/25", "13/25", "1/2")


def test_concentration_is_that_of_the_metric() -> None:
    """The known figure is what `show hhi` prints: of the attributed tokens."""
    found = hhi_figures(held(USAGE, WEEKS, BY_LAB))
    assert [float(of(found, week).of[ALL].point) for week in WEEKS] == hhi(USAGE, WEEKS)["hhi"].to_list()


def test_the_free_part_is_one_of_what_is_named() -> None:
    """Five of sixty of a lab's, five of ninety of all that are named; the tail is in neither."""
    found = of(free_figures(free_shares(USAGE, WEEKS, by="lab")), W25)
    assert (found.get("Kai"), found.get(ALL)) == (exact("25/3", "25/3"), exact("50/9", "50/9"))
    assert found.get("Ada") is None
