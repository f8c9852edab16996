"""How each figure is written: its unit, its name in a sentence, and what a reader must know of it."""

from dataclasses import dataclass
from typing import Final

_OF_PRICES: Final = "This is about tokens whose list price is known; nobody publishes what was paid."
_OF_NAMED: Final = "This is about named tokens; what is below the published top 50 is in no such figure."
_IDENTIFIED: Final = "whatever the unidentified tokens are"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a figure is written.

    Attributes:
        named: what the figure is, as the subject of a sentence. In braces: `models` of whom it is about, their
            `name`, the `whole` that it is a part of, what `kind` of subjects are compared, the window `then`
            compared with, and options of the measure.
        before, after: what stands around the number.
        places: decimals; None: enough to have three digits.
        signed: whether a gain has its sign.
        about: what the figure leaves out, in a sentence of its own.
        beside: what is read together with the number.
        whatever: what could move it within its range.
        drawn: whether a chart shows it; a place, and a factor that is 1 in nearly every week, are no line.
    """

    named: str
    before: str = ""
    after: str = ""
    places: int | None = None
    signed: bool = False
    about: str | None = None
    beside: str = ""
    whatever: str = _IDENTIFIED
    drawn: bool = True


_PER_CENT: Final = " %"
SPELLINGS: Final = {
    "tokens": Spelling("The number of tokens of {models}{basis}", after=" billion"),
    "bucket_share": Spelling("The part of {models} in OpenRouter's tokens", after=_PER_CENT, places=1),
    "drawdown_relative": Spelling(
        "What {name} lost since its highest share of {whole} so far, as a part of that,",
        after=_PER_CENT,
        places=1,
    ),
    "peak": Spelling("The highest share of {name} in {whole} so far", after=_PER_CENT, places=1),
    "rank_change": Spelling(
        "The number of places that {name} gained among {kind} since {then}",
        places=0,
        signed=True,
        drawn=False,
    ),
    "growth": Spelling(
        "The growth of the tokens of {models}{basis} against {then}", after=_PER_CENT, places=1
    ),
    "hhi": Spelling("The concentration of {whole} among {kind} (Herfindahl-Hirschman index)"),
    "contribution": Spelling(
        "What {name} added to the share of {of} in {whole} since {then}",
        after=" points",
        places=1,
        signed=True,
    ),
    "free_share": Spelling(
        "The part of free variants in the named tokens of {models}",
        after=_PER_CENT,
        places=1,
        about=_OF_NAMED,
    ),
    "weighted_price": Spelling(
        "The list price of a million tokens of {models}", before="$", about=_OF_PRICES
    ),
    "price_ratio": Spelling(
        "The list price of a token of {models}", after=" times", about=_OF_PRICES, beside=" that of {others}"
    ),
    "price_index": Spelling(
        "The index of list prices of the same models", about=_OF_PRICES, beside=", 100 when its chain began"
    ),
    "price_change": Spelling("The list price of {name}", after=" times", about=_OF_PRICES, drawn=False),
}
"""By metric; of shares, places, leads and distances in points the words are in `sentences`."""
