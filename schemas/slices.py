"""Slices of the Data API's rankings: each filter of it, and the rules that upstream has for them.

Source: the publisher's description of `GET /datasets/rankings-daily` (docs/sources.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Self, cast

from pydantic import BeforeValidator, PlainSerializer

from schemas.errors import UsageError
from schemas.windows import Grain, WindowKind

CATEGORIES: Final = (
    "programming",
    "roleplay",
    "marketing",
    "marketing/seo",
    "technology",
    "science",
    "translation",
    "legal",
    "finance",
    "health",
    "trivia",
    "academia",
)
FILTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "modality": ("text", "image", "image_output", "audio", "tool_calling"),
    "context_bucket": ("1K", "10K", "100K", "1M", "10M"),
    "category": CATEGORIES,
    "language_type": ("natural", "programming"),
}
"""Every filter with the values that upstream knows."""
PERIODS: Final = ("day", "week", "month")
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {"period": PERIODS, **FILTERS}
_SAMPLED: Final = ("category", "language_type")
_KINDS: Final[Mapping[Grain, WindowKind]] = {
    "day": WindowKind("trailing", 1),
    "week": WindowKind("week"),
    "month": WindowKind("month"),
}
_HOW: Final = "write NAME=VALUE, as in category=programming or context_bucket=1M,period=week"


def kind_of(grain: Grain) -> WindowKind:
    """The windows of which a series of this grain has a row each; a row is dated by the first day of its own."""
    return _KINDS[grain]


@dataclass(frozen=True, slots=True)
class Slice:
    """One question to the Data API other than the headline's: a grain, and the filters that are set.

    `str()` of it is the spelling that `parse` reads back. `period` is what one row is about.

    Raises:
        UsageError: upstream has no such value, would refuse the combination, or it is the headline itself.
    """

    period: Grain
    modality: str | None = None
    context_bucket: str | None = None
    category: str | None = None
    language_type: str | None = None

    def __post_init__(self) -> None:
        for name, given in {"period": self.period, **self.filters}.items():
            if given not in _KNOWN[name]:
                raise UsageError(f"{name} has no value '{given}'; it is one of {', '.join(_KNOWN[name])}.")
        if self.sampled and len(self.filters) > 1:
            raise UsageError(
                f"{' and '.join(_SAMPLED)} are combined with no other filter; ask for each of "
                f"{', '.join(self.filters)} by itself."
            )
        if self.sampled and self.period == "day":
            raise UsageError(f"{self.population} comes by week or month, not by day; write period=week.")
        if (self.population, self.period) == ("text", "day"):
            raise UsageError(
                "modality=text by day is the headline series itself; leave the slice out, or add period=week."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a slice as a person writes it: `category=programming`, `modality=image,period=month`.

        Raises:
            UsageError: it names no slice; says which values there are.
        """
        given: dict[str, str] = {}
        for part in text.split(","):
            name, equals, value = (word.strip() for word in part.partition("="))
            if not equals or not value:
                raise UsageError(f"'{text}' is no slice; {_HOW}.")
            if name not in _KNOWN:
                raise UsageError(f"The Data API has no filter '{name}'; it has {', '.join(_KNOWN)}.")
            if name in given:
                raise UsageError(f"'{text}' gives {name} twice; {_HOW}.")
            given[name] = _as_upstream_spells(name, value)
        period = given.pop("period", _usual_period(given))
        return cls(cast("Grain", period), **given)

    @property
    def sampled(self) -> bool:
        """Whether its figures are upstream's estimate from a sample, not counts."""
        return any(getattr(self, name) is not None for name in _SAMPLED)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {name: value for name in FILTERS if (value := getattr(self, name)) is not None}

    @property
    def population(self) -> str:
        """Whose tokens are counted, as a series is named: `text`, `all` or the filters."""
        if self.filters == {"modality": "text"}:
            return "text"
        return ",".join(f"{name}={value}" for name, value in self.filters.items()) or "all"

    @property
    def parameters(self) -> dict[str, str]:
        """What is sent: the filters, and always the period, which has several defaults and is not echoed."""
        return {"period": self.period, **self.filters}

    def __str__(self) -> str:
        parts = dict(self.filters)
        if not parts or self.period != _usual_period(parts):
            parts["period"] = self.period
        return ",".join(f"{name}={value}" for name, value in parts.items())


def _usual_period(filters: Mapping[str, str]) -> str:
    """What upstream takes where no period is sent."""
    return "week" if any(name in filters for name in _SAMPLED) else "day"


def _as_upstream_spells(name: str, value: str) -> str:
    """The known value that differs in capitals at most; else the value as it was given."""
    return next((known for known in _KNOWN[name] if known.casefold() == value.casefold()), value)


def _read(value: object) -> object:
    try:
        return Slice.parse(value) if isinstance(value, str) else value
    except UsageError as error:
        raise ValueError(str(error)) from None


SpelledSlice = Annotated[Slice, BeforeValidator(_read), PlainSerializer(str, return_type=str)]
"""A slice as a field of a pydantic model: its spelling in JSON."""
