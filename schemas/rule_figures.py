"""What a crossing rule may look at: each metric with what it can be measured by, and about whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from schemas.countries import COUNTRY_NAMES
from schemas.price_frames import ALL
from schemas.rule_parts import Measure

BETWEEN: Final = " over "
"""Between the two subjects of a ratio: `CN over US`."""
Metric = Literal[
    "share",
    "drawdown",
    "rank",
    "top_share",
    "growth",
    "hhi",
    "free_share",
    "weighted_price",
    "price_ratio",
    "price_index",
    "price_change",
]


@dataclass(frozen=True, slots=True)
class Form:
    """What a metric can be.

    Attributes:
        by: what it can be measured by.
        bases: kinds of basis that it can be measured on.
        about: `one` subject of that kind, or each of them; the N largest (`top:5`); `two` of them.
        whole: whether it can be about everything together (`ALL`).
        prices: whether it rests on list prices, of which only a part may be known (`coverage`).
    """

    by: tuple[str, ...]
    bases: tuple[str, ...] = ("all",)
    about: Literal["one", "top", "two", "nobody"] = "one"
    whole: bool = False
    prices: bool = False


_SOMEBODY: Final = ("origin", "lab")
FORMS: Final[dict[str, Form]] = {
    "share": Form(_SOMEBODY, ("all", "named", "top")),
    "drawdown": Form(_SOMEBODY, ("all", "named", "top")),
    "rank": Form(("model",)),
    "top_share": Form(("model",), about="top"),
    "growth": Form(_SOMEBODY, whole=True),
    "hhi": Form(_SOMEBODY, ("all", "named", "top"), about="nobody", whole=True),
    "free_share": Form(_SOMEBODY, whole=True),
    "weighted_price": Form((*_SOMEBODY, "model"), whole=True, prices=True),
    "price_ratio": Form(_SOMEBODY, about="two", prices=True),
    "price_index": Form(("origin",), about="nobody", whole=True, prices=True),
    "price_change": Form(("model",), ("all", "top"), prices=True),
}


def check_measure(metric: str, measure: Measure) -> None:
    """Refuse a definition that the metric does not have.

    Raises:
        ValueError: says what to correct.
    """
    form = FORMS[metric]
    if measure.by not in form.by:
        raise ValueError(f"a {metric} cannot be measured by {measure.by}; correct by in measure")
    if measure.definition.basis.kind not in form.bases:
        raise ValueError(f"a {metric} is measured on all tokens; leave basis out")
    if measure.without_free and metric in {"free_share", "price_change", "price_index"}:
        raise ValueError(f"a {metric} has no reading without free variants; take without_free out")


def check_subject(metric: str, measure: Measure, subject: str, without: Iterable[str]) -> None:
    """Refuse a subject that the metric cannot be about.

    Raises:
        ValueError: says how to write it.
    """
    form, by = FORMS[metric], measure.by
    each = subject == f"each_{by}"
    if form.about == "top":
        if not subject.startswith("top:") or not subject.removeprefix("top:").isdecimal():
            raise ValueError(f"subject '{subject}' of a {metric} must be written like top:5")
        return
    if form.about == "nobody" and subject != ALL:
        raise ValueError(f"subject '{subject}': a {metric} is about everything together; write {ALL}")
    if subject.startswith("each_") and not each:
        raise ValueError(f"subject '{subject}' does not fit by: {by}; write each_{by}")
    if list(without) and not each:
        raise ValueError(f"without leaves subjects out of each_{by}; take it out for one subject")
    names = _two_of(metric, subject) if form.about == "two" else (subject,)
    if by == "origin":
        everything = each or (form.whole and subject == ALL)
        _check_countries((*(() if everything else names), *without))


def _two_of(metric: str, subject: str) -> tuple[str, str]:
    one, _, other = subject.partition(BETWEEN)
    if not other or one == other:
        raise ValueError(f"subject '{subject}' of a {metric} must name two, as in CN{BETWEEN}US")
    return one, other


def _check_countries(codes: Iterable[str]) -> None:
    for code in codes:
        if code not in COUNTRY_NAMES:
            raise ValueError(f"subject '{code}' is no ISO 3166-1 alpha-2 country code (CN, US, FR …)")
