"""Daily shares of labs on the Vercel AI Gateway: one list for each day that was over when it was published."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import msgspec
import polars as pl

from schemas.listed import GatewayShares, Listed
from schemas.payloads.gateway import GatewayAnswer, GatewayRow
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Receipt
from schemas.text import printable
from tasks.normalize.envelope import not_understood
from tasks.normalize.set_apart import Fault, set_apart

SUBJECT: Final = "labs text"
METRICS: Final = frozenset({"tokens", "requests", "spend"})
CACHED: Final = timedelta(hours=24)
"""How old an answer may be, as documented: a day that ended later may be the one that was still running."""
TOLERANCE_POINTS: Final = 0.5
"""How far the shares of a day may be from 100 together; they were seen to be 100 to the fourth digit."""


def read_gateway(receipt: Receipt, body: bytes) -> tuple[list[Listed], dy.DataFrame[QuarantinedRows]]:
    """The shares of every day that was over a day before the answer came, and the rows not understood.

    A day counts whole or not at all: one with a row that is not understood, or whose shares of a metric do
    not add up to 100, is left as it was.

    Raises:
        EnvelopeError: the answer is another data set, under another licence, not the documented JSON, or its
            shares are no percentages.
    """
    try:
        answer = msgspec.json.decode(body, type=GatewayAnswer)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_understood(receipt, f"is not the documented JSON ({error})") from error
    over = (receipt.fetched_at - CACHED).date()
    days: dict[date, _Day] = defaultdict(_Day)
    faults: list[Fault] = []
    for number, text in enumerate(answer.rows, start=1):
        row = _row(text)
        fault = _fault(row, answer)
        if row is None or fault is not None:
            faults.append(Fault(number, fault or "", None if row is None else row.date))
        elif row.metric in METRICS and row.date < over:
            days[row.date].add(number, row)
    _refuse_fractions(receipt, days)
    spoiled = {fault.day for fault in faults}
    if None not in spoiled:  # a row whose day cannot be read was meant for some day
        whole = {day: found for day, found in sorted(days.items()) if day not in spoiled}
        faults += [Fault(found.first_row, found.fault, day) for day, found in whole.items() if found.fault]
        lists = [found.listed(day) for day, found in whole.items() if not found.fault]
    else:
        lists = []
    return lists, set_apart(faults, answer.rows)


@dataclass
class _Day:
    """The shares of one day as they come."""

    shares: list[tuple[str, str, float]] = field(default_factory=list)
    first_row: int = 0

    def add(self, number: int, row: GatewayRow) -> None:
        self.first_row = self.first_row or number
        self.shares.append((row.metric, row.name, float(row.share_percent)))

    @property
    def fault(self) -> str | None:
        """Why these are not the shares of a whole day; None if they are."""
        if len({(metric, lab) for metric, lab, _ in self.shares}) < len(self.shares):
            return "a lab is there twice on this day"
        for metric in sorted(METRICS):
            if abs(self.percent_of(metric) - 100) > TOLERANCE_POINTS:
                return f"the shares of {metric} on this day add up to {self.percent_of(metric):.2f} %"
        return None

    def percent_of(self, metric: str) -> float:
        return sum(share for name, _, share in self.shares if name == metric)

    def listed(self, day: date) -> Listed:
        frame = pl.DataFrame(self.shares, schema=GatewayShares.create_empty().schema, orient="row")
        return Listed(SUBJECT, day, day, GatewayShares.validate(frame))


def _row(text: msgspec.Raw) -> GatewayRow | None:
    try:
        return msgspec.json.decode(text, type=GatewayRow)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _fault(row: GatewayRow | None, answer: GatewayAnswer) -> str | None:
    """What is wrong with a row; None if nothing is. A metric that nobody asks about is no fault."""
    if row is None:
        return "is not the documented row"
    if not answer.first <= row.date <= answer.last:
        return "is about a day that the answer does not speak about"
    if not row.name or row.name != printable(row.name, 100):
        return "names no lab"
    share = row.share_percent
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
        return "share_percent is no percentage"
    return None


def _refuse_fractions(receipt: Receipt, days: dict[date, _Day]) -> None:
    """The column says percent: parts of 1 under that name would be read as a hundredth of what they are."""
    if days and max(found.percent_of("tokens") for found in days.values()) <= 2:
        raise not_understood(receipt, "gives parts of 1 where it says percent")
