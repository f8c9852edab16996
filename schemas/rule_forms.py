"""The forms of figures: each metric with what it can be measured by and on, and about whom a rule can ask it."""

from dataclasses import dataclass
from typing import Final, Literal

Metric = Literal[
    "tokens",
    "share",
    "bucket_share",
    "drawdown",
    "drawdown_relative",
    "peak",
    "rank",
    "rank_change",
    "top_share",
    "growth",
    "hhi",
    "contribution",
    "free_share",
    "open_weight_share",
    "open_weight_part",
    "weighted_index",
    "best_index",
    "price",
    "weighted_price",
    "dollar_share",
    "price_ratio",
    "price_index",
    "price_change",
    "cheapest_at",
    "derivatives",
    "derivative_share",
    "derivative_growth",
    "app_tokens",
    "app_requests",
    "app_share",
    "app_rank",
    "app_rank_change",
    "app_growth",
    "task_share",
    "gateway_share",
    "gateway_lead",
    "router_difference",
]
Source = Literal["prices", "weights", "families", "apps", "tasks", "gateway"]
"""What a figure is read from besides the rankings."""
Option = Literal["over", "like_for_like", "of", "level", "part", "tag"]
"""Keys of `measure` that only some metrics have."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a metric can be.

    Attributes:
        by: what it can be measured by.
        bases: kinds of basis that it can be measured on.
        about: `one` subject of that kind, or each of them; the N largest (`top:5`); `two` of them.
        whole: whether it can be about everything together (`ALL`).
        subjects: what its subjects are, where that is not what it is measured by.
        options: keys of `measure` that it has besides.
        needed: those that it cannot do without.
        parts: what `part` can be.
        coverage: whether it rests on a part of the tokens, which `coverage` can ask to be large enough.
        without_free: whether it has a reading without free variants.
        reads: what it is read from besides the rankings.
        reading: whether it is what others count of an ISO week, instead of counted from days.
        waits: whether a window is judged only once it has settled; else as soon as it has ended.
    """

    by: tuple[str, ...]
    bases: tuple[str, ...] = ("all",)
    about: Literal["one", "top", "two", "nobody"] = "one"
    whole: bool = False
    subjects: str | None = None
    options: tuple[Option, ...] = ()
    needed: tuple[Option, ...] = ()
    parts: tuple[str, ...] = ()
    coverage: bool = False
    without_free: bool = True
    reads: tuple[Source, ...] = ()
    reading: bool = False
    waits: bool = True


def _read(
    source: Source,
    by: tuple[str, ...],
    *,
    options: tuple[Option, ...] = (),
    needed: tuple[Option, ...] = (),
    parts: tuple[str, ...] = (),
    waits: bool = False,
) -> Form:
    """The form of a figure that is what was read of an ISO week, and has no days to be counted otherwise."""
    return Form(
        by,
        options=options,
        needed=needed,
        parts=parts,
        without_free=False,
        reads=(source,),
        reading=True,
        waits=waits,
    )


_NAMED: Final = ("origin", "lab", "author", "model")
_BASES: Final = ("all", "named", "attributed", "pair", "top")
_SHARE: Final = Form(_NAMED, _BASES)
APPS: Final = ("app_tokens", "app_requests", "app_share", "app_rank", "app_rank_change", "app_growth")
"""Figures of apps."""
FORMS: Final[dict[str, Form]] = {
    "tokens": Form(_NAMED, _BASES, whole=True),
    "share": _SHARE,
    "bucket_share": Form(("bucket",)),
    "drawdown": _SHARE,
    "drawdown_relative": _SHARE,
    "peak": _SHARE,
    "rank": Form(_NAMED),
    "rank_change": Form(_NAMED),
    "top_share": Form(_NAMED, _BASES, about="top"),
    "growth": Form(_NAMED, _BASES, whole=True, options=("over", "like_for_like")),
    "hhi": Form(_NAMED, _BASES, about="nobody", whole=True),
    "contribution": Form(
        ("origin", "lab", "author"), _BASES, subjects="model", options=("over", "of"), needed=("of",)
    ),
    "free_share": Form(_NAMED, whole=True, without_free=False),
    "open_weight_share": Form(_NAMED, _BASES, whole=True, reads=("weights",)),
    "open_weight_part": Form(_NAMED, whole=True, reads=("weights",)),
    "weighted_index": Form(_NAMED, whole=True, coverage=True, reads=("prices",)),
    "best_index": Form(_NAMED, whole=True, without_free=False, reads=("prices",)),
    "price": Form(
        ("model",), options=("part",), parts=("prompt", "completion"), without_free=False, reads=("prices",)
    ),
    "weighted_price": Form(_NAMED, whole=True, coverage=True, reads=("prices",)),
    "dollar_share": Form(_NAMED, coverage=True, reads=("prices",)),
    "price_ratio": Form(_NAMED, about="two", coverage=True, reads=("prices",)),
    "price_index": Form(
        ("origin",), about="nobody", whole=True, coverage=True, without_free=False, reads=("prices",)
    ),
    "price_change": Form(("model",), ("all", "top"), without_free=False, reads=("prices",)),
    "cheapest_at": Form(
        ("origin",),
        about="nobody",
        whole=True,
        options=("level",),
        needed=("level",),
        without_free=False,
        reads=("prices",),
    ),
    "derivatives": _read("families", ("family", "origin"), options=("part",), parts=("quantized",)),
    "derivative_share": _read("families", ("family", "origin")),
    "derivative_growth": _read("families", ("family", "origin")),
    **dict.fromkeys(APPS, _read("apps", ("app",))),
    "task_share": _read("tasks", _NAMED, options=("tag",), needed=("tag",), waits=True),
    "gateway_share": Form(
        ("origin",), options=("part",), parts=("requests", "spend"), without_free=False, reads=("gateway",)
    ),
    "gateway_lead": Form(("origin",), about="two", without_free=False, reads=("gateway",)),
    "router_difference": Form(("origin",), without_free=False, reads=("gateway",)),
}
"""Every metric that a rule can watch."""
