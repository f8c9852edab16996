"""Whether a claim about list prices holds, from what was known of prices on its day and is known now."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from schemas.claim_parts import Cheapest, Price, PriceQuantity, PriceRatio
from schemas.claims import Claim
from tasks.claims.measuring import NOT_RECORDED, Finding, judged
from tasks.claims.price_books import KINDS, PriceBook, Side
from tasks.claims.verdicts import Trial, Verdict, conclude

Meaning = tuple[Side, ...] | Fraction
"""What a quantity may mean: the sides that are compared, or the level that the cheapest must reach."""
Chosen = tuple[tuple[PriceQuantity, Meaning], ...]


def judge_prices(claim: Claim, then: PriceBook, now: PriceBook) -> Verdict:
    """The verdict on a claim about prices: those of its day, else those of the standpoint, which are later.

    The plain reading is the blended price (three prompt tokens to one completion token) of the first model, pair
    or level that the claim names, as known on the day of the claim.
    """
    books = [("then", then)]
    if _named(claim, then) != _named(claim, now):
        books.append(("now", now))
    tried: list[tuple[tuple[int, ...], Trial]] = []
    for a, (moment, book) in enumerate(books):
        for (m, chosen), (k, kind) in product(enumerate(_choices(claim)), enumerate(KINDS)):
            findings = tuple(_find(quantity, meaning, kind, book) for quantity, meaning in chosen)
            departures = bool(a) + bool(m) + bool(k)
            trial = Trial(_definition(kind, chosen, moment, book), findings)
            tried.append(((departures, m, k, a), trial))
    return conclude(claim, [trial for _, trial in sorted(tried, key=lambda each: each[0])])


def needs_origins(claim: Claim) -> bool:
    """Whether it compares origins: then usage must be priced, too."""
    return any(quantity.origins for quantity in claim.quantities if isinstance(quantity, PriceRatio))


def _quantities(claim: Claim) -> list[PriceQuantity]:
    return [each for each in claim.quantities if isinstance(each, Price | PriceRatio | Cheapest)]


def _named(claim: Claim, book: PriceBook) -> object:
    """What a moment says of everything that a claim is about: if another says the same, it is no second one."""
    if any(isinstance(quantity, Cheapest) for quantity in _quantities(claim)) or needs_origins(claim):
        return book.listed, book.week, book.weighted
    sides = [meaning for _, meaning in _all(claim) if isinstance(meaning, tuple)]
    return [[book.listed.get(side.name) for side in each] for each in sides]


def _all(claim: Claim) -> Iterator[tuple[PriceQuantity, Meaning]]:
    for quantity in _quantities(claim):
        yield from ((quantity, meaning) for meaning in _meanings(quantity))


def _choices(claim: Claim) -> Iterator[Chosen]:
    """Each way of choosing what a claim leaves open; what it names first comes first."""
    quantities = _quantities(claim)
    for chosen in product(*map(_meanings, quantities)):
        yield tuple(zip(quantities, chosen, strict=True))


def _meanings(quantity: PriceQuantity) -> Iterator[Meaning]:
    match quantity:
        case Price(models=models):
            yield from ((Side("model", model),) for model in models)
        case PriceRatio(dearer=dearer, cheaper=cheaper, origins=origins):
            for pair in product(dearer, cheaper):
                yield tuple(Side("model", model) for model in pair)
            if origins:
                yield tuple(Side("median", origin) for origin in origins)
                yield tuple(Side("tokens", origin) for origin in origins)
        case Cheapest(levels=levels):
            yield from map(Fraction, levels)


def _find(quantity: PriceQuantity, meaning: Meaning, kind: str, book: PriceBook) -> Finding:
    prices = [_cheapest(meaning, kind, book)] if isinstance(meaning, Fraction) else [
        side.price(book, kind) for side in meaning
    ]  # fmt: skip
    known = [price for price in prices if price is not None]
    if len(known) < len(prices):
        return NOT_RECORDED
    if len(known) == 1:
        return judged(quantity, known[0])
    return judged(quantity, known[0] / known[1]) if known[1] else Finding(None, False)


def _cheapest(level: Fraction, kind: str, book: PriceBook) -> Fraction | None:
    """The lowest price above 0 among models that reach a level; null where none is known to."""
    prices = [
        each.price(kind) for each in book.listed.values() if each.index is not None and each.index >= level
    ]
    return min((price for price in prices if price), default=None)


def _definition(kind: str, chosen: Chosen, moment: str, book: PriceBook) -> dict[str, str]:
    sides = [meaning for _, meaning in chosen if isinstance(meaning, tuple)]
    of_week = any(side.of == "tokens" for each in sides for side in each)
    words = "; ".join(
        f"the cheapest with an index of {float(meaning):g} or more"
        if isinstance(meaning, Fraction)
        else " over ".join(side.words(book) for side in meaning)
        for _, meaning in chosen
    )
    return {
        "basis": f"{kind} price of {words}",
        "window": str(book.week) if of_week and book.week else f"{book.day}..{book.day}",
        "variants": "apart",
        "attribution": moment,
    }
