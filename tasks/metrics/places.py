"""The place of each subject in each window, and what its days of absence from the published rows may hide."""

from dataclasses import dataclass

import polars as pl
import polars.selectors as cs

from schemas.definitions import By, Variants
from tasks.metrics.coded import placed, recoded, regrouped
from tasks.metrics.grouped import Grouped
from tasks.metrics.windowed import exact_sum, model_name, subject_of

_SUMMED = ("days_absent", "hidden_tokens")


@dataclass(frozen=True)
class Places:
    """Subjects in their places.

    Attributes:
        subjects: `subject` (String), in order; its place is its code.
        origins: `origin` (String), in order; its place is its code.
        rows: oldest window first, then the largest subject first, equal tokens by name: window, code, tokens,
            rank (Int64, 1 the largest), days_absent (Int64: days of the window without a row of the subject),
            hidden_tokens (Int64: the sum of the smallest named rows of those days), and the smallest and the
            largest code of its origins, low_origin and high_origin (UInt32; null where it has none).
    """

    subjects: pl.DataFrame
    origins: pl.DataFrame
    rows: pl.DataFrame


def places(of_windows: Grouped, by: By, variants: Variants) -> Places:
    """The places of all subjects of all windows; a model is present on a day if one of its variants is."""
    return of_windows.once(("places", by, variants), lambda: _places(of_windows, by, variants))


def _places(of_windows: Grouped, by: By, variants: Variants) -> Places:
    names = of_windows.names.with_columns(model=model_name(variants))
    subjects, codes = recoded(names, subject_of(by).alias("subject"))
    origins = names.select(pl.col("origin").drop_nulls().unique().sort())
    origin = (names["origin"].rank("dense") - 1).gather(of_windows.cells["code"])
    by_part = regrouped(
        of_windows.cells.with_columns(low_origin=origin, high_origin=origin),
        codes,
        [exact_sum("tokens"), pl.col("days").bitwise_or(), *_ORIGINS],
    )
    found = _absence(by_part, of_windows).drop("part", "days")
    if of_windows.has_parts:
        sums = [exact_sum(name) for name in ("tokens", *_SUMMED)]
        found = found.group_by("window", "code").agg(*sums, *_ORIGINS)
    return Places(subjects, origins, placed(found))


_ORIGINS = (pl.col("low_origin").min(), pl.col("high_origin").max())


def _absence(by_part: pl.DataFrame, of_windows: Grouped) -> pl.DataFrame:
    """The rows with days_absent and hidden_tokens (Int64), from the bits of their days."""
    days = of_windows.calendar
    bits = days["bit"].unique().to_list()
    floor = pl.col("floor_tokens")
    slots = days.group_by("window", "part").agg(
        exact_sum("floor_tokens").alias("_all_floors"),  # no sum below is larger
        pl.col("bit").sum().alias("_all_days"),
        *(floor.filter(pl.col("bit") == bit).sum().alias(f"_floor_{bit}") for bit in bits),
    )
    absent = pl.col("_all_days") & ~pl.col("days")
    hidden = (pl.when(absent & bit != 0).then(f"_floor_{bit}").otherwise(0) for bit in bits)
    return (
        by_part.lazy()
        .join(slots.lazy(), on=["window", "part"])
        .with_columns(
            days_absent=absent.bitwise_count_ones().cast(pl.Int64),
            hidden_tokens=pl.sum_horizontal(*hidden, pl.lit(0, pl.Int64)),
        )
        .drop(cs.starts_with("_"))
        .collect()
    )
