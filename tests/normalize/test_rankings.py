"""Rows of a rankings answer: which are understood, and what becomes of the others."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.published_frames import QuarantinedRows, RankingRows
from tests.support.answers import FIRST, LAST, SHAPES, Row, Shape, full_day, read

SECOND = date(2026, 7, 1)
all_shapes = pytest.mark.parametrize("shape", SHAPES)
slugs = st.sampled_from(
    ["a/b", "a/b:free", "z-ai/GLM-5.2_x+y-20260101", "~a/b-latest", "0-1/4o:beta", "other"]
)
keys = st.tuples(st.dates(FIRST, LAST), slugs)


@all_shapes
def test_rows_are_read_to_the_token(shape: Shape) -> None:
    """Day, slug and tokens come out as they were published, also beyond what a float holds."""
    found = read(shape, [("2026-06-30", "a/b:free", 2**53 + 1), ("2026-06-30", "other", 0)])
    assert found.rows.rows() == [(FIRST, "a/b:free", 2**53 + 1), (FIRST, "other", 0)]
    assert found.quarantined.is_empty()


@pytest.mark.parametrize("shape", SHAPES)
@given(st.dictionaries(keys, st.integers(0, 2**63 - 1), min_size=1, max_size=20))
def test_what_is_printed_is_read_again(shape: Shape, published: dict[tuple[date, str], int]) -> None:
    """Every row that can be published is read back as it was, in order, and obeys its schema."""
    published |= {(FIRST, "a/anchor"): 1}  # only Mondays, or only firsts of months, would be another grain
    rows: list[Row] = [(str(day), slug, tokens) for (day, slug), tokens in published.items()]
    found = read(shape, rows)
    assert RankingRows.is_valid(found.rows)
    assert found.rows.rows() == [(day, slug, tokens) for (day, slug), tokens in published.items()]


ODD_DATES = [
    "2026-6-01",
    " 2026-6-1",
    "2026-06- 1",
    "+2026-6-01",
    "2026-02-30",
    "01.06.2026",
    "٢٠٢٦-06-01",
    "x",
]
ODD_SLUGS = [
    "maker",
    "Maker/model",
    "maker/",
    "/model",
    "a/b/c",
    "a/b:",
    "a b/c",
    "maker/model\u202e",
    "OTHER",
]
ODD_TOKENS = [
    "-1",
    "+5",
    "007",
    "-0",
    "1.0",
    "1e3",
    "0x1",
    "1_000",
    " 5",
    "٣",
    "NaN",
    "x",
    None,
    str(2**63),
    str(10**40),
]


@all_shapes
@pytest.mark.parametrize("text", ODD_DATES)
def test_a_date_that_is_none_costs_one_row(shape: Shape, text: str) -> None:
    """A row without a readable day is set apart, and the rest of the answer is read."""
    found = read(shape, [(text, "a/b", 5), *full_day()[1:]])
    assert found.quarantined["reason"].to_list() == ["date is not a UTC day written YYYY-MM-DD"]
    assert found.rows.height == 50


@all_shapes
@pytest.mark.parametrize("text", ODD_SLUGS)
def test_a_slug_of_unknown_shape_costs_one_row(shape: Shape, text: str) -> None:
    """A model whose name is not understood is set apart on its day."""
    found = read(shape, [("2026-06-30", text, 5), *full_day()[1:]])
    assert found.quarantined.select("row_number", "day", "reason").rows() == [
        (1, FIRST, "model_permaslug has an unknown shape")
    ]


@all_shapes
@pytest.mark.parametrize("tokens", ODD_TOKENS)
def test_tokens_that_are_no_number_cost_one_row(shape: Shape, tokens: str | None) -> None:
    """Tokens that nobody published as a whole number are set apart, never taken for 0."""
    found = read(shape, [("2026-06-30", "a/b", tokens), *full_day()[1:]])
    assert found.quarantined["reason"].to_list() == [
        "total_tokens is not a whole number from 0 to 9223372036854775807"
    ]
    assert found.rows["tokens"].sum() == sum(range(1000, 51_000, 1000))


@pytest.mark.parametrize("tokens", [True, 1.0, 1e30, [5], {"n": 5}])
@pytest.mark.parametrize("shape", ["json", "api"])
def test_tokens_of_another_json_type_cost_one_row(shape: Shape, tokens: object) -> None:
    """A boolean, a fraction, a list or an object is no number of tokens."""
    assert read(shape, [("2026-06-30", "a/b", tokens), *full_day()[1:]]).quarantined.height == 1


@all_shapes
def test_a_model_twice_on_a_day_is_trusted_in_neither_row(shape: Shape) -> None:
    """Of two rows with one key nobody knows which holds: both are set apart, also when they agree."""
    found = read(shape, [*full_day(), full_day()[7]])
    assert found.quarantined.select("row_number", "reason").rows() == [
        (8, "model_permaslug is there twice on that day"),
        (52, "model_permaslug is there twice on that day"),
    ]


@all_shapes
def test_a_crowded_day_is_set_apart_as_a_whole(shape: Shape) -> None:
    """A day with more models than are ever published is not understood; other days are."""
    found = read(shape, [*full_day(), ("2026-06-30", "maker/one-more", 5), *full_day(SECOND)])
    assert found.quarantined["reason"].unique().to_list() == ["the day has more than 51 models"]
    assert found.rows["day"].unique().to_list() == [SECOND]


@all_shapes
@pytest.mark.parametrize("day", ["2026-06-29", "2026-07-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_was_not_asked_for_is_set_apart(shape: Shape, day: str) -> None:
    """A row outside the span of the question is not recorded."""
    found = read(shape, [*full_day(), (day, "a/b", 5)])
    assert found.quarantined.select("day", "reason").rows() == [
        (date.fromisoformat(day), "date is outside the days asked for")
    ]


@all_shapes
def test_a_day_that_was_not_over_is_set_apart(shape: Shape) -> None:
    """A row about a day that was still running when it was fetched is not recorded."""
    at_noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    found = read(shape, [*full_day(), *full_day(SECOND)], fetched_at=at_noon)
    assert found.rows["day"].unique().to_list() == [FIRST]
    assert found.quarantined["reason"].unique().to_list() == [
        "date is a day, week or month that was not over when this was fetched"
    ]


@all_shapes
def test_a_homeless_row_marks_the_day_that_misses_it(shape: Shape) -> None:
    """A row with an unreadable date is put to the only day that lacks one, so that it does not pass for whole."""
    found = read(shape, [("2O26-07-01", "a/b", 5), *full_day(), *full_day(SECOND)[1:]])
    assert found.quarantined["day"].to_list() == [SECOND]
    assert found.rows.height == 101


@all_shapes
def test_a_homeless_row_makes_every_day_doubtful_that_may_miss_it(shape: Shape) -> None:
    """Where several days lack a row, none of them is taken for whole; a full day is."""
    third = date(2026, 7, 2)
    rows = [("x", "a/b", 5), *full_day(), *full_day(SECOND)[1:], *full_day(third)[1:]]
    found = read(shape, rows)
    assert found.rows["day"].unique().to_list() == [FIRST]
    assert set(found.quarantined["day"].to_list()) == {None, SECOND, third}


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.lists(st.integers(), max_size=2),
)
field = st.sampled_from(["date", "slug", "tokens"])


@pytest.mark.parametrize("shape", ["json", "api"])
@given(at=st.integers(0, 50), field=field, value=junk)
def test_a_spoiled_row_never_touches_the_others(shape: Shape, at: int, field: str, value: object) -> None:
    """Whatever one field of one row becomes, the other rows keep their tokens and nothing turns into 0."""
    rows = full_day()
    day, slug, tokens = rows[at]
    rows[at] = {"date": (value, slug, tokens), "slug": (day, value, tokens), "tokens": (day, slug, value)}[
        field
    ]  # type: ignore[assignment]
    found = read(shape, rows)
    others = [row for n, row in enumerate(full_day()) if n != at]
    assert found.rows.height + found.quarantined.height == 51
    assert set(others) <= {(str(day), slug, tokens) for day, slug, tokens in found.rows.rows()}
    assert QuarantinedRows.is_valid(found.quarantined)


@all_shapes
def test_a_quarantined_row_is_shown_as_published(shape: Shape) -> None:
    """The row's own text is kept for a person, cut, and without what could harm a terminal."""
    (raw,) = read(shape, [("2026-06-30", "a/\x1b[2Jb\u202e" + "x" * 999, 5), *full_day()[1:]]).quarantined[
        "raw"
    ]
    assert "2026-06-30" in raw
    assert raw.isprintable()
    assert len(raw) <= 300
