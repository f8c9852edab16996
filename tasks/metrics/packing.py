"""The one grouping of raw rows: by strings where they are few, by one packed integer where they are many."""

from collections.abc import Sequence
from functools import reduce
from typing import Final

import polars as pl

_KEY: Final = "packed_key"
_BITS: Final = 63
_COMPARED: Final = ("variant", "author", "lab", "origin")
"""Names that are compared with words from outside, which no enum may know: strings again, where rows are few."""


def interned(usage: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Usage with its names as enums in the order of the alphabet: a number a row, a fifth of the memory.

    The frames of a run are small and keep their strings; this is for millions of rows.
    """
    return usage.with_columns(
        pl.col(name).cast(pl.Enum(usage[name].cast(pl.String).unique().drop_nulls().sort()))
        for name in names
        if not isinstance(usage.schema[name], pl.Enum)
    )


def group_by_names(
    rows: pl.LazyFrame, days: pl.DataFrame, window: Sequence[str], names: Sequence[str]
) -> pl.DataFrame:
    """Sums of `tokens` (Int64) and of `bit` as `days` (Int64) for each combination of `window` and `names`.

    `days` has `day`, the columns of `window`, and `bit`: rows of other days are left out.

    A row is the only one of its day, model and variant, so that the sum of its bits is a set of days. Where all
    names are enums the keys become one integer, which groups several times faster than strings.

    Raises:
        polars.exceptions.InvalidOperationError: a sum of tokens does not fit into 64 bits.
    """
    schema = rows.collect_schema()
    enums = {name: dtype for name in names if isinstance(dtype := schema[name], pl.Enum)}
    if len(enums) < len(names):
        return _by_strings(rows, days, window, names)
    keys = days.select(window).unique().sort(window).with_row_index("window_number")
    sizes = {name: len(dtype.categories) + 1 for name, dtype in enums.items()}  # one more, for null
    if (max(keys.height, 1) * reduce(int.__mul__, sizes.values(), 1)).bit_length() > _BITS:
        return _by_strings(rows, days, window, names)
    numbered = rows.join(
        days.join(keys, on=list(window)).select("day", "window_number", "bit").lazy(), on="day"
    )
    packed = reduce(
        lambda key, name: key * sizes[name] + _code(name, sizes[name]),
        names,
        pl.col("window_number").cast(pl.Int64),
    )
    cells = numbered.group_by(packed.alias(_KEY)).agg(*_sums()).collect(engine="streaming")
    return _unpacked(cells, enums, sizes).join(keys, on="window_number").drop("window_number")


def _by_strings(
    rows: pl.LazyFrame, days: pl.DataFrame, window: Sequence[str], names: Sequence[str]
) -> pl.DataFrame:
    return rows.join(days.lazy(), on="day").group_by(*window, *names).agg(*_sums()).collect()


def _sums() -> list[pl.Expr]:
    tokens = pl.col("tokens").cast(pl.Int128).sum().cast(pl.Int64, strict=True)
    return [tokens, pl.col("bit").sum().alias("days")]


def _code(name: str, size: int) -> pl.Expr:
    return pl.col(name).to_physical().cast(pl.Int64).fill_null(size - 1)


def _unpacked(cells: pl.DataFrame, enums: dict[str, pl.Enum], sizes: dict[str, int]) -> pl.DataFrame:
    found = cells
    for name in reversed(enums):
        code = pl.col(_KEY) % sizes[name]
        value = pl.when(code < sizes[name] - 1).then(code).cast(pl.UInt32).cat.to(enums[name])
        if name in _COMPARED:
            value = value.cast(pl.String)
        found = found.with_columns(value.alias(name), (pl.col(_KEY) // sizes[name]).alias(_KEY))
    return found.rename({_KEY: "window_number"}).with_columns(pl.col("window_number").cast(pl.UInt32))
