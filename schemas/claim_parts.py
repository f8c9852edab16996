"""What a published claim is made of: the quantities that it states, its source, and whom it credits."""

from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.claim_numbers import Quantity
from schemas.definitions import By
from schemas.rule_parts import Decimals, Sentence, Strict

Subject = Annotated[str, Field(min_length=1, max_length=200)]
Subjects = Annotated[tuple[Subject, ...], Field(strict=False, min_length=1)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]

TRILLION: Final = 10**12


class _OfSubjects(Quantity):
    """A quantity of one origin, lab, author or model, or of several together."""

    by: By = "origin"
    subjects: Subjects


class Tokens(_OfSubjects):
    """Tokens of the subjects in the window."""

    measure: Literal["tokens"]
    unit: Literal["tokens", "trillion tokens"]

    @property
    def scale(self) -> Fraction:
        """Printed trillions to tokens."""
        return Fraction(TRILLION if self.unit == "trillion tokens" else 1)


class Share(_OfSubjects):
    """Tokens of the subjects over those of the basis."""

    measure: Literal["share"]
    unit: Literal["per cent"]

    @property
    def scale(self) -> Fraction:
        """Printed per cent to a share between 0 and 1."""
        return Fraction(1, 100)


class Growth(_OfSubjects):
    """Tokens of the subjects over those of the window before, less one."""

    measure: Literal["growth"]
    unit: Literal["per cent"]

    @property
    def scale(self) -> Fraction:
        """Printed per cent to a ratio."""
        return Fraction(1, 100)


class Count(Quantity):
    """How many of the `among` largest models are of an origin."""

    measure: Literal["count"]
    origin: Country
    among: Annotated[int, Field(ge=1, le=50)]
    unit: Literal["models"]


class FirstLead(Strict):
    """That the first origin of `pair` was ahead of the second in the window, and in none before."""

    measure: Literal["first_lead"]
    pair: Annotated[tuple[Country, Country], Field(strict=False)]
    window: None = None


class Price(Quantity):
    """List price of one model; of several, any of them may be meant, the first one above all."""

    measure: Literal["price"]
    models: Subjects
    unit: Literal["USD per million tokens"]


class PriceRatio(Quantity):
    """How many times a dearer price is a cheaper one; which are compared may be open.

    `dearer` and `cheaper` name models, each pair of which may be meant, the first above all. `origins` names the
    origin that is dearer and the one that is cheaper: the median model that is listed of each, or what the
    tokens of each cost.
    """

    measure: Literal["price_ratio"]
    dearer: Annotated[tuple[Subject, ...], Field(strict=False)] = ()
    cheaper: Annotated[tuple[Subject, ...], Field(strict=False)] = ()
    origins: Annotated[tuple[Country, Country] | None, Field(strict=False)] = None
    unit: Literal["times"]

    @model_validator(mode="after")
    def _two_sides(self) -> Self:
        if bool(self.dearer) != bool(self.cheaper) or not (self.dearer or self.origins):
            raise ValueError("a ratio compares dearer with cheaper, or two origins; write both sides")
        return self


class Cheapest(Quantity):
    """The lowest list price above 0 of a model with a benchmark index of a level; the first level above all."""

    measure: Literal["cheapest"]
    levels: Annotated[tuple[Decimals, ...], Field(strict=False, min_length=1)]
    unit: Literal["USD per million tokens"]


class Derivatives(Quantity):
    """Children of a family of open models on Hugging Face: finetunes, adapters and merges."""

    measure: Literal["derivatives"]
    family: Subject
    unit: Literal["models"]


class LargerFamily(Strict):
    """That more is built upon a family than upon another; without `than`, than upon every other that is listed."""

    measure: Literal["larger_family"]
    family: Subject
    than: Subject | None = None
    window: None = None


UsageQuantity = Tokens | Share | Growth | Count | FirstLead
PriceQuantity = Price | PriceRatio | Cheapest
FamilyQuantity = Derivatives | LargerFamily
AnyQuantity = Annotated[UsageQuantity | PriceQuantity | FamilyQuantity, Field(discriminator="measure")]


class Source(Strict):
    """Where the claim was read. Without `url`, `unread` says why there is none: an address is never guessed."""

    outlet: Sentence
    url: Annotated[str | None, Field(pattern=r"^https?://\S+$")] = None
    unread: Sentence | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.url is None) == (self.unread is None):
            raise ValueError("source needs url, or unread in its place (why no address is given)")
        return self


class Credit(Strict):
    """Whom a source credits with the models of an author."""

    author: Subject
    credited_to: Subject
