"""Exact figures of every subject: debuts are bounded, places are censored, drawdowns know two unknowns."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import dataframely as dy
import polars as pl

from schemas.definitions import Definition
from schemas.frames import AttributedUsage
from schemas.published_frames import Restatements
from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import Figures, restated_days, share_figures, top_figures
from tasks.alerts.held import held, nobodys
from tasks.alerts.peak_figures import drawdown
from tasks.alerts.place_figures import LAST_PLACE, rank_figures
from tasks.alerts.series import series_by_subject
from tasks.alerts.threshold import Interval
from tasks.metrics.concentration import concentration
from tasks.metrics.ranks import ranks
from tests.support.made_rules import crossing, series
from tests.support.made_usage import W24, W25, attributed, on_day, spread

ROWS = spread(W24, {"kai/one": 60, "ada/pro": 30, "other": 10})
ROWS += spread(W25, {"qin/big": 50, "ada/pro": 20, "kai/one": 10, "other": 20})
ENDS = [(week.start, week.end) for week in (W24, W25)]


def exact(low: int, high: int, at: int | None = None) -> Interval:
    """An interval of whole numbers."""
    return Interval(Fraction(low), Fraction(high), None if at is None else Fraction(at))


def evidence() -> Evidence:
    """Both weeks, received whole."""
    return Evidence(attributed(ROWS), [W24, W25], W25.end, "Source: a test.")


def top_share(usage: dy.DataFrame[AttributedUsage], n: int) -> float:
    """What `show concentration` prints of the second week."""
    share: float = concentration(usage, [W25], n=n)["top_share"].item()
    return share


def test_a_lab_without_a_row_is_bounded_by_the_unknown() -> None:
    """A lab that comes later held none of the known tokens before, and at most all unknown ones."""
    found = share_figures(held(attributed(ROWS), [W24, W25], Definition(by="lab")))
    assert [found[ends].get("Qin") for ends in ENDS] == [exact(0, 10), exact(50, 70)]


def test_a_place_is_known_where_nothing_is_hidden() -> None:
    """With a row on every day, a model's place is one number."""
    usage = attributed(ROWS)
    found = rank_figures(ranks(usage, [W24, W25]), usage, "model", nobodys(usage, [W24, W25]))
    assert found[ENDS[1]].of["ada/pro"] == exact(2, 2, 2)


def test_a_model_without_a_row_is_below_those_it_cannot_reach() -> None:
    """A debutant was at most as large as the smallest row of each day: behind both, and nobody knows how far."""
    rows = [row for day in range(7) for row in on_day(W24, day, {"kai/one": 9, "ada/pro": 2})]
    usage = attributed(rows)
    found = rank_figures(ranks(usage, [W24]), usage, "model", nobodys(usage, [W24]))[ENDS[0]]
    assert found.get("qin/big") == exact(2, LAST_PLACE, 3)


def test_a_lab_may_be_behind_a_stealth_model() -> None:
    """Ada with 50 is behind Kai with 60, unless the undisclosed 20 are its own; another lab may be third at best."""
    usage = attributed(spread(W24, {"kai/one": 60, "ada/pro": 50, "stealth/fox": 20}))
    found = rank_figures(ranks(usage, [W24], by="lab"), usage, "lab", nobodys(usage, [W24]))[ENDS[0]]
    assert (found.get("Ada"), found.get("Kai")) == (exact(1, 2, 2), exact(1, 2, 1))
    assert found.get("Eve") == exact(3, LAST_PLACE, 3)


def test_what_the_largest_carry_is_bounded_by_the_tail() -> None:
    """The tail may hide days of the largest models."""
    usage = attributed(ROWS)
    found = held(usage, [W25], Definition(by="model"))
    assert float(top_figures(found, 2, "top:2")[ENDS[1]].of["top:2"].point) == 100 * top_share(usage, 2)
    assert top_figures(found, 2, "top:2") == {ENDS[1]: Figures({"top:2": exact(70, 90)})}


def test_a_drawdown_knows_what_is_unknown_on_both_sides() -> None:
    """From the surest peak less the most that it can be now, to the highest peak less the surest now."""
    below = drawdown(series(["50..60", None, "30..38", "70"]))
    assert [value for _, value in below] == [exact(0, 0, 0), None, exact(12, 30, 20), exact(0, 0, 0)]


def test_a_rule_about_each_subject_follows_those_that_ever_fire() -> None:
    """A debut is followed from the first window on; who never fires and is not recorded is left out."""
    rule = crossing(measure={"by": "lab"}, subject="each_lab", fire="40", without=["Kai"])
    found = series_by_subject(rule, evidence(), ["Bob"], as_of=W25.settles_at)
    assert {name: [value for _, value in points] for name, points in found.items()} == {
        "Bob": [exact(0, 10), exact(0, 20)],
        "Qin": [exact(0, 10), exact(50, 70)],
    }


def test_only_what_changed_after_settling_is_a_restatement() -> None:
    """Changes up and down add up, a row that went counts whole, and the first word after settling is the measure."""
    week = Window.parse("2026-W24")
    day, learned = week.start, datetime(2026, 7, 1, tzinfo=UTC)
    later = learned + timedelta(days=1)
    row = {"day": day, "channel": "exports", "old_known_at": learned, "new_known_at": learned, "change": None}
    changes = [
        {**row, "permaslug": "kai/one", "old_tokens": 100, "new_tokens": 90, "settled": True},
        {**row, "permaslug": "kai/two", "old_tokens": 10, "new_tokens": None, "settled": True},
        {
            **row,
            "permaslug": "kai/one",
            "old_tokens": 90,
            "new_tokens": 97,
            "settled": True,
            "new_known_at": later,
        },
        {**row, "permaslug": "ada/pro", "old_tokens": 5, "new_tokens": 500, "settled": False},
    ]
    frame = Restatements.validate(pl.DataFrame(changes, schema=Restatements.create_empty().schema), cast=True)
    usage = attributed([(day, "kai/one", 90), (day, "ada/pro", 110)])
    assert restated_days(frame, usage) == {day: (Fraction(13, 2), later)}
