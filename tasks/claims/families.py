"""Whether a claim about what is built upon families of open models holds, from counts of the Hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import dataframely as dy

from schemas.claim_parts import Derivatives, FamilyQuantity, LargerFamily
from schemas.claims import Claim
from schemas.family_frames import Derivatives as FamilyCounts
from tasks.claims.measuring import NOT_RECORDED, Finding, judged
from tasks.claims.verdicts import Trial, Verdict, conclude

KINDS: Final = (
    ("finetune", "adapter", "merge"),
    ("finetune", "adapter", "merge", "quantized"),
    ("finetune",),
)
"""What may be meant by a derivative, the plain meaning first (docs/claims.md)."""


@dataclass(frozen=True)
class FamilyBook:
    """Counts by family as one moment knows them; `day` is that of the moment."""

    day: date
    counts: dy.DataFrame[FamilyCounts]


def judge_families(claim: Claim, then: FamilyBook, now: FamilyBook) -> Verdict:
    """The verdict on a claim about families: from the counts of its day, else those of the standpoint.

    The plain reading counts finetunes, adapters and merges. Counts of which a part was not read are lower
    bounds: they may show that something is above a number, and never that it is not.
    """
    books = [("then", then)]
    counted = ("subject", *max(KINDS, key=len), "complete")
    if not then.counts.select(counted).sort("subject").equals(now.counts.select(counted).sort("subject")):
        books.append(("now", now))
    quantities = [each for each in claim.quantities if isinstance(each, Derivatives | LargerFamily)]
    tried = []
    for a, (moment, book) in enumerate(books):
        rows = {row["subject"]: row for row in book.counts.to_dicts()}
        for k, kinds in enumerate(KINDS):
            findings = tuple(_find(quantity, kinds, rows) for quantity in quantities)
            tried.append(((bool(a) + bool(k), k, a), Trial(_definition(kinds, moment, book, rows), findings)))
    return conclude(claim, [trial for _, trial in sorted(tried, key=lambda each: each[0])])


def _definition(
    kinds: Sequence[str], moment: str, book: FamilyBook, rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    read = max((row["read_on"] for row in rows.values() if row["read_on"]), default=book.day)
    return {
        "basis": f"{' + '.join(kinds)} of the listed repositories",
        "window": f"{read}..{read}",
        "variants": "merged",
        "attribution": moment,
    }


def _find(quantity: FamilyQuantity, kinds: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> Finding:
    mine = rows.get(quantity.family)
    count = _count(mine, kinds)
    if mine is None or count is None:
        return NOT_RECORDED
    if isinstance(quantity, LargerFamily):
        return _larger(quantity, count, kinds, rows)
    found = judged(quantity, Fraction(count))
    if mine["complete"]:
        return found
    said = (
        f"{mine['repositories_read']} of {mine['repositories']} listed repositories of {quantity.family} were "
        "read whole, so that this is a lower bound"
    )
    surely = found.fits and quantity.interval.high is None
    return Finding(found.value, True if surely else None, found.miss, said)


def _larger(
    quantity: LargerFamily, count: int, kinds: Sequence[str], rows: Mapping[str, Mapping[str, Any]]
) -> Finding:
    """Whether the family is ahead of the other, or of every other one that is listed."""
    others = {name: row for name, row in rows.items() if name != quantity.family}
    if quantity.than is not None:
        others = {quantity.than: rows[quantity.than]} if quantity.than in rows else {}
    if not others:
        return NOT_RECORDED
    counts = {name: _count(row, kinds) for name, row in others.items()}
    is_whole = rows[quantity.family]["complete"]
    ahead = sorted(name for name, other in counts.items() if other is not None and other >= count)
    if ahead:
        said = f"{ahead[0]} has {counts[ahead[0]]:,} against {count:,} of {quantity.family}"
        return Finding(False, False, said=said) if is_whole else Finding(None, None, said=said)
    unread = sorted(name for name, row in others.items() if not row["complete"])
    if unread:
        return Finding(None, None, said=f"not all listed repositories of {', '.join(unread)} were read")
    return Finding(True, True, Fraction(0))


def _count(row: Mapping[str, Any] | None, kinds: Sequence[str]) -> int | None:
    """What is counted of a family; null where nothing was read."""
    counts = [row[kind] for kind in kinds if row[kind] is not None] if row else []
    return sum(counts) if counts else None
