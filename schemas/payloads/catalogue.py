"""Entries of `GET /models`, with prices as exact integers."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

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
    """The price at the moment of the answer. Other dimensions (caching, images) are not read."""

    model_config = ConfigDict(frozen=True)

    prompt: PusdPerToken
    completion: PusdPerToken


class Hours(BaseModel):
    """A price that holds between two times of the day (UTC, HHMM); a part that is not named stays as usual."""

    utc_start: str
    utc_end: str
    prompt: PusdPerToken | None = None
    completion: PusdPerToken | None = None

    def are_those_of(self, pricing: Pricing) -> bool:
        """Whether that price is the one of these hours."""
        stated = {"prompt": self.prompt, "completion": self.completion}
        known = {name: price for name, price in stated.items() if price is not None}
        return bool(known) and all(getattr(pricing, name) == price for name, price in known.items())


class Conditions(BaseModel):
    """Prices under conditions, as published. One that is not understood is kept, and decides nothing."""

    model_config = ConfigDict(frozen=True)

    overrides: list[object] = []

    @property
    def text(self) -> str | None:
        """The conditions as JSON, written in one way, so that their order of keys is no change."""
        return json.dumps(self.overrides, sort_keys=True, separators=(",", ":")) if self.overrides else None

    def explain(self, pricing: Pricing) -> bool:
        """Whether the price at the moment of the answer is one of certain hours, not the usual one."""
        return any(hours.are_those_of(pricing) for hours in self._hours())

    def _hours(self) -> Iterator[Hours]:
        for override in self.overrides:
            with suppress(ValidationError):
                yield Hours.model_validate(override)


class _ArtificialAnalysis(BaseModel):
    intelligence_index: Annotated[float, Field(strict=True, ge=0, le=1000)]


class _Benchmarks(BaseModel):
    artificial_analysis: _ArtificialAnalysis


class Entry(BaseModel):
    """What identifies an entry. `pricing` is judged apart, so that an odd price does not cost the entry."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(max_length=256)]
    canonical_slug: Annotated[str, Field(max_length=256)]
    name: str
    created: Annotated[int, Field(strict=True, ge=0, le=_INT64_MAX)] | None = None
    hugging_face_id: str | None = None
    pricing: object = None
    benchmarks: object = None

    @property
    def intelligence_index(self) -> float | None:
        """The Artificial Analysis intelligence index that the catalogue states; null where it states none."""
        try:
            return _Benchmarks.model_validate(self.benchmarks).artificial_analysis.intelligence_index
        except ValidationError:
            return None

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
