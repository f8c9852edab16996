"""Alert rules: reviewed data, read strictly. What cannot be meant stops the run and says what to repair."""

import hashlib
import json
from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from schemas.countries import COUNTRY_NAMES
from schemas.rule_parts import Case, Decimals, Measure, Op, Sentence, Strict

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,63}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Rule(Strict):
    """What is watched, when it speaks, and to whom.

    `fire` and `clear` are decimal strings: per cent for shares, percentage points for leads, hours for ages.
    `clear` defaults to `fire` (no hysteresis). `judge` says what has to be across: what is `known`, or the
    whole range of what the unidentified tokens allow (`certain`).
    """

    id: RuleId
    title: Sentence
    judge: Literal["known", "certain"] = "certain"
    op: Annotated[Op, Field(strict=False)] = Op.ABOVE
    fire: Decimals
    clear: Decimals | None = None
    for_windows: Annotated[int, Field(ge=1, le=52)] = 1
    clear_for_windows: Annotated[int, Field(ge=1, le=52)] = 1
    severity: Literal["info", "warning", "error"] = "info"
    owner: Sentence
    destination: Literal["news", "ops", "fallback"]
    help: Sentence
    runbook: Annotated[str | None, Field(pattern=r"^https://\S+$")] = None
    enabled: bool
    cases: list[Case]

    @property
    def fire_bound(self) -> Fraction:
        """`fire`, exactly."""
        return Fraction(self.fire)

    @property
    def clear_bound(self) -> Fraction:
        """`clear`, exactly."""
        return Fraction(self.fire if self.clear is None else self.clear)

    @property
    def subject_key(self) -> str:
        """What the rule is about, as the ledger names it."""
        raise NotImplementedError

    @property
    def meaning(self) -> str:
        """A hash of what decides when the rule speaks: words, owner and channel do not count."""
        words = {"id", "title", "severity", "owner", "destination", "help", "runbook", "enabled", "cases"}
        decides = self.model_dump(mode="json", exclude=words)
        decides |= {"fire": str(self.fire_bound), "clear": str(self.clear_bound)}
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        gap = self.clear_bound - self.fire_bound
        if (-gap if self.op.looks_down else gap) > 0:
            where = "at or above" if self.op.looks_down else "at or below"
            raise ValueError(f"clear ({self.clear}) must lie {where} fire ({self.fire})")
        return self

    @model_validator(mode="after")
    def _has_both_cases(self) -> Self:
        if {case.fires for case in self.cases} != {True, False}:
            raise ValueError("cases must hold one that fires and one that stays quiet")
        return self


class CrossingRule(Rule):
    """News: the share of one subject crossed a threshold."""

    kind: Literal["crossing"]
    metric: Literal["share"]
    measure: Measure = Measure()
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    destination: Literal["news"]

    @property
    def subject_key(self) -> str:
        """The origin, lab, author or model."""
        return self.subject

    @model_validator(mode="after")
    def _subject_exists(self) -> Self:
        if self.measure.by == "origin" and self.subject not in COUNTRY_NAMES:
            raise ValueError(f"subject '{self.subject}' is no ISO 3166-1 alpha-2 country code (CN, US, FR …)")
        return self


class LeadRule(Rule):
    """News: one origin got ahead of another."""

    kind: Literal["lead"]
    metric: Literal["lead"]
    measure: Measure = Measure()
    pair: Annotated[tuple[Country, Country], Field(strict=False)]
    destination: Literal["news"]

    @property
    def subject_key(self) -> str:
        """`CN over US`."""
        return f"{self.pair[0]} over {self.pair[1]}"

    @model_validator(mode="after")
    def _pair_exists(self) -> Self:
        unknown = [code for code in self.pair if code not in COUNTRY_NAMES]
        if unknown or self.pair[0] == self.pair[1]:
            raise ValueError("pair must name two different ISO 3166-1 alpha-2 country codes, as in [CN, US]")
        if self.measure.by != "origin" or self.judge != "certain":
            raise ValueError("a lead is between origins and judged certain; leave by and judge out")
        return self


class ConditionRule(Rule):
    """A state of the data that opens and closes; never news."""

    kind: Literal["condition"]
    metric: Literal["data_age"]
    destination: Literal["ops", "fallback"]
    for_windows: Literal[1] = 1
    clear_for_windows: Literal[1] = 1

    @property
    def subject_key(self) -> str:
        """The series whose state it is."""
        return "rankings"


RULE: Final[TypeAdapter[CrossingRule | LeadRule | ConditionRule]] = TypeAdapter(
    Annotated[CrossingRule | LeadRule | ConditionRule, Field(discriminator="kind")]
)
"""Reads one rule, of whichever kind it says it is."""
