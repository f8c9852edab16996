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
    "weighted_price",
    "price_ratio",
    "price_index",
    "price_change",
]
Source = Literal["prices"]
"""What a figure is read from besides the rankings."""
Option = Literal["over", "like_for_like", "of"]
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
        coverage: whether it rests on a part of the tokens, which `coverage` can ask to be large enough.
        without_free: whether it has a reading without free variants.
        reads: what it is read from besides the rankings.
    """

    by: tuple[str, ...]
    bases: tuple[str, ...] = ("all",)
    about: Literal["one", "top", "two", "nobody"] = "one"
    whole: bool = False
    subjects: str | None = None
    options: tuple[Option, ...] = ()
    needed: tuple[Option, ...] = ()
    coverage: bool = False
    without_free: bool = True
    reads: tuple[Source, ...] = ()


_NAMED: Final = ("origin", "lab", "author", "model")
_BASES: Final = ("all", "named", "attributed", "pair", "top")
_SHARE: Final = Form(_NAMED, _BASES)
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
    "weighted_price": Form(_NAMED, whole=True, coverage=True, reads=("prices",)),
    "price_ratio": Form(_NAMED, about="two", coverage=True, reads=("prices",)),
    "price_index": Form(
        ("origin",), about="nobody", whole=True, coverage=True, without_free=False, reads=("prices",)
    ),
    "price_change": Form(("model",), ("all", "top"), without_free=False, reads=("prices",)),
}
"""Every metric that a rule can watch."""
