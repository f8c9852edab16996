"""The stored figures of token counts: which they are, and how each is put into the one shape of a point."""

from typing import Final

import polars as pl

from schemas.definitions import Basis, By, Definition
from tasks.metrics.bases import denominators
from tasks.metrics.concentration import concentration, hhi
from tasks.metrics.free import free_shares
from tasks.metrics.growth import growth, totals
from tasks.metrics.leads import leads
from tasks.metrics.ranks import exits, ranks
from tasks.metrics.shares import buckets, shares
from tasks.metrics.sources import DISTANCES, OF_PAIR, PAIR, WHOLE, Kept, Sources, spelled
from tasks.metrics.windowed import WINDOW

RANKED: Final = 50
"""Places that are stored, as many as the upstream publishes of a day."""
_GROWING: Final[tuple[By, ...]] = ("origin", "lab", "model")
_BASES: Final = tuple(map(Basis.parse, ("all", "named", "attributed", "pair:CN,US", "top:10")))


def _shares(definition: Definition) -> Kept:
    possible = "unknown_tokens" if definition.by in {"origin", "lab"} else "tail_tokens"

    def points(given: Sources) -> pl.LazyFrame:
        rows = given.of(definition)
        below = denominators(rows.tokens(definition.variants), definition.basis)
        found = shares(rows, given.weeks, definition=definition).lazy()
        return found.join(below.select(*WINDOW, "tail_tokens"), on=WINDOW).select(
            "window_start",
            "subject",
            part="tokens",
            whole="basis_tokens",
            low="tokens",
            high=pl.col("tokens") + pl.col(possible),
        )

    return Kept(spelled("shares", definition), points)


def _leads(basis: Basis, *, without_free: bool) -> Kept:
    definition = Definition(basis=basis, without_free=without_free)
    ahead, unknown = pl.col("a_tokens") - pl.col("b_tokens"), pl.col("unknown_tokens")
    decided = pl.when("decided").then(pl.lit("decided")).otherwise(pl.lit("undecided"))

    def points(given: Sources) -> pl.LazyFrame:
        found = leads(given.of(definition), given.weeks, a=PAIR[0], b=PAIR[1], basis=basis)
        return found.lazy().select(
            "window_start",
            OF_PAIR,
            part=ahead,
            whole="basis_tokens",
            low=ahead - unknown,
            high=ahead + unknown,
            word=decided,
        )

    return Kept(spelled("leads", definition, pair=",".join(PAIR)), points)


def _growth(by: By, over: int) -> Kept:
    return Kept(
        spelled("growth", Definition(by), over=over),
        lambda given: (
            growth(given.grouped, given.weeks, by=by, over=over)
            .lazy()
            .select(
                "window_start",
                "subject",
                part="tokens",
                whole="previous_tokens",
                figure="like_for_like",
                word="reason",
            )
        ),
    )


def _totals(over: int) -> Kept:
    return Kept(
        spelled("totals", over=over),
        lambda given: (
            totals(given.grouped, given.weeks, over=over)
            .lazy()
            .select(
                "window_start",
                WHOLE,
                part="total_tokens",
                whole="previous_total_tokens",
                figure="like_for_like",
                word="reason",
            )
        ),
    )


def _ranks(by: By) -> Kept:
    return Kept(
        spelled("ranks", Definition(by)),
        lambda given: (
            ranks(given.grouped, given.weeks, by=by)
            .lazy()
            .filter(pl.col("rank") <= RANKED)
            .select(
                "window_start",
                "subject",
                part="rank",
                whole="previous_rank",
                low="tokens",
                high="high_tokens",
                word=pl.when("entered").then(pl.lit("entered")),
            )
        ),
    )


def _exits(given: Sources) -> pl.LazyFrame:
    left = exits(given.grouped, given.weeks).lazy().filter(pl.col("previous_rank") <= RANKED)
    return left.select(
        "window_start", "subject", whole="previous_rank", high="high_tokens", word=pl.lit("left")
    )


def _top(n: int) -> Kept:
    return Kept(
        spelled("concentration", Definition("model"), top=n),
        lambda given: (
            concentration(given.grouped, given.weeks, n=n)
            .lazy()
            .select("window_start", WHOLE, part="top_tokens", whole="basis_tokens")
        ),
    )


def _origin_of_top(n: int) -> Kept:
    return Kept(
        spelled("origin-of-top", Definition("model"), top=n),
        lambda given: (
            concentration(given.grouped, given.weeks, n=n)
            .lazy()
            .select("window_start", "top_tokens", "origin_tokens")
            .explode("origin_tokens")
            .unnest("origin_tokens")
            .select(
                "window_start",
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
            hhi(given.grouped, given.weeks, definition=definition)
            .lazy()
            .select("window_start", WHOLE, whole="basis_tokens", figure="hhi")
        ),
    )


def _buckets(given: Sources) -> pl.LazyFrame:
    found = buckets(given.grouped, given.weeks).lazy()
    return found.select(
        "window_start", subject=pl.col("bucket").cast(pl.String), part="tokens", whole="total_tokens"
    )


def _free(given: Sources) -> pl.LazyFrame:
    found = free_shares(given.grouped, given.weeks).lazy()
    return found.select("window_start", "subject", part="free_tokens", whole="named_tokens")


SHARES_BY_ORIGIN: Final = spelled("shares", Definition())
KEPT_USAGE: Final = (
    *(_shares(Definition("origin", basis, "merged", free)) for free in (False, True) for basis in _BASES),
    _shares(Definition("lab")),
    _shares(Definition("lab", Basis("attributed"))),
    _shares(Definition("author", Basis("named"))),
    _shares(Definition("model")),
    Kept(spelled("buckets"), _buckets),
    *(_leads(basis, without_free=free) for free in (False, True) for basis in _BASES),
    *(_growth(by, over) for by in _GROWING for over in DISTANCES),
    *(_totals(over) for over in DISTANCES),
    _ranks("model"),
    _ranks("lab"),
    Kept(spelled("exits", Definition("model")), _exits),
    *(_top(n) for n in (1, 5, 10)),
    *(_origin_of_top(n) for n in (5, 10)),
    _hhi("lab", "attributed"),
    _hhi("author", "named"),
    Kept(spelled("free-share", by="origin", basis="named"), _free),
)  # fmt: skip
"""Every figure of token counts that is stored of a week, but for peaks, which are folded over all weeks."""
