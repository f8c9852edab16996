"""A number as it was printed, and how far its words let it go."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Self

from pydantic import field_validator, model_validator

from schemas.errors import UsageError
from schemas.rule_parts import Decimals, Span, Strict
from schemas.windows import Window

Means = Literal["rounded", "just_above", "above", "below"]


@dataclass(frozen=True, slots=True)
class Interval:
    """What a statement allows, exactly; None is no bound."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: Fraction) -> bool:
        """Whether the value is what was stated."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def miss(self, value: Fraction) -> Fraction:
        """How far outside the value lies; 0 inside and on the edge."""
        low, high = self.low, self.high
        if low is not None and value < low:
            return low - value
        return value - high if high is not None and value > high else Fraction(0)


class Quantity(Strict):
    """One number of a claim, as it was printed.

    `means` says how its words are to be read: `rounded` (the value rounds to what is printed; `tolerance`
    instead of half of the last digit where the source rounded sums, or wrote "about"), `just_above` ("above
    61 %": 61 and a fraction), `above` and `below` (a bound, not a value). A range is written `"10..20"`.
    `window` is given where this quantity has another window than the claim.
    """

    value: Span
    means: Means = "rounded"
    tolerance: Decimals | None = None
    window: str | None = None

    @property
    def scale(self) -> Fraction:
        """What the printed number is multiplied with to compare it with a computed one."""
        return Fraction(1)

    @property
    def interval(self) -> Interval:
        """What the printed number allows, in the unit of the computed one."""
        low, high = self._printed()
        step = self._last_digit()
        slack = step / 2 if self.tolerance is None else Fraction(self.tolerance)
        match self.means:
            case "rounded":
                slack = Fraction(0) if ".." in self.value and self.tolerance is None else slack
                return Interval((low - slack) * self.scale, (high + slack) * self.scale)
            case "just_above":
                return Interval(low * self.scale, (low + step) * self.scale, high_open=True)
            case "above":
                return Interval(high * self.scale, None, low_open=True)
            case "below":
                return Interval(None, low * self.scale, high_open=True)

    def _printed(self) -> tuple[Fraction, Fraction]:
        low, _, high = self.value.partition("..")
        return Fraction(low), Fraction(high or low)

    def _last_digit(self) -> Fraction:
        _, _, decimals = self.value.partition("..")[0].partition(".")
        return Fraction(1, 10 ** len(decimals))

    @field_validator("window")
    @classmethod
    def _window_exists(cls, text: str | None) -> str | None:
        return text if text is None else window_name(text)

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        low, high = self._printed()
        if high < low:
            raise ValueError(f"value '{self.value}' begins above its end; swap the two")
        if self.tolerance is not None and (self.means != "rounded" or Fraction(self.tolerance) < 0):
            raise ValueError("tolerance is for a rounded value and not negative; correct or remove it")
        return self


def window_name(text: str) -> str:
    """`text`, if it names a window.

    Raises:
        ValueError: it names none; says how windows are written.
    """
    try:
        return str(Window.parse(text))
    except UsageError as error:
        raise ValueError(str(error)) from None
