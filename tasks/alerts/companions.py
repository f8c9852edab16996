"""What goes with a message that was sent: a chart into its thread, and a word on the message that it corrects.

Both are rows of their own, written with the mark that the message was sent. They are best effort: nobody waits for
them, and their failure fails no run.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.alerts import CHART, EDIT, Delivery, Message, Place
from storage.outbox import enqueue, read_message
from tasks.alerts.blocks import noticed, possible_duplicate
from tasks.alerts.ledger import Kind
from tasks.alerts.outcomes import Outcome, Verdict
from tasks.alerts.sender import Sender

ATTEMPTS: Final = 5
"""What goes with a message is of use while people read it."""
_NOTICES: Final = {
    Kind.NEW: "Over: see the thread",
    Kind.RETRACTED: "No longer holds after a restatement: see the thread",
    Kind.REINSTATED: "Holds again after a restatement: see the thread",
    Kind.MOVED: "Restated: see the thread",
}


def accompany(connection: Connection, sent: Delivery, place: Place | None, now: datetime) -> None:
    """Make due what goes with a message that was sent to `place`; nothing where there are no threads."""
    if place is None or sent.is_companion:
        return
    chart = sent.message.chart
    if chart is not None:
        _make_due(connection, sent, CHART, Message(f"The chart to: {sent.message.headline}", (), chart), now)
    if sent.follows is not None and sent.thread is not None:
        edited = noticed(read_message(connection, sent.follows), _NOTICES[Kind(sent.kind)])
        _make_due(connection, sent, EDIT, edited, now)


def send_companion(sender: Sender, delivery: Delivery) -> Outcome:
    """Edit or attach, where the message that it goes with stands; what can never be is dead."""
    if delivery.thread is None:
        return Outcome(Verdict.DEAD, "the message that it goes with stands nowhere")
    if delivery.kind == EDIT:
        return sender.edit(delivery.message, delivery.thread)
    chart = delivery.message.chart
    if chart is None:
        return Outcome(Verdict.DEAD, "there is no chart in it")
    title = possible_duplicate(chart.title) if delivery.possible_duplicate else chart.title
    return sender.attach(chart, title, delivery.thread)


def _make_due(connection: Connection, sent: Delivery, kind: str, message: Message, now: datetime) -> None:
    enqueue(
        connection,
        dedupe_key=f"{kind}|{sent.id}",
        kind=kind,
        destination=sent.destination,
        message=message,
        event_id=None,
        now=now,
        follows=sent.follows or sent.id,
    )
