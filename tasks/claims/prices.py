"""Whether a claim about list prices holds, from a recorded catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Final

import dataframely as dy

from schemas.claim_parts import Price, PriceRatio
from schemas.claims import Claim
from schemas.frames import CatalogueRows
from tasks.claims.measuring import Finding, judged
from tasks.claims.verdicts import Trial, Verdict, conclude

PUSD_PER_TOKEN: Final = 10**6
"""Pico-USD per token in one USD per million tokens."""

_KINDS: Final[Mapping[str, tuple[int, int]]] = {"blended 3:1": (3, 1), "prompt": (1, 0), "completion": (0, 1)}
"""Parts of the prompt and of the completion price in a price, the plain one first (docs/claims.md)."""


@dataclass(frozen=True)
class Catalogues:
    """The catalogue known at the end of the day of a claim, and the one known at the standpoint's day."""

    then: dy.DataFrame[CatalogueRows]
    now: dy.DataFrame[CatalogueRows]
    as_of: date


def judge_prices(claim: Claim, catalogues: Catalogues) -> Verdict:
    """The verdict on a claim about prices: those of its day, else those of the standpoint, which are later.

    The plain reading is the blended price (three prompt tokens to one completion token) of the first model, or
    pair of models, that the claim names, as known on the day of the claim.
    """
    tried = [
        Trial(definition, tuple(_find(quantity, kind, models, listed) for quantity, models in named))
        for moment, listed in (("then", _prices(catalogues.then)), ("now", _prices(catalogues.now)))
        for kind, named, definition in _senses(claim, moment, catalogues)
    ]
    first, *rest = tried
    simplest = sorted(rest, key=lambda trial: _departures(trial.definition, first.definition))
    return conclude(claim, [first, *simplest])


Models = tuple[str, ...]
Named = tuple[tuple[Price | PriceRatio, Models], ...]


def _senses(claim: Claim, moment: str, catalogues: Catalogues) -> Iterator[tuple[str, Named, dict[str, str]]]:
    quantities = [each for each in claim.quantities if isinstance(each, Price | PriceRatio)]
    choices = [list(_meant(quantity)) for quantity in quantities]
    day = claim.published if moment == "then" else catalogues.as_of
    for chosen, kind in product(product(*choices), _KINDS):
        named = tuple(zip(quantities, chosen, strict=True))
        words = "; ".join(" over ".join(models) for models in chosen)
        definition = {
            "basis": f"{kind} price of {words}",
            "window": f"{day}..{day}",
            "variants": "apart",
            "attribution": moment,
        }
        yield kind, named, definition


def _meant(quantity: Price | PriceRatio) -> Iterator[Models]:
    if isinstance(quantity, Price):
        yield from ((model,) for model in quantity.models)
    else:
        yield from product(quantity.dearer, quantity.cheaper)


def _find(
    quantity: Price | PriceRatio, kind: str, models: Models, listed: Mapping[str, tuple[int, int]]
) -> Finding:
    prices = [_price(listed[model], kind) for model in models if model in listed]
    if len(prices) < len(models):
        return Finding(None, None)
    if isinstance(quantity, Price):
        return judged(quantity, prices[0])
    return judged(quantity, prices[0] / prices[1]) if prices[1] else Finding(None, False)


def _prices(rows: dy.DataFrame[CatalogueRows]) -> dict[str, tuple[int, int]]:
    """Prompt and completion price in pico-USD per token of each plain model that has both."""
    found = {}
    for row in rows.iter_rows(named=True):
        prompt, completion = row["prompt_pusd_per_token"], row["completion_pusd_per_token"]
        if row["variant"] == "" and prompt is not None and completion is not None:
            found[row["canonical_slug"]] = (prompt, completion)
    return found


def _price(listed: tuple[int, int], kind: str) -> Fraction:
    parts = _KINDS[kind]
    blended = Fraction(listed[0] * parts[0] + listed[1] * parts[1], sum(parts))
    return blended / PUSD_PER_TOKEN


def _departures(definition: Mapping[str, str], first: Mapping[str, str]) -> int:
    return sum(definition[name] != first[name] for name in ("basis", "attribution"))
