"""The sentence that must travel with every figure (CC BY 4.0)."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from schemas.hosts import Host

LICENCE: Final = "Licensed under CC BY 4.0."
TOKENIZER_NOTE: Final = "Tokens are counted by each provider's own tokenizer."
LIST_PRICE_NOTE: Final = (
    "List prices as published when the catalogue was read: blended counts 3 prompt tokens for 1 completion "
    "token, discounts and caching are not in them."
)
INDEX_NOTE: Final = (
    "The Artificial Analysis Intelligence Index as the catalogue states it; it is rebased from time to time."
)
WEIGHTS_NOTE: Final = (
    "Published weights as reviewed, model by model; what nobody has reviewed is on neither side, and in high."
)
SLICE_NOTE: Final = (
    "A slice is a series of its own: no part of the headline, and not to be added to it or to another."
)
ESTIMATE_NOTE: Final = "An estimate: the publisher samples this slice, so none of its figures is a count."
CENSORED_NOTE: Final = (
    "Absence from the published top 50 is not zero: high_tokens is what may be hidden at most."
)
BESIDE_NOTE: Final = (
    "Prices and days of listing stand beside the contributions; nothing says that they caused them."
)
MADE: Final = "MADE SAMPLE DATA, not OpenRouter's"
"""How the bundled sample is labelled wherever one of its figures is shown."""


class Page(StrEnum):
    """The page of OpenRouter's on which a data set is shown: what its publisher asks to be cited."""

    RANKINGS = "rankings"
    APPS = "apps"


_SOURCES: Final = {
    Host.OPENROUTER: "Source: OpenRouter (openrouter.ai/{page}), as of {stamp}.",
    Host.HUB: "Source: Hugging Face Hub (huggingface.co), direct children of the listed repositories, read {stamp}.",
    Host.VERCEL: (
        "Source: Vercel AI Gateway (vercel.com/ai-gateway/leaderboards), read {stamp}. "
        '© 2026 Vercel. "AI Gateway Leaderboard Data" is licensed under CC BY 4.0 '
        "(creativecommons.org/licenses/by/4.0/)."
    ),
}


def citation(
    as_of: datetime | None,
    *,
    made: bool = False,
    host: Host = Host.OPENROUTER,
    page: Page = Page.RANKINGS,
) -> str:
    """The citation of a figure.

    Args:
        as_of: the publisher's time of the newest answer it rests on; of a host that gives none (the Hub, the
            gateway) the moment at which that answer was read.
        made: the figure comes from the bundled sample, and naming a source would be false.
        host: who published what it rests on.
        page: where OpenRouter shows it.
    """
    stamp = as_of.strftime("%Y-%m-%dT%H:%MZ") if as_of else "unknown"
    return f"{MADE}, as of {stamp}." if made else _SOURCES[host].format(stamp=stamp, page=page)
