"""The export of the Vercel AI Gateway's leaderboards: the outside is strict, rows are judged one by one."""

from datetime import date
from typing import Any, Literal

from msgspec import Raw, Struct, field


class GatewayAnswer(Struct):
    """`GET ai/leaderboard-export?dataset=labs&modality=text&format=json`."""

    dataset: Literal["labs"]
    modality: Literal["text"]
    license: Literal["CC-BY-4.0"]
    rows: list[Raw]
    first: date = field(name="from")
    last: date = field(name="to")


class GatewayRow(Struct):
    """A lab's part of one metric on one day, in percent."""

    date: date
    name: str
    metric: str
    share_percent: Any
    group: Literal["lab"] = "lab"
    modality: Literal["text"] = "text"
