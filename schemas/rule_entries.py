"""What stands in a rule file: entries, of which the simplest is the digest."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.rule_parts import Sentence, Strict

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,63}$")]


class Entry(Strict):
    """What every entry of a rule file has: what it is called, who keeps it, and who hears of it."""

    id: RuleId
    title: Sentence
    owner: Sentence
    destination: Literal["news", "ops", "fallback"]
    help: Sentence
    enabled: bool


class DigestRule(Entry):
    """The week in one message, once it has settled."""

    kind: Literal["digest"]
    destination: Literal["news"]
