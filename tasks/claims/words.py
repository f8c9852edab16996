"""What must be said beside a verdict: what is not recorded and how to get it, what differs, who is credited."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import dataframely as dy
import polars as pl

from schemas.claim_parts import FirstLead
from schemas.claims import Claim
from schemas.reviewed_frames import Labs
from schemas.windows import Status
from tasks.claims.evidence import FIRST_PUBLISHED_DAY, Evidence
from tasks.claims.measuring import windows_needed
from tasks.claims.senses import plain
from tasks.claims.verdicts import Outcome, Reason, Verdict

PRICES_COMMAND: Final = "tokentide ingest"
NOT_PRICED: Final = "Not all of these prices are recorded as of that day, and past prices cannot be fetched."
FAMILIES_COMMAND: Final = "tokentide derivatives"
NOT_COUNTED: Final = (
    "Not all of these counts are recorded as of that day, and past counts cannot be fetched. Counted are direct "
    "children of the listed repositories."
)


def what_is_missing(claim: Claim, evidence: Evidence) -> tuple[Reason, str | None, str]:
    """Why the record does not settle a claim about tokens, the command that would fetch it, and a sentence."""
    windows = windows_needed(claim, plain(claim))
    running = [window for window in windows if window.status(evidence.as_of) is Status.RUNNING]
    if running:
        return Reason.NOT_RECORDED, "tokentide weekly", f"{running[0]} has not ended yet."
    missing = sorted({day for window in windows for day in evidence.days_missing(window)})
    if any(day < FIRST_PUBLISHED_DAY for day in missing):
        return Reason.NO_FEED, None, f"Upstream's history begins on {FIRST_PUBLISHED_DAY}."
    if missing and set(missing) <= evidence.known_gaps:
        return Reason.NO_FEED, None, f"Upstream does not have {_listed(missing)}."
    said = f"Not recorded whole: {_listed(missing)}." if missing else ""
    start, end = min(missing, default=windows[0].start), max(missing, default=windows[0].end)
    if any(isinstance(quantity, FirstLead) for quantity in claim.quantities):
        start, end = FIRST_PUBLISHED_DAY, max(window.end for window in windows)
        said = f"{said} Whether it was the first time needs every week since {start}.".strip()
    return Reason.NOT_RECORDED, f"tokentide backfill --start {start} --end {end}", said


def remarks(verdict: Verdict) -> Iterator[str]:
    """What the findings say of the plain reading, and how far off the nearest definition is where none fits."""
    if verdict.plain is not None:
        for said in verdict.plain.said:
            yield f"{said[0].upper()}{said[1:]}."
    nearest = verdict.nearest
    if verdict.outcome is Outcome.FAILS and nearest is not None and nearest.miss is not None:
        yield f"The nearest is off by {float(nearest.miss):.1%} of what is stated."


def credit_remarks(claim: Claim, labs: dy.DataFrame[Labs], today: date) -> Iterator[str]:
    """Whether the authors whom a source credits with somebody's models are of the same reviewed lab."""
    for credit in claim.credits:
        own, credited = (_lab(labs, author, today) for author in (credit.author, credit.credited_to))
        if own is None:
            yield f"Nobody has reviewed who {credit.author} is."
        elif own != credited:
            other = f", {credit.credited_to} is {credited}" if credited else ""
            yield (
                f"The source credits {credit.credited_to} with models of {credit.author}: wrongly. "
                f"{credit.author} is {own}{other}."
            )


def _lab(labs: pl.DataFrame, author: str, today: date) -> str | None:
    """The lab behind an author as reviewed by a day, with its country."""
    rows = labs.filter(
        pl.col("author") == author, pl.col("known_since") <= today, pl.col("confidence") != "low"
    ).sort("valid_from", "known_since")
    if rows.is_empty() or rows["confidence"][-1] == "withdrawn":
        return None
    return f"{rows['lab'][-1]} ({rows['country'][-1]})"


def _listed(days: list[date]) -> str:
    """Days in words, unbroken stretches as one."""
    stretches: list[list[date]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    spelled = [str(each[0]) if len(each) == 1 else f"{each[0]} to {each[-1]}" for each in stretches]
    return ", ".join(spelled[:3]) + (f" and {len(spelled) - 3} more" if len(spelled) > 3 else "")
