"""What a figure counts: the definition that travels with it."""

import re
from dataclasses import dataclass
from typing import Literal, Self

from schemas.countries import COUNTRY_NAMES
from schemas.errors import UsageError

By = Literal["origin", "lab", "author", "model"]
Variants = Literal["merged", "apart"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The denominator: `all`, `named`, `attributed`, `pair:CN,US` or `top:9`."""

    kind: Literal["all", "named", "attributed", "pair", "top"] = "all"
    pair: tuple[str, str] | None = None
    top: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a basis as a person writes it.

        Raises:
            UsageError: the text names no basis.
        """
        match text.strip():
            case "all" | "named" | "attributed" as kind:
                return cls(kind)
            case spelled if spelled.startswith("pair:"):
                return cls("pair", pair=two_origins(spelled.removeprefix("pair:")))
            case spelled if found := re.fullmatch(r"top:([1-9]\d{0,2})", spelled):
                return cls("top", top=int(found[1]))
        raise UsageError(f"'{text}' is no basis; write all, named, attributed, pair:CN,US or top:9.")

    @property
    def conditional(self) -> bool:
        """Whether bounds hold only given what is attributed."""
        return self.kind in {"attributed", "pair"}

    def __str__(self) -> str:
        """The spelling that `parse` reads back."""
        if self.pair:
            return f"pair:{self.pair[0]},{self.pair[1]}"
        return f"top:{self.top}" if self.top else self.kind


def two_origins(text: str) -> tuple[str, str]:
    """The two origins of `CN,US`, in that order.

    Raises:
        UsageError: these are no two countries. `UK` is none: a code that is wrong would compare with nothing.
    """
    first, comma, second = (part.strip().upper() for part in text.partition(","))
    for code in (first, second):
        if comma and code not in COUNTRY_NAMES:
            raise UsageError(f"'{code}' is no country code of ISO 3166 (two letters); write a pair as CN,US.")
    if not comma or first == second:
        raise UsageError(f"'{text}' names no two origins; write CN,US.")
    return first, second


ALL_TOKENS = Basis()
"""Every token of the window: the default, and the only basis of a headline."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that decides a figure besides its window and its standpoint."""

    by: By = "origin"
    basis: Basis = ALL_TOKENS
    variants: Variants = "merged"
    without_free: bool = False
    """Whether `:free` variants are left out, above and below the line."""

    def as_dict(self) -> dict[str, str]:
        """The definition as it is printed and stored; `free` is in it only where it is left out."""
        spelled = {"by": self.by, "basis": str(self.basis), "variants": self.variants}
        return spelled | ({"free": "left out"} if self.without_free else {})
