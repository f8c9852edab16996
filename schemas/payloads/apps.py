"""The answer of `GET /datasets/app-rankings`: apps by the tokens that they send through OpenRouter."""

import re
from typing import Annotated, Final

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.payloads.rankings import ApiAnswer

AppsAnswer = ApiAnswer[msgspec.Raw]
"""The outside has the shape of the rankings' answer; how it was sorted is not echoed."""
_INT64: Final = 2**63
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,18}")


def whole_tokens(published: object) -> int:
    """A count that is published as a decimal string.

    Raises:
        ValueError: it is no such string.
    """
    if not isinstance(published, str) or not _DIGITS.fullmatch(published):
        raise ValueError("is no whole number of tokens")
    return int(published)


Count = Annotated[int, Field(strict=True, ge=0, lt=_INT64)]


class App(BaseModel):
    """One app of a ranking. Its name is what somebody wrote there; only the id tells apps apart."""

    model_config = ConfigDict(frozen=True)

    app_id: Count
    rank: Annotated[int, Field(strict=True, ge=1, lt=2**31)]
    app_name: Annotated[str, Field(max_length=1000)]
    total_tokens: Annotated[int, BeforeValidator(whole_tokens), Field(lt=_INT64)]
    total_requests: Count
