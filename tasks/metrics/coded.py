"""Names under codes: they stand once in a table of their own, so that what is counted are small integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import polars as pl

from tasks.metrics.windowed import exact_sum

_PARTS: Final = 1 << 15
_MOST_TOKENS: Final = 1 << 63
_MOST_CODES: Final = 1 << 32
_MANY: Final = 100_000
SUBJECT: Final = "subject"
"""The name that a row may lack: what has no subject is left out of what is counted by subjects."""


@dataclass(frozen=True)
class Coded:
    """Tokens by window and by names.

    Attributes:
        names: one row for each combination of names, in their order; its place is the code of the combination.
        sums: window (UInt32: a place in a list of windows), code (UInt32), tokens (Int64); each pair once.
    """

    names: pl.DataFrame
    sums: pl.DataFrame

    def rows(self) -> pl.LazyFrame:
        """The sums with their names written out, in no order."""
        return written(self.sums, self.names).lazy()

    def coarser(self, *names: str | pl.Expr, where: pl.Expr | None = None) -> "Coded":
        """The same tokens by other names, which are made of these; only those `where` the old names are so.

        Raises:
            polars.exceptions.InvalidOperationError: a sum of tokens does not fit into 64 bits.
        """
        coarse, codes = recoded(self.names, *names, where=where)
        return Coded(coarse, regrouped(self.sums, codes, [exact_sum("tokens")]))


def recoded(
    names: pl.DataFrame, *wanted: str | pl.Expr, where: pl.Expr | None = None
) -> tuple[pl.DataFrame, pl.Series]:
    """Other names made of `names`: each combination once and in order, and where each old one has gone.

    The second is as long as `names`: the place in the first (UInt32), null for what is left out, be it by `where`
    or because it has no `subject`.
    """
    finer = names.select(*wanted)
    keys = finer.columns
    kept = finer if where is None else names.filter(where).select(*wanted)
    if SUBJECT in keys:
        kept = kept.drop_nulls(SUBJECT)
    coarse = kept.unique().sort(keys)
    found = finer.join(
        coarse.with_row_index("code"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )["code"]
    if where is not None:
        found = pl.select(pl.when(names.select(where).to_series()).then(found).alias("code")).to_series()
    return coarse, found


def regrouped(sums: pl.DataFrame, codes: pl.Series, kept: Sequence[pl.Expr]) -> pl.DataFrame:
    """The columns window, part (if there is one), code, and the sums `kept`, under new codes as `recoded` gives them.

    `sums` has each combination of the former once, so that a code which only changes its number needs no grouping.
    """
    by = [name for name in ("window", "part") if name in sums.columns]
    names = [expression.meta.output_name() for expression in kept]
    renamed = sums.select(*by, codes.gather(sums["code"]).alias("code"), *names)
    alone = codes.is_unique() & codes.is_not_null()
    if alone.all():
        return renamed
    if renamed.height < _MANY:
        return renamed.drop_nulls("code").group_by(*by, "code").agg(kept)
    is_alone = alone.gather(sums["code"])
    several = renamed.filter(~is_alone).drop_nulls("code")
    return pl.concat([renamed.filter(is_alone), _summed(several, by, len(codes), kept)])


def _summed(rows: pl.DataFrame, by: Sequence[str], codes: int, kept: Sequence[pl.Expr]) -> pl.DataFrame:
    """The sums by `by` and code, packed into one integer: of many rows, grouping by two costs twice as much."""
    sizes = {"part": _PARTS, "code": codes}
    keys = [*by, "code"]
    first = pl.col("window").cast(pl.Int64)
    packed = reduce(lambda key, name: key * sizes[name] + pl.col(name), keys[1:], first)
    found = rows.lazy().group_by(packed.alias("window")).agg(kept)
    for name in reversed(keys[1:]):
        found = found.with_columns((first % sizes[name]).alias(name), window=first // sizes[name])
    return found.select(pl.col(name).cast(dtype) for name, dtype in rows.schema.items()).collect(
        engine="streaming"
    )


def written(sums: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Sums with the names that their codes stand for in place of the code."""
    codes = sums["code"]
    return sums.drop("code").with_columns(column.gather(codes) for column in names)


def placed(sums: pl.DataFrame) -> pl.DataFrame:
    """Sums by window, in it the largest first, equal tokens in the order of their codes, with `rank` (Int64)."""
    wide = {name: pl.col(name).cast(pl.Int128) for name in ("window", "tokens", "code")}
    # One integer sorts twice as fast as three columns do.
    largest = sums.sort((wide["window"] * _MOST_TOKENS - wide["tokens"]) * _MOST_CODES + wide["code"])
    return largest.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("window"))


def previous(sums: pl.DataFrame, before: pl.Series, column: str) -> pl.Series:
    """`previous_` and the column: what the same code had in the window that `before` names for theirs, or null."""
    keys, earlier = _keys(sums, before.gather(sums["window"])), _keys(sums, sums["window"])
    rows = keys.to_frame().lazy().with_row_index("row").drop_nulls("key")
    found = rows.join(pl.LazyFrame([earlier, sums[column]]), on="key").collect(
        engine="streaming" if sums.height > _MANY else "in-memory"
    )
    nothing = pl.repeat(None, sums.height, dtype=sums.schema[column], eager=True)
    return nothing.scatter(found["row"], found[column]).alias(f"previous_{column}")


def _keys(sums: pl.DataFrame, window: pl.Series) -> pl.Series:
    """A window and the code of each row in one integer; null where the window is."""
    count: int = 1 + sums.select(pl.col("code").max().fill_null(0)).item()
    return (window.cast(pl.Int64) * count + sums["code"]).alias("key")
