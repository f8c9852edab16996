"""Slices: every filter of the Data API, spelled as people do, under upstream's own rules."""

from datetime import date
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import UsageError
from schemas.periods import begins_period, last_day
from schemas.receipts import Asked, Channel, SeriesKey, series_of_slice, slice_of
from schemas.slices import CATEGORIES, FILTERS, PERIODS, Slice, kind_of
from schemas.windows import Grain


def allowed() -> list[str]:
    """The spelling of every slice that upstream answers."""
    exact = [
        {"modality": modality, "context_bucket": bucket, "period": period}
        for modality, bucket, period in product(
            [None, *FILTERS["modality"]], [None, *FILTERS["context_bucket"]], [None, *PERIODS]
        )
    ]
    sampled = [
        {name: value, "period": period}
        for name in ("category", "language_type")
        for value in FILTERS[name]
        for period in (None, "week", "month")
    ]
    spelled = [
        ",".join(f"{name}={value}" for name, value in each.items() if value) for each in exact + sampled
    ]
    return sorted({text for text in spelled if text} - {"modality=text", "modality=text,period=day"})


@pytest.mark.parametrize(
    ("text", "population", "period", "sampled"),
    [
        ("category=programming", "category=programming", "week", True),
        ("category=marketing/seo,period=month", "category=marketing/seo", "month", True),
        ("language_type=natural", "language_type=natural", "week", True),
        ("modality=image", "modality=image", "day", False),
        ("period=week, context_bucket=1m", "context_bucket=1M", "week", False),
        ("modality=text,period=week", "text", "week", False),
        ("modality=text,context_bucket=10K", "modality=text,context_bucket=10K", "day", False),
        ("period=day", "all", "day", False),
    ],
)
def test_a_slice_is_read_as_people_write_it(text: str, population: str, period: str, sampled: bool) -> None:
    """The period is upstream's default where none is given, and capitals do not matter."""
    read = Slice.parse(text)
    assert (read.population, read.period, read.sampled) == (population, period, sampled)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("programming", "write NAME=VALUE"),
        ("", "write NAME=VALUE"),
        ("category=", "write NAME=VALUE"),
        ("topic=programming", "no filter 'topic'; it has period, modality, context_bucket, category"),
        ("category=coding", "is one of programming, roleplay, marketing, marketing/seo"),
        ("period=year", "is one of day, week, month"),
        ("category=legal,category=health", "gives category twice"),
        ("category=legal,modality=text", "combined with no other filter"),
        ("category=legal,language_type=natural", "combined with no other filter"),
        ("language_type=natural,period=day", "not by day; write period=week"),
        ("modality=text", "is the headline series itself"),
    ],
)
def test_what_upstream_would_refuse_is_refused_before_a_call(text: str, says: str) -> None:
    """The error names what is allowed."""
    with pytest.raises(UsageError, match=says):
        Slice.parse(text)


@given(st.sampled_from(allowed()))
def test_the_spelling_is_read_back(text: str) -> None:
    """A slice survives being written down: as text, in a receipt, and as what is sent."""
    read = Slice.parse(text)
    assert Slice.parse(str(read)) == read
    assert Asked.model_validate_json(Asked(slice=read).model_dump_json()).slice == read
    assert Slice.parse(",".join(f"{name}={value}" for name, value in read.parameters.items())) == read


def test_each_slice_is_a_series_of_its_own() -> None:
    """No two of them share a series, and none is the headline."""
    keys = [series_of_slice(Slice.parse(text)) for text in allowed()]
    distinct = {Slice.parse(text) for text in allowed()}
    assert len(set(map(str, keys))) == len(distinct)
    assert SeriesKey(channel=Channel.API) not in keys
    assert [slice_of(key) for key in keys] == [Slice.parse(text) for text in allowed()]
    assert slice_of(SeriesKey(channel=Channel.API)) is None
    assert len(CATEGORIES) == 12


@given(st.sampled_from(PERIODS), st.dates(min_value=date(2024, 12, 1), max_value=date(2028, 3, 1)))
def test_columns_and_windows_agree_about_periods(grain: Grain, day: date) -> None:
    """A day begins a week or month where its window begins with it, and that window ends on `last_day`."""
    window = kind_of(grain).containing(day)
    frame = pl.DataFrame({"day": [day, window.start]}).select(
        begins=begins_period(pl.col("day"), grain), last=last_day(pl.col("day"), grain)
    )
    assert frame["begins"].to_list() == [day == window.start, True]
    assert frame["last"][1] == window.end
