"""What alert rules are made of: comparisons, definitions, and the cases that stand beside each rule."""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.definitions import Basis, Definition, Variants
from schemas.errors import UsageError
from schemas.windows import WindowKind

_NUMBER: Final = r"-?\d{1,6}(?:\.\d{1,6})?"
Decimals = Annotated[str, Field(pattern=rf"^{_NUMBER}$")]
Span = Annotated[str, Field(pattern=rf"^{_NUMBER}(?:\.\.{_NUMBER})?$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


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
    """The definition of the figure that a rule looks at."""

    by: Literal["origin", "lab", "model"] = "origin"
    basis: str = "all"
    variants: Variants = "merged"
    window: str = "week"
    without_free: bool = False

    @field_validator("basis")
    @classmethod
    def _unconditional_basis(cls, text: str) -> str:
        try:
            basis = Basis.parse(text)
        except UsageError as error:
            raise ValueError(str(error)) from None
        if basis.conditional:
            raise ValueError("leaves the unknown tokens out, so nothing on it is certain; use all or named")
        return str(basis)

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
    def definition(self) -> Definition:
        """The definition as the metrics take it."""
        return Definition(
            by=self.by,
            basis=Basis.parse(self.basis),
            variants=self.variants,
            without_free=self.without_free,
        )
