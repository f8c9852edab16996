"""Alert rules: reviewed data, read strictly. What cannot be meant stops the run and says what to repair."""

from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from schemas.countries import COUNTRY_NAMES
from schemas.rule_entries import DigestRule, Entry
from schemas.rule_figures import BETWEEN, check_measure, check_subject
from schemas.rule_forms import FORMS, Form, Metric, Source
from schemas.rule_parts import Case, Decimals, Measure, Op, Sentence, hashed

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Subject = Annotated[str, Field(min_length=1, max_length=200)]


class Rule(Entry):
    """What is watched, when it speaks, and to whom.

    `fire` and `clear` are decimal strings in the unit of the metric: per cent, percentage points, places,
    hours or days. `clear` defaults to `fire` (no hysteresis). `judge` says what has to be across: what is
    `known`, or the whole range of what the unidentified tokens allow (`certain`).
    """

    judge: Literal["known", "certain"] = "certain"
    op: Annotated[Op, Field(strict=False)] = Op.ABOVE
    fire: Decimals
    clear: Decimals | None = None
    for_windows: Annotated[int, Field(ge=1, le=52)] = 1
    clear_for_windows: Annotated[int, Field(ge=1, le=52)] = 1
    severity: Literal["info", "warning", "error"] = "info"
    runbook: Annotated[str | None, Field(pattern=r"^https://\S+$")] = None
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
    def meaning(self) -> str:
        """A hash of what decides when the rule speaks: words, owner and channel do not count."""
        words = {
            "id",
            "title",
            "severity",
            "owner",
            "destination",
            "help",
            "runbook",
            "enabled",
            "cases",
            "called",
        }
        decides = self.model_dump(mode="json", exclude=words)
        decides |= {"fire": str(self.fire_bound), "clear": str(self.clear_bound)}
        return hashed(decides)

    @property
    def reads(self) -> tuple[Source, ...]:
        """What it is judged on besides the rankings."""
        return ()

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
    """News: a figure of one subject, or of each of its kind, crossed a threshold; units are in docs/alerts.md.

    `coverage` is the least part of the tokens, in per cent, of which must be known what the figure rests on (a
    list price, a benchmark index); below it there is no figure. `turns: up` speaks of what happened, where
    nothing ends afterwards.
    """

    kind: Literal["crossing"]
    metric: Metric
    measure: Measure = Measure()
    subject: Subject
    without: Annotated[tuple[Subject, ...], Field(strict=False)] = ()
    called: Sentence | None = None
    coverage: Decimals | None = None
    turns: Literal["both", "up"] = "both"
    destination: Literal["news"]

    @property
    def each(self) -> bool:
        """Whether the rule stands for one rule about each subject of its kind, but those left out."""
        return self.subject == f"each_{self.form.subjects or self.measure.by}"

    @property
    def top(self) -> int:
        """The N of `top_share`."""
        return int(self.subject.removeprefix("top:"))

    @property
    def pair(self) -> tuple[str, str]:
        """The two of a ratio, the one above the line first."""
        above, _, below = self.subject.partition(BETWEEN)
        return above, below

    @property
    def form(self) -> Form:
        """What the metric can be."""
        return FORMS[self.metric]

    @property
    def reads(self) -> tuple[Source, ...]:
        """What it is judged on besides the rankings."""
        return self.form.reads

    @property
    def least_coverage(self) -> Fraction:
        """`coverage` as a part of one; nothing is asked where it is left out."""
        return Fraction(self.coverage or 0) / 100

    def about(self, subject: str, called: str | None = None) -> Self:
        """The same rule about one subject; `meaning` stays that of the rule as it was reviewed."""
        return self.model_copy(update={"subject": subject, "without": (), "called": self.called or called})

    @model_validator(mode="after")
    def _fits_the_metric(self) -> Self:
        check_measure(self.metric, self.measure)
        check_subject(self.metric, self.measure, self.subject, self.without)
        if self.coverage is not None and not self.form.coverage:
            raise ValueError(
                f"coverage is about list prices and indices, on which a {self.metric} does not rest; take it out"
            )
        return self


class LeadRule(Rule):
    """News: one origin got ahead of another."""

    kind: Literal["lead"]
    metric: Literal["lead"]
    measure: Measure = Measure()
    pair: Annotated[tuple[Country, Country], Field(strict=False)]
    destination: Literal["news"]

    @property
    def subject(self) -> str:
        """`CN over US`."""
        return f"{self.pair[0]} over {self.pair[1]}"

    @model_validator(mode="after")
    def _pair_exists(self) -> Self:
        unknown = [code for code in self.pair if code not in COUNTRY_NAMES]
        if unknown or self.pair[0] == self.pair[1]:
            raise ValueError("pair must name two different ISO 3166-1 alpha-2 country codes, as in [CN, US]")
        if self.measure.by != "origin" or self.judge != "certain":
            raise ValueError("a lead is between origins and judged certain; leave by and judge out")
        for name in self.measure.options:
            raise ValueError(f"a lead has no {name}; take it out of measure")
        return self


class ConditionRule(Rule):
    """A state of the data that opens and closes; never news. Its subjects follow from the metric."""

    kind: Literal["condition"]
    metric: Literal["data_age", "missing_days", "unreviewed_share", "undisclosed_share", "restated_share"]
    destination: Literal["ops", "fallback"]
    for_windows: Literal[1] = 1
    clear_for_windows: Literal[1] = 1


RULE: Final[TypeAdapter[CrossingRule | LeadRule | ConditionRule | DigestRule]] = TypeAdapter(
    Annotated[CrossingRule | LeadRule | ConditionRule | DigestRule, Field(discriminator="kind")]
)
"""Reads one entry of a rule file, of whichever kind it says it is."""
