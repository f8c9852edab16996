"""Judging on a database: facts and messages in one transaction, told once whatever the vintages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from schemas.errors import AsOfError
from schemas.rule_models import Rule
from storage.engine import reading, writing
from storage.event_history import read_alerts
from storage.leases import Fate, claim, finish
from storage.outbox import read_waiting
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import Judged, judge
from tests.support.made_evidence import CITED, W20, evidence, settled
from tests.support.made_rules import crossing, lead, stale
from tests.support.made_usage import attributed, spread

IF_ALL = "and are now above half; up to 61.0 % if every unidentified token were Chinese"


def look(
    engine: Engine, shares: Sequence[int | None], *rules: Rule, notify: bool = True, weeks: int | None = None
) -> list[Judged]:
    """Judge one vintage once its last week has settled."""
    with writing(engine) as connection:
        return judge(
            connection,
            rules or [crossing()],
            evidence(shares),
            as_of=settled(weeks or len(shares)),
            notify=notify,
        )


def headlines(engine: Engine) -> list[str]:
    """The first lines of what is due, without the introduction."""
    with reading(engine) as connection:
        return [each.headline for each in read_waiting(connection)][1:]


def alerts(engine: Engine) -> list[tuple[str, str, str, str]]:
    """What `show alerts` lists: window, direction, status, disposition."""
    with reading(engine) as connection:
        frame = read_alerts(connection, datetime(2027, 1, 1, tzinfo=UTC))
    return frame.select("window", "direction", "status", "disposition").rows()


def test_a_crossing_is_recorded_and_due(engine: Engine) -> None:
    """The week that carries China above half makes one fact and one message whose first line is a sentence."""
    look(engine, [45])
    look(engine, [45, 51])
    assert alerts(engine) == [("2026-W21", "UP", "active", "notify")]
    assert headlines(engine) == [f"China's models carried 51.0 % of OpenRouter's tokens, 18–24 May, {IF_ALL}"]


def test_judging_again_writes_nothing(engine: Engine) -> None:
    """A second run on the same evidence has nothing to say."""
    look(engine, [45])
    look(engine, [45, 51])
    (again,) = look(engine, [45, 51])
    assert again.posts == ()
    assert len(headlines(engine)) == 1


def test_the_first_look_is_a_baseline(engine: Engine) -> None:
    """Thirty weeks of history with crossings in them page nobody; they are recorded as history."""
    look(engine, [45, 51] * 15)
    assert headlines(engine) == []
    assert {disposition for *_, disposition in alerts(engine)} == {"historical"}


def test_the_first_look_says_once_what_is_watched(engine: Engine) -> None:
    """A new database posts which rules are watched, where they stand, and when the next week is looked at."""
    look(engine, [45], crossing(title="China above half"), lead(title="China ahead"))
    look(engine, [45, 46], crossing(title="China above half"), lead(title="China ahead"))
    with writing(engine) as connection:
        delivery = claim(connection, ["news"], settled(2))
        assert claim(connection, ["news"], settled(2)) is None
    assert delivery is not None
    assert delivery.message.text.split("\n") == [
        "tokentide now watches 2 rules and speaks when one of them turns",
        "• China above half: no, 45.0 % (up to 55.0 %), 11–17 May 2026.",
        "• China ahead: not decided, 0.0 points (-10.0 to 10.0), 11–17 May 2026.",
        "The next week is looked at once it has settled, from 28 May 2026, 00:00 UTC on.",
        CITED,
    ]


def test_a_window_that_has_not_settled_is_not_looked_at(engine: Engine) -> None:
    """A crossing in a week that can still move is no news yet."""
    look(engine, [45])
    with writing(engine) as connection:
        early = settled(2) - timedelta(seconds=1)
        judge(connection, [crossing()], evidence([45, 51]), as_of=early)
    assert headlines(engine) == []


def test_a_restated_week_is_corrected_and_paged_once(engine: Engine) -> None:
    """Edited away, back and away again, a told crossing makes a page and three corrections."""
    look(engine, [45])
    for share in (51, 49, 51, 49):
        look(engine, [45, share])
    assert alerts(engine) == [("2026-W21", "UP", "retracted", "notify")]
    fact = f"China's models carried 51.0 % of OpenRouter's tokens, 18–24 May, {IF_ALL}"
    gone = f"No longer holds after a restatement: {fact}"
    assert headlines(engine) == [fact, gone, f"Holds again: {fact}", gone]


def test_a_correction_does_not_overtake_what_it_corrects(engine: Engine) -> None:
    """While the page of a fact still waits for its next attempt, its retraction waits too."""
    look(engine, [45], notify=False)
    look(engine, [45, 51])
    look(engine, [45, 49])
    now = settled(2)
    with writing(engine) as connection:
        page = claim(connection, ["news"], now)
        assert page is not None
        finish(connection, page, Fate.DUE, now, due_at=now + timedelta(hours=1))
        assert claim(connection, ["news"], now) is None


def test_a_crossing_that_moved_by_a_week_is_restated(engine: Engine) -> None:
    """The old week is retracted and the new one takes its place, in one message."""
    look(engine, [45])
    look(engine, [45, 51])
    look(engine, [45, 50, 52])
    assert alerts(engine) == [
        ("2026-W22", "UP", "active", "restated"),
        ("2026-W21", "UP", "retracted", "notify"),
    ]
    assert headlines(engine)[1] == (
        "Restated: 2026-W21 → 2026-W22. China's models carried 52.0 % of OpenRouter's tokens, 25–31 May, "
        "and are now above half; up to 62.0 % if every unidentified token were Chinese"
    )


@pytest.mark.parametrize(("told", "messages"), [(5, 5), (6, 1)])
def test_more_than_five_corrections_are_one_message(engine: Engine, told: int, messages: int) -> None:
    """A rewritten history that takes six told facts away is told once, with its cause."""
    flips = [45, 51, 45, 51, 45, 51, 45][: told + 1]
    for weeks in range(1, len(flips) + 1):
        look(engine, flips[:weeks])
    with writing(engine) as connection:
        calm = evidence([45] * len(flips))
        judge(connection, [crossing()], calm, as_of=settled(len(flips)), cause="37 weeks were restated")
    corrections = headlines(engine)[told:]
    assert len(corrections) == messages
    digest = "6 reported facts changed at once: 37 weeks were restated"
    assert (digest in corrections) == (messages == 1)


def test_another_meaning_is_a_new_baseline(engine: Engine) -> None:
    """A rule whose bound changed pages nobody about what it would have said before."""
    look(engine, [45])
    look(engine, [45, 51], crossing(fire="46"))
    assert headlines(engine) == []
    assert alerts(engine) == [("2026-W21", "UP", "active", "historical")]


def test_other_words_are_the_same_rule(engine: Engine) -> None:
    """A rule that is only worded anew neither forgets nor repeats."""
    look(engine, [45])
    look(engine, [45, 51])
    (again,) = look(engine, [45, 51], crossing(title="Other words"))
    assert again.posts == ()


def test_a_lead_that_is_certain_is_news(engine: Engine) -> None:
    """The lead speaks once it holds whatever the unidentified tokens are."""
    look(engine, [35], lead())
    look(engine, [35, 48], lead())
    assert headlines(engine) == []
    look(engine, [35, 48, 51], lead())
    assert alerts(engine) == [("2026-W22", "UP", "active", "notify")]


def test_a_disabled_rule_is_left_alone(engine: Engine) -> None:
    """What is not enabled is neither judged nor shown."""
    assert look(engine, [45], crossing(enabled=False)) == []


def test_nobody_is_told_without_notify(engine: Engine) -> None:
    """`--no-notify` records the fact and makes no message, then or later."""
    look(engine, [45], notify=False)
    look(engine, [45, 51], notify=False)
    look(engine, [45, 51])
    assert alerts(engine) == [("2026-W21", "UP", "active", "muted")]
    with reading(engine) as connection:
        assert read_waiting(connection) == []


def test_going_back_in_time_is_refused(engine: Engine) -> None:
    """A standpoint before the newest judgement would put facts of the future into the ledger."""
    look(engine, [45, 46])
    with pytest.raises(AsOfError, match="last judged as of 2026-05-28T00:00:00Z"):
        look(engine, [45])


def test_event_and_message_are_one_transaction(engine: Engine) -> None:
    """A run that dies after judging leaves neither a fact without its message nor a message without its fact."""
    look(engine, [45])
    with pytest.raises(KeyboardInterrupt):
        _judge_and_die(engine)
    assert (alerts(engine), headlines(engine)) == ([], [])


def _judge_and_die(engine: Engine) -> None:
    with writing(engine) as connection:
        judge(connection, [crossing()], evidence([45, 51]), as_of=settled(2))
        raise KeyboardInterrupt


def test_stale_data_open_and_close_once(engine: Engine) -> None:
    """Late data are said once to be late and once to be there again, to operations."""
    newest = W20.end
    ended = W20.ended_at
    for hours, day in ((12, newest), (49, newest), (73, newest), (75, newest + timedelta(days=3))):
        with writing(engine) as connection:
            late = evidence([45], newest_day=day)
            judge(connection, [stale()], late, as_of=ended + timedelta(hours=hours))
    assert headlines(engine) == [
        "OpenRouter's rankings are late: the newest whole day is 17 May 2026, which ended 49 hours ago",
        "OpenRouter's rankings are up to date again: the newest whole day is 20 May 2026, which ended 3 hours ago",
    ]


def test_a_database_without_data_is_not_judged_late(engine: Engine) -> None:
    """Where nothing was ever received, nothing is known about its age."""
    with writing(engine) as connection:
        nothing = Evidence(attributed([]), [], None, CITED)
        judged = judge(connection, [crossing(), stale()], nothing, as_of=W20.ended_at)
    assert [(each.state, each.posts) for each in judged] == [("unknown", ()), ("unknown", ())]


def test_a_country_without_a_token_is_bounded_by_the_unknown(engine: Engine) -> None:
    """A week in which China has no row is a low week, not a missing one."""
    rows = spread(W20, {"kai/one": 60, "other": 40}) + spread(W20.next(), {"ada/pro": 60, "other": 40})
    weeks = Evidence(attributed(rows), [W20, W20.next()], None, CITED)
    with writing(engine) as connection:
        (judged,) = judge(connection, [crossing()], weeks, as_of=settled(2))
    assert [str(post.change.direction) for post in judged.posts] == ["DOWN"]
    assert judged.standing == "no, 0.0 % (up to 40.0 %), 18–24 May 2026"


def two_labs(first: int, second: int) -> Evidence:
    """Two weeks in which Kai and Qin carry nothing, and then so many per cent each."""
    rows = spread(W20, {"ada/pro": 90, "other": 10})
    rows += spread(
        W20.next(), {"kai/one": first, "qin/big": second, "ada/pro": 90 - first - second, "other": 10}
    )
    return Evidence(attributed(rows), [W20, W20.next()], W20.next().end, CITED)


def each_lab(engine: Engine, *vintages: tuple[int, int]) -> list[Judged]:
    """Judge a rule about each lab, first on the week before, then on vintage after vintage."""
    rule = crossing(subject="each_lab", measure={"by": "lab"}, fire="20", without=["Ada"])
    with writing(engine) as connection:
        judge(connection, [rule], two_labs(0, 0), as_of=settled(1))
    for vintage in vintages:
        with writing(engine) as connection:
            judged = judge(connection, [rule], two_labs(*vintage), as_of=settled(2))
    return judged


def test_each_subject_of_a_rule_is_told_by_itself(engine: Engine) -> None:
    """Two labs that cross in one week are two facts and two messages, and the rule stands for both."""
    (judged,) = each_lab(engine, (25, 30))
    assert [headline.split(",")[0] for headline in headlines(engine)] == [
        "Kai's models carried 25.0 % of OpenRouter's tokens",
        "Qin's models carried 30.0 % of OpenRouter's tokens",
    ]
    assert judged.standing == (
        "Kai, 25.0 % (up to 35.0 %), 18–24 May 2026; Qin, 30.0 % (up to 40.0 %), 18–24 May 2026"
    )


def test_a_subject_that_vanished_is_corrected(engine: Engine) -> None:
    """A lab that turns out to be another's is followed to the end although it has no row any more."""
    (judged,) = each_lab(engine, (25, 0), (0, 0))
    assert alerts(engine) == [("2026-W21", "UP", "retracted", "notify")]
    assert headlines(engine)[1].startswith("No longer holds after a restatement: Kai's models carried 25.0 %")
    assert (judged.state, judged.standing) == ("clear", "none is")


def test_a_condition_stands_as_it_was_just_found(engine: Engine) -> None:
    """The look that opens a state already says that it holds."""
    late = evidence([45], newest_day=W20.end)
    with writing(engine) as connection:
        (judged,) = judge(connection, [stale()], late, as_of=W20.ended_at + timedelta(hours=49))
    assert (judged.state, judged.standing) == ("firing", "yes: rankings")
