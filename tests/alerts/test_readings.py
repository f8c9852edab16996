"""Figures that others count: judged as read, where all of them were read, and told with their own source."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from schemas.rule_models import CrossingRule
from storage.engine import reading, writing
from storage.events import LedgerKey, read_ledger
from tasks.alerts.backtest import LOOK_AFTER, backtest
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import judge
from tasks.alerts.series import series_by_subject
from tests.support.made_beside import APPS, GATEWAY, READINGS, TAGGED, everything, ranking, readings, tagged
from tests.support.made_forms import exact, seen
from tests.support.made_rules import crossing
from tests.support.made_usage import W24, W25

FAMILY = {"by": "family"}
KAI = crossing(metric="derivatives", subject="Kai", measure=FAMILY, fire="45")
GULL = crossing(metric="app_tokens", subject="each_app", measure={"by": "app"}, fire="50")


def values(rule: CrossingRule, known: Evidence) -> list[Any]:
    """What is seen week by week once the second one has ended."""
    series = series_by_subject(rule, known, [rule.subject], as_of=W25.ended_at)[rule.subject]
    return [value for _, value in series]


def test_what_was_read_is_judged_once_its_week_has_ended() -> None:
    """There are no days that settle: the second week is judged at its end, and not a moment before."""
    before = series_by_subject(KAI, everything(), as_of=W25.ended_at - timedelta(seconds=1))["Kai"]
    assert [window for window, _ in before] == [W24]
    assert values(KAI, everything()) == [exact("40"), exact("50")]


def test_counted_days_wait_until_they_have_settled() -> None:
    """Tokens of the same week are judged three days later."""
    of = series_by_subject(crossing(), everything(), as_of=W25.ended_at)["CN"]
    assert [window for window, _ in of] == [W24]


@pytest.mark.parametrize(
    "counts", [None, ("kai/one", date(2026, 6, 17), 20, 20, None, 600)], ids=["not read again", "a kind left out"]
)  # fmt: skip
def test_what_was_not_read_whole_is_no_figure(counts: Any) -> None:
    """Without a reading of that week, or with a kind of children left out, nothing is said; and no zero."""
    rows = [row for row in READINGS if row[:2] != ("kai/one", date(2026, 6, 17))]
    late = everything(readings=readings([*rows, counts] if counts else rows))
    assert values(KAI, late) == [exact("40"), None]


def test_a_share_of_families_needs_all_of_them() -> None:
    """One family that was not read makes every share one of something else: the series begins later."""
    rows = [row for row in READINGS if row[:2] != ("qin/big", date(2026, 6, 10))]
    rule = crossing(metric="derivative_share", subject="Kai", measure=FAMILY)
    assert values(rule, everything(readings=readings(rows))) == [exact("25")]


def test_growth_needs_a_reading_for_both_weeks() -> None:
    """The first week has nothing to compare with, so the series begins with the second."""
    rule = crossing(metric="derivative_growth", subject="Kai", measure=FAMILY)
    assert values(rule, everything()) == [exact("25")]


def test_growth_of_what_was_read_in_part_is_not_that_of_the_whole() -> None:
    """One of a country's families was not read again: the growth of the other one is not the country's."""
    rows = [row for row in READINGS if row[:2] != ("kai/one", date(2026, 6, 17))]
    rule = crossing(metric="derivative_growth")
    assert [values(rule, everything(readings=readings(each))) for each in (READINGS, rows)] == [
        [exact("20")],
        [],
    ]


def test_a_ranking_with_rows_that_were_not_understood_gives_nothing() -> None:
    """Whoever is missing there may be anybody."""
    lists = APPS.filter(window_start=W24.start).vstack(ranking(W25, {2: 60}, set_apart=1))
    rule = crossing(metric="app_rank", subject="2", measure={"by": "app"})
    assert values(rule, everything(apps=lists)) == [exact("2"), None]


def test_an_app_below_a_hundred_had_at_most_what_the_last_one_had() -> None:
    """Who is not among a hundred is bounded by the smallest of them, and its requests nobody knows."""
    lists = ranking(W25, {number: 200 - number for number in range(1, 101)})
    known = everything(apps=lists)
    measure = {"by": "app"}
    found = {
        metric: seen(crossing(metric=metric, subject="999", measure=measure), known)[0]
        for metric in ("app_tokens", "app_requests", "app_rank", "app_growth", "app_rank_change")
    }
    assert found == {
        "app_tokens": exact("0..100"),
        "app_requests": None,
        "app_rank": exact("101..999999 at 101"),
        "app_growth": None,
        "app_rank_change": None,
    }


def test_of_a_week_the_newest_reading_of_its_tasks_counts() -> None:
    """Read on Wednesday and for the whole week: that of the week counts, which is why it is waited for."""
    again = pl.DataFrame(tagged(W25.end, 0.75, 0.125), schema=TAGGED.schema, orient="row")
    rule = crossing(metric="task_share", measure={"tag": "code:x"})
    known = everything(tagged=TAGGED.vstack(again))
    assert values(rule, known) == [exact("12.5..50")]
    assert seen(rule, known)[0] == exact("75..87.5")


def test_a_day_that_the_second_router_lacks_leaves_the_week_without_a_figure() -> None:
    """A mean over six days is not one of the week."""
    lacking = GATEWAY.filter(pl.col("day") != date(2026, 6, 18))
    rule = crossing(metric="gateway_share")
    assert seen(rule, everything(gateway=lacking))[0] is None


def test_an_app_is_told_by_its_name_with_its_own_source(engine: Engine) -> None:
    """Whom it is about, whose ranking that is, and why it is judged: no number, and no citation of something else."""
    known = everything(citations={"apps": "Source: apps of a test."})
    with writing(engine) as connection:
        judge(connection, [GULL], known, as_of=W24.ended_at)
    with writing(engine) as connection:
        (judged,) = judge(connection, [GULL], known, as_of=W25.ended_at)
    (post,) = judged.posts
    lines = post.message.text.split("\n")
    assert lines[0] == (
        "The number of tokens of the app App 2 was 60.0 billion, 15–21 June, and is now above 50 billion"
    )
    assert lines[1] == "This is about the hundred largest public apps; what others send is in no list."
    assert "15–21 June 2026 (2026-W25) has ended: it was read once, as others count it" in lines[-3]
    assert lines[-1] == "Source: apps of a test. Tokens are counted by each provider's own tokenizer."
    assert post.message.chart is not None


def test_a_reading_that_is_corrected_is_told_as_a_correction(engine: Engine) -> None:
    """The ranking of a week is published anew: the fact is retracted under its next revision, and told once."""
    for lists, window in ((APPS.filter(window_start=W24.start), W24), (APPS, W25)):
        with writing(engine) as connection:
            judge(connection, [GULL], everything(apps=lists), as_of=window.ended_at)
    corrected = everything(apps=APPS.filter(window_start=W24.start).vstack(ranking(W25, {2: 40})))
    with writing(engine) as connection:
        (judged,) = judge(connection, [GULL], corrected, as_of=W25.settles_at)
    (post,) = judged.posts
    assert (post.change.kind, post.change.told, post.revision) == ("retracted", True, 2)
    with reading(engine) as connection:
        (row,) = read_ledger(connection, LedgerKey(GULL.id, GULL.meaning, "2"))
    assert (str(row.status), row.revision) == ("retracted", 2)


def test_what_was_gathered_of_nothing_takes_nothing_back(engine: Engine) -> None:
    """A run without the lists (no key) sees no history: what people were told stays as it is."""
    for known, window in ((everything(), W24), (everything(), W25)):
        with writing(engine) as connection:
            judge(connection, [GULL], known, as_of=window.ended_at)
    with writing(engine) as connection:
        (judged,) = judge(connection, [GULL], everything(apps=APPS.clear()), as_of=W25.settles_at)
    assert judged.posts == ()


def test_a_backtest_knows_of_each_list_what_was_known_then() -> None:
    """A ranking came on the Wednesday after its week and was corrected a week later: said then, and no longer so."""
    came, corrected = datetime(2026, 6, 24, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    first = APPS.filter(window_start=W24.start)

    def known_at(moment: datetime) -> Evidence:
        lists = first.vstack(ranking(W25, {2: 40})) if moment >= corrected else APPS
        return everything(apps=lists if moment >= came else first)

    found = backtest([GULL], known_at, now=corrected, start=None, end=None, known_since=W24.ended_at)
    (fact,) = found.facts
    assert (fact.window, fact.subject, fact.direction, fact.holds) == ("2026-W25", "2", "UP", False)
    assert fact.said_at == W25.settles_at + LOOK_AFTER
    assert (found.looks, found.messages) == (3, 2)
