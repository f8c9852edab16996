"""In which senses a claim may be meant: the definitions that are searched, the simplest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from schemas.claim_parts import Count, Growth, Share, Tokens
from schemas.claims import Claim
from schemas.definitions import ALL_TOKENS, Basis, Variants
from schemas.windows import WEEK, Window, WindowKind
from tasks.claims.evidence import Attribution

TOPS: Final = range(5, 51)
REACH_DAYS: Final = 3
"""A seven-day window may end this many days before or after the one that is stated."""

_SUNDAY_WEEK: Final = WindowKind.parse("week:SUN")
_TRAILING: Final = WindowKind.parse("trailing:7")
VARIANTS: Final[tuple[Variants, ...]] = ("merged", "apart")
ATTRIBUTIONS: Final[tuple[Attribution, ...]] = ("now", "then")


@dataclass(frozen=True, slots=True)
class Sense:
    """One definition: everything that decides the figures of a claim besides its quantities."""

    basis: Basis
    window: Window
    variants: Variants = "merged"
    attribution: Attribution = "now"

    def as_dict(self) -> dict[str, str]:
        """The definition as it is printed."""
        return {
            "basis": str(self.basis),
            "window": str(self.window),
            "variants": self.variants,
            "attribution": self.attribution,
        }

    def __str__(self) -> str:
        return (
            f"{self.basis}, {self.window}, variants {self.variants}, attribution as known {self.attribution}"
        )


def plain(claim: Claim) -> Sense:
    """The plain reading: the stated window, the stated basis (else all tokens), merged, as known now."""
    return Sense(claim.plain_basis, named_by_days(claim.stated_windows[0]))


def senses(claim: Claim) -> list[Sense]:
    """Every definition to try, the simplest first.

    The simplest differs from the plain reading in the fewest of its four parts. Among equally many: the basis
    in the order of `bases`, then the window in the order of `windows`, merged before apart, now before then.
    """
    first = plain(claim)
    all_bases, all_windows = list(bases(claim)), windows(claim)
    found: list[tuple[tuple[int, ...], Sense]] = []
    for b, basis in enumerate(all_bases):
        for w, window in enumerate(all_windows):
            for v, variants in enumerate(VARIANTS):
                if variants != "merged" and not _variants_matter(claim, basis):
                    continue
                for a, attribution in enumerate(ATTRIBUTIONS):
                    departures = (basis != first.basis) + (window != first.window) + bool(v) + bool(a)
                    found.append(((departures, b, w, v, a), Sense(basis, window, variants, attribution)))
    return [sense for _, sense in sorted(found, key=lambda each: each[0])]


def bases(claim: Claim) -> Iterator[Basis]:
    """The stated basis; then all, named, attributed, pair, top:5 … top:50.

    Where no share is stated only the numerator counts, which is the same on all, named, attributed and pair.
    """
    shares = [quantity for quantity in claim.quantities if isinstance(quantity, Share)]
    whole = [ALL_TOKENS]
    if shares:
        whole += [Basis("named"), Basis("attributed"), Basis("pair", pair=_pair(shares[0]))]
    yield from dict.fromkeys((claim.plain_basis, *whole, *(Basis("top", top=n) for n in TOPS)))


def windows(claim: Claim) -> list[Window]:
    """The windows that the source's words may mean; then, for seven days, the weeks and trailing days around.

    That is: the ISO week and the Sunday week that hold the last stated day or end near it, then seven days
    that end one, two and three days before and after it.
    """
    stated = [named_by_days(window) for window in claim.stated_windows]
    around = [window for each in stated if each.length_days == _TRAILING.argument for window in _around(each)]
    return list(dict.fromkeys((*stated, *sorted(around, key=_kind_order))))


def named_by_days(window: Window) -> Window:
    """The same seven days under their simplest name: an ISO week, a Sunday week, else trailing days."""
    if window.length_days != _TRAILING.argument:
        return window
    names = (
        WEEK.containing(window.end),
        _SUNDAY_WEEK.containing(window.end),
        _TRAILING.containing(window.end),
    )
    return next(name for name in names if name.start == window.start)


def _around(stated: Window) -> Iterator[Window]:
    yield WEEK.containing(stated.end)
    yield _SUNDAY_WEEK.containing(stated.end)
    for days in range(1, REACH_DAYS + 1):
        for shift in (-days, days):
            yield named_by_days(_TRAILING.containing(stated.end + timedelta(days=shift)))


def _kind_order(window: Window) -> int:
    return (WEEK, _SUNDAY_WEEK, _TRAILING).index(window.kind)


def _variants_matter(claim: Claim, basis: Basis) -> bool:
    """Whether it makes a difference if `:free` is a model of its own: only where models are told apart."""
    return basis.kind == "top" or any(
        isinstance(quantity, Count)
        or (isinstance(quantity, Tokens | Share | Growth) and quantity.by == "model")
        for quantity in claim.quantities
    )


def _pair(share: Share) -> tuple[str, str]:
    subject = share.subjects[0] if share.by == "origin" else "CN"
    return (subject, "CN" if subject == "US" else "US")
