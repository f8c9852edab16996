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
    then, now = _prices(catalogues.then), _prices(catalogues.now)
    named = {model for quantity in _quantities(claim) for models in _meant(quantity) for model in models}
    moments = [("then", then)]
    if any(then.get(model) != now.get(model) for model in named):
        moments.append(("now", now))
    tried: list[tuple[tuple[int, ...], Trial]] = []
    for a, (moment, listed) in enumerate(moments):
        day = claim.published if moment == "then" else catalogues.as_of
        for (m, chosen), (k, kind) in product(enumerate(_choices(claim)), enumerate(_KINDS)):
            findings = tuple(_find(quantity, kind, models, listed) for quantity, models in chosen)
            departures = bool(a) + bool(m) + bool(k)
            tried.append(((departures, m, k, a), Trial(_definition(kind, chosen, moment, day), findings)))
    return conclude(claim, [trial for _, trial in sorted(tried, key=lambda each: each[0])])


Models = tuple[str, ...]
Named = tuple[tuple[Price | PriceRatio, Models], ...]


def _quantities(claim: Claim) -> list[Price | PriceRatio]:
    return [each for each in claim.quantities if isinstance(each, Price | PriceRatio)]


def _choices(claim: Claim) -> Iterator[Named]:
    """Each way of choosing the models that a claim leaves open; those that it names first come first."""
    quantities = _quantities(claim)
    for chosen in product(*map(_meant, quantities)):
        yield tuple(zip(quantities, chosen, strict=True))


def _definition(kind: str, chosen: Named, moment: str, day: date) -> dict[str, str]:
    words = "; ".join(" over ".join(models) for _, models in chosen)
    return {
        "basis": f"{kind} price of {words}",
        "window": f"{day}..{day}",
        "variants": "apart",
        "attribution": moment,
    }


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
