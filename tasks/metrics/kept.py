"""The stored figures of token counts: which they are, and how each is put into the one shape of a point."""

from typing import Final

import polars as pl

from schemas.definitions import Basis, By, Definition
from tasks.metrics.bases import denominators
from tasks.metrics.concentration import hhi
from tasks.metrics.free import free_shares
from tasks.metrics.leads import leads
from tasks.metrics.shares import buckets, shares
from tasks.metrics.sources import OF_PAIR, PAIR, TOPS, WHOLE, Kept, Sources, spelled
from tasks.metrics.windowed import WINDOW, ratio

_BASES: Final = tuple(map(Basis.parse, ("all", "named", "attributed", "pair:CN,US", "top:10")))
_COUNTED: Final[tuple[tuple[By, str], ...]] = (
    *(("origin", str(basis)) for basis in _BASES),
    ("lab", "all"),
    ("lab", "attributed"),
    ("author", "named"),
    ("model", "all"),
)


def _attributed(unknown: str) -> pl.Expr:
    """What is known of the tokens of the basis; of one that leaves the unknown out, its part of all tokens."""
    known = ratio(pl.col("basis_tokens") - pl.col(unknown), "basis_tokens")
    return pl.when("conditional").then(ratio(pl.col("basis_tokens"), "total_tokens")).otherwise(known)


def _shares(definition: Definition) -> Kept:
    of_somebody = definition.by in {"origin", "lab"}
    possible = "unknown_tokens" if of_somebody else "tail_tokens"

    def points(given: Sources) -> pl.LazyFrame:
        rows = given.of(definition)
        found: pl.LazyFrame = shares(rows, given.windows, definition=definition).lazy()
        if not of_somebody:
            below = denominators(rows.tokens(definition.variants), definition.basis)
            found = found.join(below.select(*WINDOW, "tail_tokens"), on=WINDOW)
        return found.select(
            *WINDOW,
            "subject",
            part="tokens",
            whole="basis_tokens",
            low="tokens",
            high=pl.col("tokens") + pl.col(possible),
            coverage=_attributed(possible),
        )

    return Kept(spelled("shares", definition), points)


def _leads(basis: Basis, *, without_free: bool) -> Kept:
    definition = Definition(basis=basis, without_free=without_free)
    ahead, unknown = pl.col("a_tokens") - pl.col("b_tokens"), pl.col("unknown_tokens")
    decided = pl.when("decided").then(pl.lit("decided")).otherwise(pl.lit("undecided"))

    def points(given: Sources) -> pl.LazyFrame:
        found = leads(given.of(definition), given.windows, a=PAIR[0], b=PAIR[1], basis=basis)
        return found.lazy().select(
            *WINDOW,
            OF_PAIR,
            part=ahead,
            whole="basis_tokens",
            low=ahead - unknown,
            high=ahead + unknown,
            coverage=_attributed("unknown_tokens"),
            word=decided,
        )

    return Kept(leads_under(basis, without_free=without_free), points)


def leads_under(basis: Basis, *, without_free: bool) -> str:
    """The definition of the leads of the pair on a basis."""
    definition = Definition(basis=basis, without_free=without_free)
    return spelled("leads", definition, pair=",".join(PAIR))


def _top(n: int) -> Kept:
    return Kept(
        spelled("concentration", Definition("model"), top=n),
        lambda given: (
            given.tops[n].lazy().select(*WINDOW, WHOLE, part="top_tokens", whole="basis_tokens")
        ),
    )  # fmt: skip


def _origin_of_top(n: int) -> Kept:
    return Kept(
        spelled("origin-of-top", Definition("model"), top=n),
        lambda given: (
            given.tops[n]
            .lazy()
            .select(*WINDOW, "top_tokens", "origin_tokens")
            .explode("origin_tokens")
            .unnest("origin_tokens")
            .select(
                *WINDOW,
                pl.col("origin").fill_null("none").alias("subject"),
                part="tokens",
                whole="top_tokens",
            )
        ),
    )


def _hhi(by: By, basis: str) -> Kept:
    definition = Definition(by, Basis.parse(basis))
    return Kept(
        spelled("hhi", definition),
        lambda given: (
            hhi(given.grouped, given.windows, definition=definition)
            .lazy()
            .select(
                *WINDOW,
                WHOLE,
                whole="basis_tokens",
                figure="hhi",
                coverage=ratio(pl.col("basis_tokens"), "total_tokens"),
            )
        ),
    )


def _buckets(given: Sources) -> pl.LazyFrame:
    found = buckets(given.grouped, given.windows).lazy()
    return found.select(
        *WINDOW, subject=pl.col("bucket").cast(pl.String), part="tokens", whole="total_tokens"
    )


def _free(by: By) -> Kept:
    return Kept(
        spelled("free-share", by=by, basis="named"),
        lambda given: (
            free_shares(given.grouped, given.windows, by=by)
            .lazy()
            .select(*WINDOW, "subject", part="free_tokens", whole="named_tokens")
        ),
    )


SHARES_BY_ORIGIN: Final = spelled("shares", Definition())
KEPT_USAGE: Final = (
    *(
        _shares(Definition(by, Basis.parse(basis), without_free=free))
        for by, basis in _COUNTED
        for free in (False, True)
    ),
    Kept(spelled("buckets"), _buckets),
    *(_leads(basis, without_free=free) for free in (False, True) for basis in _BASES),
    *(_top(n) for n in TOPS),
    *(_origin_of_top(n) for n in TOPS[1:]),
    _hhi("lab", "attributed"),
    _hhi("author", "named"),
    _free("origin"),
    _free("lab"),
)
"""Every figure of the token counts of one window that is stored."""
