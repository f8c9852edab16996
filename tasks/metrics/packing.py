"""The one grouping of raw rows: by strings where they are few, by one packed integer where they are many."""

from collections.abc import Sequence
from functools import reduce
from typing import Final

import polars as pl

from tasks.metrics.coded import recoded

DAYS_A_PART: Final = 56
"""Days that are kept as bits of one integer; a longer window has several parts."""
_KEY: Final = "packed_key"
_BITS: Final = 63


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
    rows: pl.LazyFrame, days: pl.DataFrame, names: Sequence[str], of_days: pl.LazyFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows summed by window, part and names; their names; and what `of_days` says of each day.

    `days` has window (UInt32), part (Int16), day (Date) and bit (Int64): rows of other days are in no sum. Gives

    * each combination of `names` once, in their order: strings, and `bucket` as it was;
    * window, part, code (UInt32: a place in the first), tokens (Int64), days (Int64: the bits together);
    * `of_days`, which is computed of the same rows.

    A row is the only one of its day, model and variant, so that the sum of its bits is a set of days. Where all
    names are enums the keys become one integer, which groups several times faster than strings, and rows in a
    file are read once.

    Raises:
        polars.exceptions.InvalidOperationError: a sum of tokens does not fit into 64 bits.
    """
    enums = _enums(rows, names)
    count = reduce(int.__mul__, map(_size, enums.values()), 1)
    if not enums or (max(days.height, 1) * count).bit_length() > _BITS:
        sums = rows.join(days.lazy(), on="day").group_by("window", "part", *names).agg(*_SUMS)
        cells, of_day = pl.collect_all([sums, of_days])
        of_names, codes = recoded(cells.select(names), *map(_text, names))
        return of_names, cells.select("window", "part", codes, "tokens", "days"), of_day
    slots = days.select("window", "part").unique().sort("window", "part").with_row_index("slot")
    slot = days.join(slots, on=["window", "part"]).select("day", "bit", pl.col("slot").cast(pl.Int64))
    keyed = _in_slots(rows, slot).select(_packed(enums).alias(_KEY), "tokens", "bit")
    packed = _sums_by_key(keyed, _most_days(slot), _most_tokens(rows))
    cells, of_day = pl.collect_all([packed, of_days], engine="streaming")
    of_names, codes = _unpacked(cells[_KEY] % count, enums)
    where = slots.drop("slot")[cells[_KEY] // count]
    return of_names, where.with_columns(codes, cells["tokens"], cells["days"]), of_day


_SUMS: Final = (
    pl.col("tokens").cast(pl.Int128).sum().cast(pl.Int64, strict=True),
    pl.col("bit").sum().alias("days"),
)


def _in_slots(rows: pl.LazyFrame, slot: pl.DataFrame) -> pl.LazyFrame:
    """The rows of days that have a slot, with `slot` and `bit`; once for each slot of its day.

    Where no day has two (windows that do not overlap) a day is looked up by its number: a join costs three times
    as much, and keeps one processor busy where this keeps all.
    """
    if slot.is_empty() or slot["day"].is_duplicated().any():
        return rows.join(slot.lazy(), on="day")
    first, last = slot.select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).row(0)
    every = pl.date_range(first, last, eager=True).alias("day").to_frame()
    table = every.join(slot, on="day", how="left", maintain_order="left")
    place = (pl.col("day") - first).dt.total_days()
    found = rows.filter(pl.col("day").is_between(first, last)).with_columns(
        pl.lit(table[name]).gather(place).alias(name) for name in ("slot", "bit")
    )
    return found.drop_nulls("slot") if table["slot"].null_count() else found


def _sums_by_key(keyed: pl.LazyFrame, days: int, tokens: int) -> pl.LazyFrame:
    """Of each key the sums of tokens and of bits (`days`), as Int64.

    One sum for both is quicker than two, and in 64 bits twice as quick as in 128; a key has at most `days` rows
    of at most so many `tokens`. 56 rows of 63 bits over 56 bits stay below 127, so that 128 always do.
    """
    space = 1 << days
    fits = (days * (tokens + 1) * space).bit_length() <= _BITS
    both = (pl.col("tokens").cast(pl.Int64 if fits else pl.Int128) * space + pl.col("bit")).sum()
    return (
        keyed.group_by(_KEY)
        .agg(both=both)
        .select(
            _KEY,
            (pl.col("both") // space).cast(pl.Int64, strict=True).alias("tokens"),
            (pl.col("both") % space).cast(pl.Int64).alias("days"),
        )
    )


def _most_days(slot: pl.DataFrame) -> int:
    most: int = slot.group_by("slot").len()["len"].max() or 1  # type: ignore[assignment]
    return most


def _most_tokens(rows: pl.LazyFrame) -> int:
    most: int = rows.select(pl.col("tokens").max().fill_null(0)).collect().item()
    return most


def _enums(rows: pl.LazyFrame, names: Sequence[str]) -> dict[str, pl.Enum]:
    """The type of each name; empty if one of them is no enum."""
    schema = rows.collect_schema()
    enums = {name: dtype for name in names if isinstance(dtype := schema[name], pl.Enum)}
    return enums if len(enums) == len(names) else {}


def _size(enum: pl.Enum) -> int:
    return len(enum.categories) + 1  # one more, for null


def _packed(enums: dict[str, pl.Enum]) -> pl.Expr:
    """The slot and all names in one integer."""
    key = pl.col("slot")
    for name, enum in enums.items():
        last = _size(enum) - 1
        key = key * (last + 1) + pl.col(name).to_physical().cast(pl.Int64).fill_null(last)
    return key


def _unpacked(keys: pl.Series, enums: dict[str, pl.Enum]) -> tuple[pl.DataFrame, pl.Series]:
    """The names in packed keys, each combination once and in order, and the place of each key among them."""
    distinct = keys.unique()
    found, rest = {}, distinct
    for name, enum in reversed(enums.items()):
        words = pl.concat([enum.categories, pl.Series([None], dtype=pl.String)])
        found[name] = words.gather(rest % _size(enum)).alias(name)
        rest = rest // _size(enum)
    text = pl.DataFrame([found[name] for name in enums])
    of_names, places = recoded(
        text, *(pl.col(name).cast(enums[name]) if name == "bucket" else name for name in enums)
    )
    codes = keys.to_frame().join(pl.DataFrame([distinct, places]), on=_KEY, how="left", maintain_order="left")
    return of_names, codes["code"]


def _text(name: str) -> pl.Expr:
    return pl.col(name) if name == "bucket" else pl.col(name).cast(pl.String)
