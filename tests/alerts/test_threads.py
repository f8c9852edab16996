"""What follows a message goes into its thread: corrections, ends and charts; and the message says so itself."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from schemas.rule_models import Rule
from storage.engine import reading, writing
from tasks.alerts.judge import judge
from tests.support.desk import HOUR, Desk
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing, stale
from tests.support.slack import Reply, SlackServer

MISSING_SCOPE = Reply(200, '{"ok": false, "error": "missing_scope"}')
NO_SUCH_MESSAGE = Reply(400, '{"ok": false, "error": "invalid_blocks"}')


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """An outbox that a bot empties, in a database in which the rule was judged before."""
    desk = Desk(engine, by_bot=True, now=settled(1))
    look(desk, 45, notify=False)
    return desk


def look(desk: Desk, *shares: int, notify: bool = True, rule: Rule | None = None) -> None:
    """Judge when the last of these weeks has settled; an hour later than the look before."""
    desk.now = max(desk.now + HOUR, settled(len(shares)))
    with writing(desk.engine) as connection:
        judge(connection, [rule or crossing()], evidence(shares), as_of=desk.now, notify=notify)


def seen(slack: SlackServer) -> list[tuple[str, bool, bool]]:
    """What people see, in order: how each message begins, whether it is in a thread, and whether edited."""
    return [
        (message["text"].split("\n")[0], "thread_ts" in message, bool(message.get("edited")))
        for message in slack.made.messages
        if "file" not in message
    ]


CROSSED = "China's models carried 51.0 % of OpenRouter's tokens, 18–24 May, and are now above half"
GONE = "No longer holds after a restatement"
IF_ALL = "up to 61.0 % if every unidentified token were Chinese"


def test_a_correction_is_a_reply_and_marks_what_it_corrects(desk: Desk, slack: SlackServer) -> None:
    """A fact that is gone is said in the thread, and whoever sees only the channel sees it as well."""
    look(desk, 45, 51)
    desk.deliver(news=slack)
    look(desk, 45, 49)
    desk.deliver(news=slack)
    assert seen(slack) == [
        (f"{GONE}: see the thread", False, True),
        (f"{GONE}: {CROSSED}; {IF_ALL}", True, False),
    ]


def test_a_fact_that_is_back_is_a_reply_and_no_second_message(desk: Desk, slack: SlackServer) -> None:
    """Gone and back again: two replies, and the message says the last word."""
    for shares in ((45, 51), (45, 49), (45, 51)):
        look(desk, *shares)
        desk.deliver(news=slack)
    assert seen(slack)[0] == ("Holds again after a restatement: see the thread", False, True)
    assert [(in_thread, edited) for _, in_thread, edited in seen(slack)[1:]] == [(True, False)] * 2


def test_a_restated_week_is_a_reply_and_no_second_message(desk: Desk, slack: SlackServer) -> None:
    """The same crossing, found a week earlier: one message in the channel, the rest in its thread."""
    look(desk, 45, 49, 51)
    desk.deliver(news=slack)
    look(desk, 45, 51, 51)
    desk.deliver(news=slack)
    first, reply = seen(slack)
    assert first == ("Restated: see the thread", False, True)
    assert reply[0].startswith("Restated: 2026-W22 → 2026-W21. China's models carried")
    assert reply[1:] == (True, False)


def test_nothing_new_sends_nothing(desk: Desk, slack: SlackServer) -> None:
    """A second run on the same data makes no call at all."""
    look(desk, 45, 51)
    desk.deliver(news=slack)
    calls = len(slack.calls)
    look(desk, 45, 51)
    desk.deliver(news=slack)
    assert len(slack.calls) == calls


def test_thirty_weeks_at_once_are_no_thirty_messages(desk: Desk, slack: SlackServer) -> None:
    """A backfill that turns up fifteen old crossings tells none of them."""
    look(desk, *[45, 51] * 15, 51, 51)
    desk.deliver(news=slack)
    assert seen(slack) == []


def test_the_chart_goes_into_the_thread(desk: Desk, slack: SlackServer) -> None:
    """The picture is a reply to the message, under the same sentence."""
    look(desk, 45, 51)
    report = desk.deliver(news=slack)
    message, picture = slack.made.messages
    assert picture["thread_ts"] == message["ts"]
    assert picture["text"].endswith(f"{CROSSED}; {IF_ALL}")
    assert slack.made.files[picture["file"]].startswith(b"\x89PNG")
    assert len(report.sent) == 1


def test_a_chart_that_is_not_taken_costs_nothing_else(desk: Desk, slack: SlackServer) -> None:
    """A bot without the permission for files: the message is sent, no run fails, the address stays on."""
    look(desk, 45, 51)
    slack.replies.extend([Reply(200, slack_ok(slack)), MISSING_SCOPE])
    report = desk.deliver(news=slack)
    assert (len(report.sent), report.dead, report.problems) == (1, [], [])
    assert report.foregone == [
        f"The chart to: {CROSSED}; {IF_ALL}: Slack answered 200 missing_scope: the bot lacks a permission"
    ]


def slack_ok(slack: SlackServer) -> str:
    """What Slack answers to a message."""
    return f'{{"ok": true, "channel": "{slack.bot.channel}", "ts": "1780000000.000100"}}'


def test_a_reply_waits_for_what_it_follows(desk: Desk, slack: SlackServer) -> None:
    """While the message cannot be sent its correction is not sent either; then both go out in order."""
    look(desk, 45, 51)
    slack.replies.append(Reply(429, '{"ok": false, "error": "ratelimited"}', {"Retry-After": "3600"}))
    desk.deliver(news=slack)
    look(desk, 45, 49)
    desk.now -= timedelta(minutes=30)
    desk.deliver(news=slack)
    assert slack.made.messages == []
    desk.now += HOUR
    desk.deliver(news=slack)
    assert [in_thread for _, in_thread, _ in seen(slack)] == [False, True]


def test_a_reply_to_what_is_dead_stands_alone(desk: Desk, slack: SlackServer) -> None:
    """A correction of a message that was never taken goes to the channel, and names the original."""
    look(desk, 45, 51)
    slack.replies.append(NO_SUCH_MESSAGE)
    desk.deliver(news=slack)
    look(desk, 45, 49)
    assert desk.deliver(news=slack).foregone == []
    assert seen(slack) == [(f"{GONE}: {CROSSED}; {IF_ALL}", False, False)]


def test_a_reply_to_what_a_webhook_sent_stands_alone(desk: Desk, slack: SlackServer) -> None:
    """Where the place of the message is not known there is no thread and no edit."""
    look(desk, 45, 51)
    desk.by_bot = False
    desk.deliver(news=slack)
    look(desk, 45, 49)
    desk.by_bot = True
    desk.deliver(news=slack)
    assert [each[1:] for each in seen(slack)] == [(False, False), (False, False)]


def test_a_webhook_is_asked_for_neither_edit_nor_chart(desk: Desk, slack: SlackServer) -> None:
    """Nothing is made due that a webhook could not send."""
    desk.by_bot = False
    for shares in ((45, 51), (45, 49)):
        look(desk, *shares)
        report = desk.deliver(news=slack)
        assert (len(report.sent), report.waiting, report.foregone) == (1, [], [])


def test_a_chart_that_waits_holds_no_correction_back(desk: Desk, slack: SlackServer) -> None:
    """The picture is best effort: people hear of the correction although it could not be uploaded yet."""
    look(desk, 45, 51)
    slack.replies.extend([Reply(200, slack_ok(slack)), Reply(429, "{}", {"Retry-After": "3600"})])
    desk.deliver(news=slack)
    look(desk, 45, 49)
    desk.deliver(news=slack)
    assert ["file" in message for message in slack.made.messages] == [False, True]
    assert slack.made.messages[0]["text"].startswith(GONE)


def test_a_chart_that_may_be_there_already_says_so(desk: Desk, slack: SlackServer) -> None:
    """The answer to an upload was lost: the picture comes again, marked."""
    look(desk, 45, 51)
    taken = [Reply(200, slack_ok(slack)), Reply(200, upload(slack)), Reply(200, "ok"), Reply(lost=True)]
    slack.replies.extend(taken)
    desk.deliver(news=slack)
    desk.now += HOUR
    desk.deliver(news=slack)
    titles = [message["title"] for message in slack.made.messages if "file" in message]
    assert titles == [f"{CROSSED}; {IF_ALL}", f"(possible duplicate) {CROSSED}; {IF_ALL}"]


def upload(slack: SlackServer) -> str:
    """What Slack answers to who wants to upload."""
    slack.made.files["F9"] = b""
    return f'{{"ok": true, "file_id": "F9", "upload_url": "{slack.made.url}/upload/F9"}}'


def test_what_goes_with_a_message_counts_as_no_message(desk: Desk, slack: SlackServer) -> None:
    """The ledger counts what people were told, not pictures and edits."""
    look(desk, 45, 51)
    desk.deliver(news=slack)
    with reading(desk.engine) as connection:
        kinds = connection.execute(text("SELECT kind FROM outbox_message WHERE event_id IS NOT NULL"))
        assert list(kinds.scalars()) == ["new"]


def test_the_end_of_a_state_is_a_reply(desk: Desk, slack: SlackServer) -> None:
    """Data that are stale, and are so no longer: one message that ends in its thread, for each episode."""
    for hours in (49, 20, 49, 20):
        desk.now += HOUR
        with writing(desk.engine) as connection:
            newest = evidence([45], newest_day=(desk.now - timedelta(hours=hours)).date() - timedelta(days=1))
            judge(connection, [stale()], newest, as_of=desk.now)
        desk.deliver(ops=slack)
    assert [(text[:36], *rest) for text, *rest in seen(slack)] == [
        ("Over: see the thread", False, True),
        ("OpenRouter's rankings are up to date", True, False),
    ] * 2


def test_files_and_edits_wait_for_all_messages(desk: Desk, slack: SlackServer) -> None:
    """Two news items in one round: both are read before the first picture is drawn."""
    rule = crossing(id="made-other", fire="40")
    with writing(desk.engine) as connection:
        judge(connection, [rule], evidence([35]), as_of=desk.now, notify=False)
    for each in (crossing(), rule):
        with writing(desk.engine) as connection:
            judge(connection, [each], evidence([35, 51]), as_of=settled(2))
    desk.now = settled(2)
    desk.deliver(news=slack)
    assert ["file" in message for message in slack.made.messages] == [False, False, True, True]


def test_an_end_waits_for_its_beginning(desk: Desk, slack: SlackServer) -> None:
    """Beginning and end are two facts: the end is not sent while the beginning could not be."""
    slack.replies.append(Reply(429, "{}", {"Retry-After": "3600"}))
    for hours in (49, 20):
        desk.now += HOUR / 4
        with writing(desk.engine) as connection:
            newest = evidence([45], newest_day=(desk.now - timedelta(hours=hours)).date() - timedelta(days=1))
            judge(connection, [stale()], newest, as_of=desk.now)
        assert desk.deliver(ops=slack).sent == []
    desk.now += HOUR
    desk.deliver(ops=slack)
    assert [in_thread for _, in_thread, _ in seen(slack)] == [False, True]
