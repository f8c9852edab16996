"""What delivery needs of a destination."""

from typing import Protocol

from schemas.alerts import Message, Place
from schemas.charts import Chart
from tasks.alerts.outcomes import Outcome


class Sender(Protocol):
    """An address that messages are sent to; equal senders are the same address. Failures are outcomes."""

    def send(self, message: Message, thread: Place | None = None) -> Outcome:
        """Send once, into the thread of what stands at `thread` if there are threads."""
        ...

    def edit(self, message: Message, place: Place) -> Outcome:
        """Put `message` where another one stands, once."""
        ...

    def attach(self, chart: Chart, title: str, place: Place) -> Outcome:
        """Put a chart into the thread of what stands at `place`, once."""
        ...
