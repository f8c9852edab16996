"""What alert rules are made of: comparisons, definitions, and the cases that stand beside each rule."""

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.definitions import Basis, By, Definition, Variants
from schemas.errors import UsageError
from schemas.windows import WindowKind

_NUMBER: Final = r"-?\d{1,9}(?:\.\d{1,6})?"
Decimals = Annotated[str, Field(pattern=rf"^{_NUMBER}$")]
Span = Annotated[str, Field(pattern=rf"^{_NUMBER}(?:\.\.{_NUMBER})?$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


Name = Annotated[str, Field(min_length=1, max_length=200)]


class Op(StrEnum):
    """How a figure is compared with `fire`; those that look down are judged as the mirror of the others."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="

    @property
    def looks_down(self) -> bool:
        """Whether the rule fires below its threshold."""
        return self in {Op.BELOW, Op.AT_MOST}


class Strict(BaseModel):
    """Reviewed data: nothing is converted, nothing unknown is accepted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Case(Strict):
    """What a rule says about a made series: one entry a window (a condition: a look), in the rule's unit.

    `given` holds figures (`"49"`), ranges (`"44.9..58.4"`) and nothing (`null`); `expect` what is said then.
    """

    shows: Sentence
    given: Annotated[list[Span | None], Field(min_length=1)]
    expect: list[Literal["UP", "DOWN", "open", "close"] | None]

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.given) != len(self.expect):
            raise ValueError("given and expect need one entry each for every window")
        return self

    @property
    def fires(self) -> bool:
        """Whether anything is said."""
        return any(self.expect)


class Measure(Strict):
    """The definition of the figure that a rule looks at.

    `over` is how many windows back growth and contributions compare; `like_for_like` counts only the models that
    were there in both; `of` is whose share a contribution is a part of; `level` the benchmark index that the
    cheapest reaches; `part` one side of a price, the quantized repositories, or what is counted instead of tokens;
    `tag` the kind of task.
    """

    by: Literal["origin", "lab", "author", "model", "bucket", "family", "app"] = "origin"
    basis: str = "all"
    variants: Variants = "merged"
    window: str = "week"
    without_free: bool = False
    over: Annotated[int, Field(ge=1, le=520)] = 1
    like_for_like: bool = False
    of: Name | None = None
    level: Decimals | None = None
    part: Literal["prompt", "completion", "quantized", "requests", "spend"] | None = None
    tag: Name | None = None

    @field_validator("basis")
    @classmethod
    def _is_a_basis(cls, text: str) -> str:
        try:
            return str(Basis.parse(text))
        except UsageError as error:
            raise ValueError(str(error)) from None

    @field_validator("window")
    @classmethod
    def _window_on_a_grid(cls, text: str) -> str:
        try:
            kind = WindowKind.parse(text)
        except UsageError as error:
            raise ValueError(str(error)) from None
        if kind.unit in {"span", "trailing"}:
            raise ValueError("has no fixed grid to watch; use week, week:SUN, month or quarter")
        return str(kind)

    @property
    def kind(self) -> WindowKind:
        """The kind of window that the figure is about."""
        return WindowKind.parse(self.window)

    @property
    def options(self) -> dict[str, Any]:
        """What is asked for beyond what every metric has: only those that say something else than usual."""
        return {name: value for name, usual in _OPTIONS.items() if (value := getattr(self, name)) != usual}

    @property
    def definition(self) -> Definition:
        """The definition as the metrics of tokens take it; a measure by something else counts tokens by origin."""
        return Definition(
            by=next((each for each in get_args(By) if each == self.by), "origin"),
            basis=Basis.parse(self.basis),
            variants=self.variants,
            without_free=self.without_free,
        )


_OPTIONS: Final[dict[str, Any]] = {
    "over": 1,
    "like_for_like": False,
    "of": None,
    "level": None,
    "part": None,
    "tag": None,
}
"""Keys of a measure that only some metrics have, with what they are where they are left out."""
_CAME_LATER: Final[dict[str, Any]] = {"without": [], "coverage": None, "turns": "both"}
_IN_MEASURE: Final[dict[str, Any]] = {"without_free": False, **_OPTIONS}


def hashed(decides: dict[str, Any]) -> str:
    """A hash of what decides when a rule speaks.

    A key that came later and is left out does not make another rule of one that was reviewed before.
    """
    measure = decides.get("measure", {})
    for keys, later in ((decides, _CAME_LATER), (measure, _IN_MEASURE)):
        for name, left_out in later.items():
            if keys.get(name) == left_out:
                keys.pop(name, None)
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
