"""What a quantity of a claim comes to in one sense, exactly."""

from dataclasses import dataclass
from fractions import Fraction

from schemas.claim_numbers import Quantity
from schemas.claim_parts import Count, FirstLead, Growth, Share, Tokens, UsageQuantity
from schemas.claims import Claim
from schemas.windows import Window
from tasks.claims.evidence import FIRST_PUBLISHED_DAY, Evidence, WindowTable
from tasks.claims.senses import Sense, named_by_days
from tasks.metrics.leads import leads

Value = Fraction | bool | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one quantity comes to.

    Attributes:
        value: exactly; null where it is not known.
        fits: whether it is what was stated; null where the record does not say.
        miss: how far it is off, relative to what was stated; null where it is not known.
        said: what a reader must know of it.
    """

    value: Value
    fits: bool | None
    miss: Fraction | None = None
    said: str | None = None


NOT_RECORDED = Finding(None, None)


def window_of(quantity: UsageQuantity, sense: Sense) -> Window:
    """The window of a quantity in a sense: its own, where it states one."""
    return sense.window if quantity.window is None else named_by_days(Window.parse(quantity.window))


def windows_needed(claim: Claim, sense: Sense) -> list[Window]:
    """Every window that a sense of a claim rests on."""
    needed: dict[Window, None] = {}
    for quantity in claim.quantities:
        if isinstance(quantity, UsageQuantity):
            window = window_of(quantity, sense)
            needed |= dict.fromkeys(
                (window, window.previous()) if isinstance(quantity, Growth) else (window,)
            )
    return list(needed)


def find(quantity: UsageQuantity, claim: Claim, sense: Sense, evidence: Evidence) -> Finding:
    """What a quantity of a claim comes to in a sense."""
    window = window_of(quantity, sense)
    if isinstance(quantity, FirstLead):
        return _first_lead(quantity, claim, sense, window, evidence)
    wanted = [window, window.previous()] if isinstance(quantity, Growth) else [window]
    moment = evidence.moment(sense.attribution, claim.published)
    tables = evidence.tables(wanted, sense.variants, moment)
    if len(tables) < len(wanted):
        return NOT_RECORDED
    match quantity:
        case Tokens():
            value = tokens_of(quantity, tables[window], sense)
        case Share():
            value = _ratio(tokens_of(quantity, tables[window], sense), _total(tables[window], sense))
        case Growth():
            before = tokens_of(quantity, tables[window.previous()], sense)
            value = _ratio(tokens_of(quantity, tables[window], sense), before)
            value = None if value is None else value - 1
        case Count():
            value = _count(quantity, tables[window])
    if value is None:
        return Finding(None, False, said=f"no tokens of it were seen in {window}")
    return judged(quantity, value)


def judged(quantity: Quantity, value: Fraction) -> Finding:
    """A value held against what was stated."""
    allowed = quantity.interval
    bound = abs(allowed.low if allowed.low is not None else allowed.high or Fraction(1)) or Fraction(1)
    return Finding(value, allowed.holds(value), allowed.miss(value) / bound)


def tokens_of(quantity: Tokens | Share | Growth, table: WindowTable, sense: Sense) -> Fraction | None:
    """Tokens of the subjects inside the basis; null where they have no row there, which is not zero."""
    subjects = set(quantity.subjects)
    counted = [row.tokens for row in table.inside(sense.basis) if row.subject(quantity.by) in subjects]
    return Fraction(sum(counted)) if counted else None


def _total(table: WindowTable, sense: Sense) -> Fraction:
    return Fraction(sum(row.tokens for row in table.inside(sense.basis)))


def _ratio(above: Fraction | None, below: Fraction | None) -> Fraction | None:
    return None if above is None or not below else above / below


def _count(quantity: Count, table: WindowTable) -> Fraction:
    """How many of the largest models are, or contain tokens that are, of the origin."""
    top = {row.model for row in table.rows if table.largest.get(row.model, quantity.among) < quantity.among}
    return Fraction(
        len({row.model for row in table.rows if row.model in top and row.origin == quantity.origin})
    )


def _first_lead(
    quantity: FirstLead, claim: Claim, sense: Sense, window: Window, evidence: Evidence
) -> Finding:
    """Whether the first lead of the pair's first origin is in the window: false as soon as one was before.

    Null where it led here but older windows are not recorded; those that lack a day upstream does not have
    cannot be recorded by anybody, and are only told.
    """
    if not evidence.whole(window) or evidence.first_day is None:
        return NOT_RECORDED
    a, b = quantity.pair
    earlier = _earlier(window)
    moment = evidence.moment(sense.attribution, claim.published)
    whole = [each for each in (*earlier, window) if evidence.whole(each)]
    rows = leads(
        evidence.attributed(moment), whole, a=a, b=b, basis=sense.basis, variants=sense.variants
    ).to_dicts()
    led = [row["window_start"] for row in rows if row["leader"] == a]
    if window.start not in led:
        return Finding(False, False, said=f"{a} was not ahead of {b} in {window}")
    if len(led) > 1:
        return Finding(False, False, said=f"{a} was ahead of {b} before: {window.kind} from {min(led)}")
    gaps = [each for each in earlier if not evidence.whole(each)]
    unreachable = [each for each in gaps if set(evidence.days_missing(each)) <= evidence.known_gaps]
    if len(gaps) > len(unreachable):
        return Finding(None, None, said=f"{len(gaps)} of {len(earlier)} earlier windows are not recorded")
    told = f"windows not checked, as upstream lacks a day of them: {len(gaps)}" if gaps else None
    return Finding(True, True, Fraction(0), said=told)


def _earlier(window: Window) -> list[Window]:
    """The windows of the same kind before one, as far as upstream's history reaches, oldest first."""
    found: list[Window] = []
    before = window.previous()
    while before.start >= FIRST_PUBLISHED_DAY:
        found.insert(0, before)
        before = before.previous()
    return found
