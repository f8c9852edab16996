"""Whether a claim about tokens holds: all of its quantities, under one definition."""

from schemas.claim_parts import FirstLead, UsageQuantity
from schemas.claims import Claim
from schemas.definitions import ALL_TOKENS, Variants
from schemas.windows import Window
from tasks.claims.evidence import Evidence
from tasks.claims.measuring import NOT_RECORDED, Finding, find, windows_needed
from tasks.claims.senses import ATTRIBUTIONS, VARIANTS, Sense, plain, senses, windows
from tasks.claims.verdicts import Trial, Verdict, conclude


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
    """The definitions to try whose window has a point, less those that are another one under a second name.

    These are `top:N` beyond the number of named models, and "then" where it attributes every token as now.
    """
    rests_on = {window: windows_needed(claim, Sense(ALL_TOKENS, window)) for window in windows(claim)}
    needed = list({each: None for own in rests_on.values() for each in own})
    models: dict[tuple[Window, Variants], int] = {}
    changed: set[tuple[Window, Variants]] = set()
    for variants in VARIANTS:
        now, then = (
            evidence.tables(needed, variants, evidence.moment(attribution, claim.published))
            for attribution in ATTRIBUTIONS
        )
        for window, own in rests_on.items():
            if window in now:
                recorded = [each for each in own if each in now]
                models[window, variants] = max(len(now[each].largest) for each in recorded)
                if any(now[each] != then[each] for each in recorded):
                    changed.add((window, variants))
    return [
        sense
        for sense in senses(claim)
        if (sense.basis.top or 0) <= models.get((sense.window, sense.variants), -1)
        and (sense.attribution == "now" or (sense.window, sense.variants) in changed)
    ]
