"""What is said of a claim: holds, holds only if, fails, or no data; and what that follows from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from schemas.claims import Claim
from tasks.claims.measuring import Finding, Value


class Outcome(StrEnum):
    """What is to be said of a claim."""

    HOLDS = "holds"
    HOLDS_ONLY_IF = "holds_only_if"
    FAILS = "fails"
    NO_DATA = "no_data"


class Reason(StrEnum):
    """Why there is no data."""

    NO_FEED = "no_feed"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Trial:
    """A claim under one definition: `definition` as it is printed, and a finding for each quantity."""

    definition: dict[str, str]
    findings: tuple[Finding, ...]

    @property
    def fits(self) -> bool | None:
        """Whether every quantity is what was stated; null where none is wrong and one is not known."""
        answers = [finding.fits for finding in self.findings]
        if False in answers:
            return False
        return None if None in answers else True

    @property
    def miss(self) -> Fraction | None:
        """How far the worst quantity that is known is off, relative to what was stated; null without any."""
        return max((finding.miss for finding in self.findings if finding.miss is not None), default=None)

    @property
    def values(self) -> tuple[Value, ...]:
        """What the quantities come to."""
        return tuple(finding.value for finding in self.findings)

    @property
    def said(self) -> list[str]:
        """What a reader must know of the findings, each sentence once."""
        return list(dict.fromkeys(finding.said for finding in self.findings if finding.said))


@dataclass(frozen=True)
class Verdict:
    """The answer to a claim.

    Attributes:
        plain: the claim under the plain reading.
        fitting: every definition under which all quantities are what was stated, the simplest first.
        nearest: of those that do not fit, the one that comes closest; null where none could be computed.
        command: what would fetch what is not recorded.
    """

    claim: Claim
    outcome: Outcome
    reason: Reason | None = None
    command: str | None = None
    plain: Trial | None = None
    fitting: tuple[Trial, ...] = ()
    nearest: Trial | None = None


def conclude(claim: Claim, tried: Sequence[Trial]) -> Verdict:
    """The verdict that follows from the trials of a claim: the plain reading first, then the simplest."""
    first = tried[0]
    fitting = tuple(trial for trial in tried if trial.fits)
    misses = [(trial.miss, number) for number, trial in enumerate(tried) if trial.fits is False]
    known = [(miss, number) for miss, number in misses if miss is not None]
    nearest = tried[min(known)[1]] if known else None
    found: dict[str, Any] = {"plain": first, "fitting": fitting, "nearest": nearest}
    if first.fits:
        return Verdict(claim, Outcome.HOLDS, **found)
    if fitting:
        return Verdict(claim, Outcome.HOLDS_ONLY_IF, **found)
    if first.fits is None or any(_left_open(trial) for trial in tried):
        return Verdict(claim, Outcome.NO_DATA, reason=Reason.NOT_RECORDED, **found)
    return Verdict(claim, Outcome.FAILS, **found)


def _left_open(trial: Trial) -> bool:
    """Whether the record knows a part of a claim, which fits, and not the rest."""
    return trial.fits is None and any(finding.fits for finding in trial.findings)
