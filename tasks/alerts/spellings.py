"""How each figure is written: its unit, its name in a sentence, and what a reader must know of it."""

from dataclasses import dataclass
from typing import Final

_OF_PRICES: Final = "This is about tokens whose list price is known; nobody publishes what was paid."
_OF_NAMED: Final = "This is about named tokens; what is below the published top 50 is in no such figure."
_OF_A_PRICE: Final = "This is a list price; nobody publishes what was paid."
_OF_AN_INDEX: Final = (
    "It is the Artificial Analysis Intelligence Index, where OpenRouter's catalogue states one."
)
_OF_FAMILIES: Final = "This is about direct children of the listed repositories, not about all of the Hub."
_OF_APPS: Final = "This is about the hundred largest public apps; what others send is in no list."
_OF_TASKS: Final = "This is an estimate: OpenRouter classifies a sample of requests."
_OF_ROUTERS: Final = (
    "Two routers, two populations: their shares stand side by side. The Vercel AI Gateway publishes daily percentages "
    "and no volumes."
)
_UNREVIEWED: Final = "the unreviewed models and the unidentified tokens"
_UNPLACED: Final = "the unidentified labs"


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
        about: what the figure is of, or leaves out, in a sentence of its own.
        also: the same, where the figure has a range, so that it is said besides how certain a turn is.
        beside: what is read together with the number.
        unknown: what could move it within its range; several of something.
        ranged: whether its range is worth saying; a place that may be any is none.
        as_read: whether it was read on some day of its week, instead of being about the whole of it.
        drawn: whether a chart shows it; a place, and a factor that is 1 in nearly every week, are no line.
    """

    named: str
    before: str = ""
    after: str = ""
    places: int | None = None
    signed: bool = False
    about: str | None = None
    also: str = ""
    beside: str = ""
    unknown: str = "the unidentified tokens"
    ranged: bool = True
    as_read: bool = False
    drawn: bool = True


_PER_CENT: Final = " %"
SPELLINGS: Final = {
    "tokens": Spelling("The number of tokens of {models}{basis}", after=" billion"),
    "bucket_share": Spelling("The part of {models} in {whole}", after=_PER_CENT, places=1),
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
        ranged=False,
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
    "open_weight_share": Spelling(
        "The share of {open} in {whole}", after=_PER_CENT, places=1, unknown=_UNREVIEWED
    ),
    "open_weight_part": Spelling(
        "The part of open models (weights that anybody can download) in the tokens of {models}",
        after=_PER_CENT,
        places=1,
        unknown=_UNREVIEWED,
    ),
    "weighted_index": Spelling(
        "The benchmark index of {models}, weighted by their tokens,", about=_OF_AN_INDEX
    ),
    "best_index": Spelling("The benchmark index of the best on offer of {models}", about=_OF_AN_INDEX),
    "price": Spelling("The list price of a million tokens {part} {name}", before="$", about=_OF_A_PRICE),
    "weighted_price": Spelling(
        "The list price of a million tokens of {models}", before="$", about=_OF_PRICES
    ),
    "dollar_share": Spelling(
        "The share of {models} in dollars at list prices",
        after=_PER_CENT,
        places=1,
        about=_OF_PRICES,
        unknown="the parts of tokens that were read and written",
    ),
    "price_ratio": Spelling(
        "The list price of a token of {models}", after=" times", about=_OF_PRICES, beside=" that of {others}"
    ),
    "price_index": Spelling(
        "The index of list prices of the same models", about=_OF_PRICES, beside=", 100 when its chain began"
    ),
    "price_change": Spelling("The list price of {name}", after=" times", about=_OF_PRICES, drawn=False),
    "cheapest_at": Spelling(
        "The lowest list price of a million tokens of a model with a benchmark index of {level} or more",
        before="$",
        about=_OF_AN_INDEX,
    ),
    "derivatives": Spelling(
        "The number of {built} {family} on the Hugging Face Hub",
        places=0,
        about=_OF_FAMILIES,
        as_read=True,
    ),
    "derivative_share": Spelling(
        "The share of {family} in what is built upon the listed families on the Hugging Face Hub",
        after=_PER_CENT,
        places=1,
        about=_OF_FAMILIES,
        as_read=True,
    ),
    "derivative_growth": Spelling(
        "The growth of what is built upon {family} on the Hugging Face Hub against {then}",
        after=_PER_CENT,
        places=1,
        about=_OF_FAMILIES,
        as_read=True,
    ),
    "app_tokens": Spelling("The number of tokens of the app {name}", after=" billion", about=_OF_APPS),
    "app_requests": Spelling("The number of requests of the app {name}", after=" million", about=_OF_APPS),
    "app_share": Spelling(
        "The share of the app {name} in the tokens of the listed apps",
        after=_PER_CENT,
        places=1,
        about=_OF_APPS,
    ),
    "app_rank_change": Spelling(
        "The number of places that the app {name} gained since {then}",
        places=0,
        signed=True,
        about=_OF_APPS,
        drawn=False,
    ),
    "app_growth": Spelling(
        "The growth of the tokens of the app {name} against {then}", after=_PER_CENT, places=1, about=_OF_APPS
    ),
    "task_share": Spelling(
        "The share of {models} in the tokens of {task}",
        after=_PER_CENT,
        places=1,
        also=_OF_TASKS,
        unknown=_UNPLACED,
        as_read=True,
    ),
    "gateway_share": Spelling(
        "The share of {models} in the {counted} on the Vercel AI Gateway",
        after=_PER_CENT,
        places=1,
        also=_OF_ROUTERS,
        unknown=_UNPLACED,
    ),
    "gateway_lead": Spelling(
        "The lead of {models} over {others} on the Vercel AI Gateway",
        after=" points",
        places=1,
        also=_OF_ROUTERS,
        unknown=_UNPLACED,
    ),
    "router_difference": Spelling(
        "The share of {models} on the Vercel AI Gateway less that on OpenRouter",
        after=" points",
        places=1,
        signed=True,
        also=_OF_ROUTERS,
        unknown=_UNPLACED,
    ),
}
"""By metric; of shares, places, leads and distances in points the words are in `sentences`."""
