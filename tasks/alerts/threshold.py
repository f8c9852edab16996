"""What one window says about a threshold: exact intervals against exact bounds."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from schemas.rule_models import Rule
from schemas.rule_parts import Op


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything that a figure can be, given what is unknown: exact, both ends included.

    `at` is the figure from what is known, where that is not the lower end.
    """

    lo: Fraction
    hi: Fraction
    at: Fraction | None = None

    def __post_init__(self) -> None:
        if self.lo > self.hi:
            raise ValueError(f"an interval from {self.lo} to {self.hi} holds nothing")

    def mirrored(self) -> "Interval":
        """The interval of the negated figure."""
        return Interval(-self.hi, -self.lo, None if self.at is None else -self.at)

    @property
    def point(self) -> Fraction:
        """What is known: for a share the lower end, which is what is attributed."""
        return self.lo if self.at is None else self.at

    @property
    def middle(self) -> Fraction:
        """What is known of a lead: without more said the middle, since what is unknown may be either side's."""
        return (self.lo + self.hi) / 2 if self.at is None else self.at

    def known(self) -> "Interval":
        """What is known alone, whatever the unknown tokens are."""
        return Interval(self.point, self.point)


class Sight(StrEnum):
    """What a window says about a threshold."""

    FIRE = "F"
    CLEAR = "C"
    HELD = "H"
    UNDETERMINED = "U"
    MISSING = "N"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The bounds of a rule, turned so that firing is always upwards (`below` = negate and swap)."""

    strict: bool
    fire: Fraction
    clear: Fraction
    for_windows: int = 1
    clear_for_windows: int = 1
    mirrored: bool = False

    @classmethod
    def of(cls, rule: Rule) -> "Threshold":
        """The threshold that `rule` describes."""
        sign = -1 if rule.op.looks_down else 1
        return cls(
            strict=rule.op in {Op.ABOVE, Op.BELOW},
            fire=sign * rule.fire_bound,
            clear=sign * rule.clear_bound,
            for_windows=rule.for_windows,
            clear_for_windows=rule.clear_for_windows,
            mirrored=rule.op.looks_down,
        )

    def classify(self, value: Interval | None) -> Sight:
        """The class of a window's interval (`None`: there is nothing to judge)."""
        if value is None:
            return Sight.MISSING
        if self._never(value, self.fire):
            if self._never(value, self.clear):
                return Sight.CLEAR
            return Sight.HELD if self._surely(value, self.clear) else Sight.UNDETERMINED
        return Sight.FIRE if self._surely(value, self.fire) else Sight.UNDETERMINED

    def surely_not_firing(self, value: Interval | None) -> bool:
        """Whether every value of the interval is on the quiet side of `fire`."""
        return value is not None and self._never(value, self.fire)

    def surely_not_clear(self, value: Interval | None) -> bool:
        """Whether every value of the interval is on the firing side of `clear`."""
        return value is not None and self._surely(value, self.clear)

    def _surely(self, value: Interval, bound: Fraction) -> bool:
        lo = self._turned(value).lo
        return lo > bound if self.strict else lo >= bound

    def _never(self, value: Interval, bound: Fraction) -> bool:
        hi = self._turned(value).hi
        return hi <= bound if self.strict else hi < bound

    def _turned(self, value: Interval) -> Interval:
        return value.mirrored() if self.mirrored else value
