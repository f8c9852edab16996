"""Entries of `GET /models`, with prices as exact integers."""

import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.slugs import OTHER, PERMASLUG_PATTERN

PICO_USD_PER_USD: Final = 10**12
VARIES: Final = -1
"""What the price of a router is published as: it depends on where the call is sent."""
_INT64_MAX: Final = 2**63 - 1
_DECIMAL: Final = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,20})?")
"""At most 27 digits, so that arithmetic in the default context (28) stays exact."""


def pusd_per_token(published: object) -> int:
    """A published price (a decimal string, USD per token) as pico-USD per token; -1 stays -1.

    Raises:
        ValueError: it is no such string, is negative, or has no exact 64-bit integer.
    """
    if not isinstance(published, str) or not _DECIMAL.fullmatch(published):
        raise ValueError("is not a decimal string")
    price_usd = Decimal(published)
    if price_usd == VARIES:
        return VARIES
    price_pusd = price_usd * PICO_USD_PER_USD
    if price_pusd < 0:
        raise ValueError("is negative")
    if price_pusd != int(price_pusd) or price_pusd > _INT64_MAX:
        raise ValueError("is finer or larger than an integer of pico-USD holds")
    return int(price_pusd)


PusdPerToken = Annotated[int, BeforeValidator(pusd_per_token)]


class Pricing(BaseModel):
    """The price at the moment of the answer. Other dimensions (caching, images, hours) are not read yet."""

    model_config = ConfigDict(frozen=True)

    prompt: PusdPerToken
    completion: PusdPerToken


class Entry(BaseModel):
    """What identifies an entry. `pricing` is judged apart, so that an odd price does not cost the entry."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(max_length=256)]
    canonical_slug: Annotated[str, Field(max_length=256)]
    name: str
    created: Annotated[int, Field(strict=True, ge=0, le=_INT64_MAX)] | None = None
    hugging_face_id: str | None = None
    pricing: object = None

    @property
    def variant(self) -> str:
        """The part of the `id` after the colon, `""` for the plain model."""
        return self.id.partition(":")[2]

    @property
    def is_alias(self) -> bool:
        """Whether this is a name for whatever model is newest (`~author/x-latest`), not a model."""
        return self.id.startswith("~")

    @property
    def is_understood(self) -> bool:
        """Whether both names have a known shape."""
        slugs = (self.id, self.canonical_slug)
        shaped = all(slug != OTHER and re.fullmatch(PERMASLUG_PATTERN, slug) for slug in slugs)
        return shaped and ":" not in self.canonical_slug
