"""How many tokens go to models whose weights anybody can have, as people have reviewed them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import dataframely as dy
import polars as pl

from schemas.definitions import By, Definition
from schemas.frames import COMPOSITE, ORIGIN, TAIL, AttributedUsage
from schemas.model_frames import ANY, CLOSED, OPEN, WEIGHTS, OpenWeights, OpenWeightShares, WeighedUsage
from schemas.price_frames import ALL
from schemas.windows import Window
from tasks.metrics.bases import denominators, inside
from tasks.metrics.standings import ALWAYS, on_their_day, standings, usable
from tasks.metrics.windowed import (
    WINDOW,
    exact_sum,
    model_name,
    only_origin,
    ratio,
    received,
    result,
    subject_of,
    window_days,
)

_PLAIN: Final = Definition()
_STATES: Final = pl.Enum(WEIGHTS)


def weigh(
    usage: dy.DataFrame[AttributedUsage], reviewed: dy.DataFrame[OpenWeights], *, as_of: datetime
) -> dy.DataFrame[WeighedUsage]:
    """Usage beside the state of its model's weights on its day; one row for each of `usage`, in any order.

    A reviewed row counts if it was known on the UTC day of `as_of` and its confidence is high or medium. Of
    several about a model the longest slug decides, of those the newest `valid_from`, then the one learned
    last. The tail and routers are no one model, so their state is null, like that of what nobody reviewed.
    """
    no_one_model = pl.col("bucket").is_in([COMPOSITE, TAIL])
    models = usage.select("model").unique()
    return (
        on_their_day(usage.lazy(), _standings(models, usable(reviewed, as_of)), "model")
        .with_columns(weights=pl.when(~no_one_model).then("weights"))
        .pipe(result, WeighedUsage)
    )


def _standings(models: pl.DataFrame, reviewed: pl.DataFrame) -> pl.DataFrame:
    """The state of each model's weights from `since` to the day before `until`, without a gap."""
    return standings(_claims(models, reviewed), "model", says=["weights"])


def _claims(models: pl.DataFrame, reviewed: pl.DataFrame) -> pl.DataFrame:
    """Every reviewed row that speaks about a model, and for each one that says nothing, since ever."""
    nothing = models.select(
        "model",
        weights=pl.lit(None, _STATES),
        valid_from=pl.lit(ALWAYS),
        known_since=pl.lit(ALWAYS),
        precedence=pl.lit(0, pl.UInt32),
    )
    beginning = pl.col("slug").str.strip_suffix(ANY)
    is_any = pl.col("slug").str.ends_with(ANY)
    meant = pl.when(is_any).then(pl.col("model").str.starts_with(beginning)).otherwise(
        pl.col("model") == pl.col("slug")
    )  # fmt: skip
    spoken = (
        models.join(reviewed, how="cross")
        .filter(meant)
        # One more for the exact slug, which is as long as a beginning of all of it.
        .with_columns(precedence=2 * beginning.str.len_chars() + (~is_any).cast(pl.UInt32))
    )
    return pl.concat([nothing, spoken.select(nothing.columns)])


def open_weight_shares(
    usage: dy.DataFrame[WeighedUsage], windows: Sequence[Window], *, definition: Definition = _PLAIN
) -> dy.DataFrame[OpenWeightShares]:
    """Tokens of open models of each subject and of `ALL`, oldest window first, `ALL` first, then the largest.

    `low = share = open_tokens / basis_tokens`. `high` adds what may be the subject's and open: what is its own
    and unreviewed, and, as in `tasks.metrics.shares`, of an origin or a lab every unknown token that is not
    known to be closed, of an author or a model the tail. Unreviewed tokens are on neither side.
    """
    rows = (
        usage.lazy()
        .join(window_days(received(usage, windows)).lazy(), on="day")
        .with_columns(model=model_name(definition.variants))
        .group_by(*WINDOW, *_names(definition), "weights")
        .agg(exact_sum("tokens"))
    )
    within = inside(rows, definition.basis)
    everything = within.with_columns(subject=pl.lit(ALL), origin=pl.lit(None, pl.String))
    each = within.with_columns(subject=subject_of(definition.by)).drop_nulls("subject")
    of_all = pl.col("subject") == ALL
    more = pl.when(of_all).then(0).otherwise("elsewhere_tokens")
    return (
        pl.concat([everything, each])
        .group_by(*WINDOW, "subject")
        .agg(*_sums(), origin=only_origin())
        .join(_elsewhere(within, definition.by), on=WINDOW)
        .join(denominators(rows, definition.basis), on=WINDOW)
        .with_columns(high_tokens=pl.col("open_tokens") + pl.col("unreviewed_tokens") + more)
        .with_columns(
            share=ratio(pl.col("open_tokens"), "basis_tokens"),
            high=ratio(pl.col("high_tokens"), "basis_tokens"),
            own_low=ratio(pl.col("open_tokens"), "tokens"),
            own_high=ratio(pl.col("open_tokens") + pl.col("unreviewed_tokens"), "tokens"),
            coverage=ratio(pl.col("open_tokens") + pl.col("closed_tokens"), "tokens"),
            conditional=pl.lit(definition.basis.conditional),
        )
        .with_columns(low="share")
        .sort(*WINDOW, of_all, "open_tokens", "subject", descending=[False, False, True, True, False])
        .pipe(result, OpenWeightShares)
    )


def _names(definition: Definition) -> list[str]:
    """What a definition looks at; each name less is a third of the grouping."""
    models = {"model"} if definition.basis.kind == "top" else set[str]()
    return sorted({"bucket", "origin", definition.by} | models)


def _sums() -> list[pl.Expr]:
    states = {"open": pl.col("weights") == OPEN, "closed": pl.col("weights") == CLOSED}
    unreviewed = pl.col("weights").is_null()
    return [
        exact_sum("tokens"),
        *(exact_sum("tokens", where=is_so).alias(f"{name}_tokens") for name, is_so in states.items()),
        exact_sum("tokens", where=unreviewed).alias("unreviewed_tokens"),
    ]


def _elsewhere(within: pl.LazyFrame, by: By) -> pl.LazyFrame:
    """Tokens of each window that are no subject's, and may be any one's and open."""
    of_nobody = pl.col("bucket") != ORIGIN if by in {"origin", "lab"} else pl.col("bucket") == TAIL
    may_be_open = of_nobody & (pl.col("weights").ne_missing(CLOSED))
    return within.group_by(WINDOW).agg(elsewhere_tokens=exact_sum("tokens", where=may_be_open))
