"""Backtests: the same judge on a ledger in memory, now and as it was known."""

from datetime import date, datetime, timedelta

from schemas.rule_models import Rule
from tasks.alerts.backtest import Backtest, backtest
from tests.support.made_evidence import W20, evidence, settled
from tests.support.made_rules import crossing, stale

THEN = [45, 51, 49]
NOW_KNOWN = [45, 49, 49, 52]
NOW = settled(4) + timedelta(days=1)


def known(moment: datetime) -> list[int | None]:
    """What was known of the weeks at a moment: W21 was restated after W22 had settled."""
    weeks = sum(settled(number) <= moment for number in range(1, 5))
    return list(NOW_KNOWN[:weeks] if moment >= settled(4) else THEN[:weeks])


def run(
    *rules: Rule, since: datetime | None = None, start: date | None = None, end: date | None = None
) -> Backtest:
    """Backtest over four weeks."""
    return backtest(
        rules or [crossing(enabled=False)],
        lambda moment: evidence(known(moment)),
        now=NOW,
        start=start,
        end=end,
        known_since=since,
    )


def facts(found: Backtest) -> list[tuple[str, str, bool, bool]]:
    """Window, direction, whether it was said then, whether it holds now."""
    return [(fact.window, fact.direction, fact.said_at is not None, fact.holds) for fact in found.facts]


def test_history_as_known_now() -> None:
    """One look says what a rule, enabled or not, would find in what is known now."""
    found = run()
    assert facts(found) == [("2026-W23", "UP", False, True)]
    assert (found.looks, found.messages, found.first, found.last) == (
        1,
        0,
        W20.start,
        settled(4).date() - timedelta(days=4),
    )


def test_then_and_now_are_told_apart() -> None:
    """Week by week: what was said then and is no longer so, and what is so in the end."""
    found = run(since=settled(1))
    assert facts(found) == [
        ("2026-W21", "UP", True, False),
        ("2026-W22", "DOWN", True, False),
        ("2026-W23", "UP", True, True),
    ]
    assert ([fact.window for fact in found.no_longer], found.unsaid) == (["2026-W21", "2026-W22"], [])
    assert (found.looks, found.messages) == (5, 5)


def test_what_was_not_known_then_was_not_said() -> None:
    """Facts from before anything was known are found now, and were told to nobody."""
    found = run(since=NOW)
    assert [(fact.window, fact.said_at) for fact in found.unsaid] == [("2026-W23", None)]


def test_flips_are_counted_by_the_year() -> None:
    """One fact in four weeks is thirteen a year."""
    assert run().flips_per_year == {"made-crossing": 365.2425 / 28}


def test_only_windows_of_the_span_are_listed() -> None:
    """A span cuts what is listed, not what is folded."""
    assert run(end=settled(3).date() - timedelta(days=4)).facts == ()


def test_states_of_the_data_are_judged_look_by_look() -> None:
    """A condition is about the moment of a look, so one look at the whole history leaves it out."""
    late = stale(fire="1", clear="0")
    assert run(late).flips_per_year == {}
    assert [fact.direction for fact in run(late, since=settled(1)).facts] == ["open"]
