"""What a published claim is made of: the quantities that it states, its source, and whom it credits."""

from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.claim_numbers import Quantity
from schemas.definitions import By
from schemas.rule_parts import Sentence, Strict

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
    """How many times the price of a dearer model is that of a cheaper one; which are compared may be open."""

    measure: Literal["price_ratio"]
    dearer: Subjects
    cheaper: Subjects
    unit: Literal["times"]


class Derivatives(Quantity):
    """Children of a family of open models on Hugging Face: finetunes, adapters and merges."""

    measure: Literal["derivatives"]
    family: Subject
    more_than: Subject | None = None
    unit: Literal["models"]


UsageQuantity = Tokens | Share | Growth | Count | FirstLead
PriceQuantity = Price | PriceRatio
AnyQuantity = Annotated[UsageQuantity | PriceQuantity | Derivatives, Field(discriminator="measure")]


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
