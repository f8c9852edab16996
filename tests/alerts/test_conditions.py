"""States of the data: each subject opens once, closes once, and floods nobody."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine

from schemas.rule_models import ConditionRule
from schemas.windows import Window
from storage.engine import reading, writing
from storage.outbox import read_waiting
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import judge
from tests.support.made_rules import stale
from tests.support.made_usage import W24, W25, attributed, spread

ROWS = spread(W24, {"kai/one": 90, "zoe/new": 4, "other": 6}) + spread(W25, {"kai/one": 92, "other": 8})
NOW = W25.ended_at + timedelta(days=2)


def rule(metric: str, **changes: Any) -> ConditionRule:
    """A rule on a state of the data, above 0 unless `changes` say otherwise."""
    return stale(
        **{"metric": metric, "fire": "0", "clear": None, "id": f"made-{metric.replace('_', '-')}", **changes}
    )


def evidence(complete: Iterable[Window] = (W24, W25), **more: Any) -> Evidence:
    """What is known of two weeks."""
    return Evidence(attributed(ROWS), list(complete), W25.end, "Source: a test.", **more)


def said(engine: Engine, watched: ConditionRule, seen: Evidence, as_of: datetime = NOW) -> list[str]:
    """Judge once more; every first line that is due by then, without the introduction."""
    with writing(engine) as connection:
        judge(connection, [watched], seen, as_of=as_of)
    with reading(engine) as connection:
        return [each.headline for each in read_waiting(connection)][1:]


def test_a_week_that_lacks_a_day_is_told_until_it_is_there(engine: Engine) -> None:
    """Two days after its end a hole is told once, and once that it is filled."""
    hole = evidence([W24], incomplete={W25: [W25.end]})
    missing = rule("missing_days")
    assert said(engine, missing, hole, NOW - timedelta(seconds=1)) == []
    opened = (
        "The week 15–21 June 2026 is incomplete and has no figures: 1 day not received whole (2026-06-21)"
    )
    assert said(engine, missing, hole) == [opened]
    assert said(engine, missing, hole) == [opened]
    filled = said(engine, missing, evidence(), NOW + timedelta(days=60))
    assert filled == [opened, "The week 15–21 June 2026 no longer lacks a day that upstream has"]


def test_holes_of_long_ago_are_no_news(engine: Engine) -> None:
    """A new database with an old hole pages nobody about it."""
    assert (
        said(
            engine,
            rule("missing_days"),
            evidence([W25], incomplete={W24: [W24.end]}),
            NOW + timedelta(days=40),
        )
        == []
    )


def test_an_unreviewed_author_is_named_until_somebody_reviews_it(engine: Engine) -> None:
    """Each author has a state of its own, judged on the newest whole week."""
    watched = rule("unreviewed_share", fire="0.5")
    opened = (
        "Nobody has reviewed the author zoe, who carried 4.0 % of OpenRouter's tokens, 8–14 June; "
        "`tokentide labs review` has the row to add"
    )
    assert said(engine, watched, evidence([W24])) == [opened]
    closed = (
        "The author zoe no longer waits for a review: 0.0 % of OpenRouter's tokens, 15–21 June, "
        "are unreviewed and theirs"
    )
    assert said(engine, watched, evidence()) == [opened, closed]


def test_undisclosed_models_are_counted_together(engine: Engine) -> None:
    """However many stealth models there are, their part of the week is one state."""
    rows = spread(W25, {"stealth/fox": 3, "stealth/owl": 4, "kai/one": 93})
    seen = Evidence(
        attributed(rows, as_of=datetime(2026, 6, 1, tzinfo=UTC)), [W25], W25.end, "Source: a test."
    )
    (opened,) = said(engine, rule("undisclosed_share", fire="5"), seen)
    carried = "Models whose lab is not disclosed carried 7.0 % of OpenRouter's tokens, 15–21 June"
    assert opened == f"{carried}; `tokentide labs review` lists them"


def test_a_settled_day_that_changed_is_told_once(engine: Engine) -> None:
    """A day that differs from what it was when it settled is told, and so is that it is back."""
    watched = rule("restated_share", fire="0.1")
    day = date(2026, 6, 10)
    changed = evidence(restated={day: (Fraction(2, 5), NOW)})
    opened = (
        "10 June 2026 was restated after it had settled: rows that changed moved by 0.4 % of its tokens; "
        "`tokentide show restatements` lists them"
    )
    assert said(engine, watched, changed) == [opened]
    assert said(engine, watched, evidence(restated={day: (Fraction(0), NOW)}))[1:] == [
        "10 June 2026 is again as it was when it settled, but for 0.0 % of its tokens"
    ]


def test_many_states_of_one_rule_are_one_message(engine: Engine) -> None:
    """A history that is rewritten as a whole is told in one message that names the rule."""
    days = {W24.start + timedelta(days=number): (Fraction(1), NOW) for number in range(7)}
    watched = rule("restated_share", fire="0.1", title="Settled days changed")
    assert said(engine, watched, evidence(restated=days)) == [
        "7 reported facts changed at once: Settled days changed"
    ]


def test_a_day_that_changed_long_ago_is_no_news(engine: Engine) -> None:
    """What was learned more than a month ago pages nobody when the rule is turned on."""
    old = evidence(restated={W24.start: (Fraction(1), NOW - timedelta(days=31))})
    assert said(engine, rule("restated_share", fire="0.1"), old) == []
