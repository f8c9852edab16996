"""Published claims: reviewed data, read strictly, with errors that name the file, the claim and the repair."""

import datetime as dt
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from schemas.claim_numbers import window_name
from schemas.claim_parts import (
    AnyQuantity,
    Cheapest,
    Credit,
    Derivatives,
    LargerFamily,
    Price,
    PriceRatio,
    Source,
)
from schemas.definitions import Basis
from schemas.errors import ReviewedDataError, UsageError
from schemas.rule_parts import Sentence, Strict
from schemas.strict_yaml import entries_of, first_problem, twice
from schemas.windows import Window

Feed = Literal["usage", "catalogue", "derivatives"]

_MEASURES: Final = (
    "tokens, share, growth, count, first_lead, price, price_ratio, cheapest, derivatives, larger_family"
)
_REPAIRS: Final = {
    "string_type": 'must be text; put it in quotes, as in "61"',
    "missing": "is missing; add it",
    "extra_forbidden": "is no key of a claim; correct its spelling or take it out",
    "union_tag_not_found": f"measure is missing; write one of {_MEASURES}",
    "union_tag_invalid": f"is no measure; write one of {_MEASURES}",
    "string_pattern_mismatch": 'is not written as it must be; numbers are decimals in quotes, as in "61" or '
    '"10..20", ids lower-case words joined by hyphens, addresses begin with https://',
    "date_type": "must be a day, as in 2026-02-27, without quotes",
}


class Claim(Strict):
    """One published claim, and what would have to be true for it.

    Attributes:
        id: its name, unique.
        text: the claim in short, figures as printed.
        stated: the figures alone, as printed.
        source: where it was read.
        date: when it was published; "as known then" is the end of that UTC day. Null only without a feed.
        window_stated: the window in the source's words.
        windows: the windows that these words may mean, the plainest first.
        basis: what the source itself says the figure is a share of; `all` where it does not say.
        quantities: what it states; one definition must fit all of it.
        no_feed: why nothing that can be recorded would settle it, in place of quantities.
        credits: whom the source credits with somebody's models, to be held against the reviewed labs.
        note: what a reader should know besides.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    stated: Sentence
    source: Source
    date: dt.date | None = None
    window_stated: Sentence | None = None
    windows: Annotated[tuple[str, ...], Field(strict=False)] = ()
    basis: str = "all"
    quantities: Annotated[tuple[AnyQuantity, ...], Field(strict=False)] = ()
    no_feed: Sentence | None = None
    credits: Annotated[tuple[Credit, ...], Field(strict=False)] = ()
    note: Sentence | None = None

    @property
    def feed(self) -> Feed | None:
        """Which recorded facts would settle it; None where there are none."""
        if not self.quantities:
            return None
        match self.quantities[0]:
            case Price() | PriceRatio() | Cheapest():
                return "catalogue"
            case Derivatives() | LargerFamily():
                return "derivatives"
        return "usage"

    @property
    def published(self) -> dt.date:
        """The day of publication, which a claim with quantities always has."""
        return self.date or dt.date.max

    @property
    def plain_basis(self) -> Basis:
        """The basis that the source names, else all tokens."""
        return Basis.parse(self.basis)

    @property
    def stated_windows(self) -> tuple[Window, ...]:
        """The windows that the source's words may mean, the plainest first."""
        return tuple(Window.parse(text) for text in self.windows)

    @field_validator("windows")
    @classmethod
    def _windows_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(window_name(text) for text in names)

    @field_validator("basis")
    @classmethod
    def _basis_exists(cls, text: str) -> str:
        try:
            return str(Basis.parse(text))
        except UsageError as error:
            raise ValueError(str(error)) from None

    @model_validator(mode="after")
    def _one_feed(self) -> Self:
        if bool(self.quantities) == (self.no_feed is not None):
            raise ValueError("a claim has either quantities or no_feed; write one of them")
        if self.quantities and self.date is None:
            raise ValueError("date is missing: what was known then depends on it; add the day of publication")
        if len({_feed_of(quantity) for quantity in self.quantities}) > 1:
            raise ValueError(
                "quantities of tokens, prices and derivatives rest on different records; split it"
            )
        if (self.feed == "usage") != bool(self.windows):
            raise ValueError("windows belong to a claim about tokens, and only to one; add or remove them")
        return self


def parse_claims(text: str, source: str) -> list[Claim]:
    """The claims of a file, in its order.

    Raises:
        ReviewedDataError: the text is no YAML list of claims, or a claim cannot be meant; names `source`
            (the file), the claim and the repair.
    """
    entries = entries_of(text, source, "claim")
    claims = [_parse(entry, number, source) for number, entry in enumerate(entries, start=1)]
    if again := twice([claim.id for claim in claims]):
        raise ReviewedDataError(f"{source}: claim '{again}' stands there twice; rename or remove one.")
    return claims


def _parse(entry: dict[str, Any], number: int, source: str) -> Claim:
    try:
        return Claim.model_validate(entry)
    except ValidationError as error:
        name = f"claim '{entry['id']}'" if isinstance(entry.get("id"), str) else f"claim number {number}"
        raise ReviewedDataError(f"{source}: {name}: {first_problem(error, _REPAIRS)}.") from None


def _feed_of(quantity: object) -> Feed:
    match quantity:
        case Price() | PriceRatio() | Cheapest():
            return "catalogue"
        case Derivatives() | LargerFamily():
            return "derivatives"
    return "usage"
