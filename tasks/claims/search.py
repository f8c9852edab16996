"""Whether a claim about tokens holds: all of its quantities, under one definition."""

from typing import Final

from schemas.claim_parts import FirstLead, UsageQuantity
from schemas.claims import Claim
from tasks.claims.evidence import Attribution, Evidence
from tasks.claims.measuring import NOT_RECORDED, Finding, find, windows_needed
from tasks.claims.senses import Sense, plain, senses
from tasks.claims.verdicts import Trial, Verdict, conclude

_MOMENTS: Final[tuple[Attribution, ...]] = ("now", "then")


def judge_usage(claim: Claim, evidence: Evidence) -> Verdict:
    """The verdict on a claim about tokens, from every definition of `tasks.claims.senses`.

    `holds` if the plain reading fits. Otherwise a definition that fits makes it `holds_only_if`. It `fails`
    if the plain reading is known not to fit and no definition was left open; else there is no data.
    """
    first = plain(claim)
    tried = [Trial(first.as_dict(), _findings(claim, first, evidence))]
    tried += [
        Trial(sense.as_dict(), _findings(claim, sense, evidence))
        for sense in _distinct(claim, evidence)
        if sense != first
    ]
    return conclude(claim, tried)


def _findings(claim: Claim, sense: Sense, evidence: Evidence) -> tuple[Finding, ...]:
    """A finding for each quantity, in their order; the costly look at all history only if the others fit."""
    found: dict[int, Finding] = {}
    usage = [
        (number, each) for number, each in enumerate(claim.quantities) if isinstance(each, UsageQuantity)
    ]
    for number, quantity in sorted(usage, key=lambda each: isinstance(each[1], FirstLead)):
        skip = isinstance(quantity, FirstLead) and any(finding.fits is False for finding in found.values())
        found[number] = NOT_RECORDED if skip else find(quantity, claim, sense, evidence)
    return tuple(found[number] for number in sorted(found))


def _distinct(claim: Claim, evidence: Evidence) -> list[Sense]:
    """The definitions to try, less those that are another one under a second name.

    These are `top:N` beyond the number of named models, and "then" where it attributes every token as now.
    """
    every = senses(claim)
    moments = {name: evidence.moment(name, claim.published) for name in _MOMENTS}
    needed = list({window: None for sense in every for window in windows_needed(claim, sense)})
    kept = []
    for sense in every:
        now = evidence.tables(needed, sense.variants, moments["now"])
        own = windows_needed(claim, sense)
        if sense.window not in now:
            continue
        own = [window for window in own if window in now]
        if (sense.basis.top or 0) > max(len(now[window].largest) for window in own):
            continue
        if sense.attribution == "then":
            then = evidence.tables(needed, sense.variants, moments["then"])
            if all(now[window] == then[window] for window in own):
                continue
        kept.append(sense)
    return kept
