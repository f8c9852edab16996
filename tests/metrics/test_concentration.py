"""Concentration: what the N largest carry, and where they are from."""

from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis, By, Definition
from schemas.frames import Concentration, Hhi
from tasks.metrics.concentration import concentration, hhi
from tests.support.made_usage import HUGE, W24, W25, attributed, few_examples, spread, two_weeks

Rows = list[tuple[date, str, int]]

WEEK_OF_100 = spread(W25, {"kai/one": 30, "kai/one:free": 10, "ada/pro": 25, "stealth/fox": 15, "other": 20})


def test_the_largest_and_their_origins() -> None:
    """The N largest are named, largest first, and split by origin, with what is in none."""
    row = concentration(attributed(WEEK_OF_100), [W25], n=3).row(0, named=True)
    assert (row["top_tokens"], row["basis_tokens"], row["top_share"]) == (80, 100, 0.8)
    assert row["subjects"] == ["kai/one", "ada/pro", "stealth/fox"]
    assert row["origin_tokens"] == [
        {"origin": "CN", "tokens": 40}, {"origin": "US", "tokens": 25}, {"origin": None, "tokens": 15},
    ]  # fmt: skip


def test_the_definition_decides() -> None:
    """Another subject, basis or treatment of variants gives another concentration."""
    usage = attributed(WEEK_OF_100)
    labs = Definition(by="lab", basis=Basis.parse("attributed"))
    apart = Definition(by="model", basis=Basis.parse("named"), variants="apart")
    assert concentration(usage, [W25], n=1, definition=labs)["top_share"].to_list() == [40 / 65]
    assert concentration(usage, [W25], n=1, definition=apart)["top_share"].to_list() == [30 / 80]


def test_fewer_than_n_are_all() -> None:
    """Where there are fewer subjects than asked for, they are all counted."""
    row = concentration(attributed(WEEK_OF_100), [W25], n=50).row(0, named=True)
    assert (row["n"], row["top_tokens"], len(row["subjects"])) == (50, 80, 3)


def test_nothing_in_nothing_out() -> None:
    """Without rows there is an empty frame of the right shape."""
    assert concentration(attributed([]), [W25], n=5).schema == Concentration.create_empty().schema
    assert concentration(attributed([]), [W25], n=5).is_empty()


@few_examples
@given(two_weeks, st.sampled_from(["origin", "lab", "author", "model"]), st.integers(1, 6))
def test_more_of_the_largest_carry_more(rows: Rows, by: By, n: int) -> None:
    """The share of the N largest lies within 0 and 1, grows with N, and is the sum of its origins."""
    usage, definition = attributed(rows), Definition(by=by)
    fewer, more = (concentration(usage, [W24, W25], n=each, definition=definition) for each in (n, n + 1))
    assert (fewer["top_tokens"] <= more["top_tokens"]).all()
    by_origin = fewer["origin_tokens"].list.eval(pl.element().struct.field("tokens")).list.sum()
    assert by_origin.equals(fewer["top_tokens"])


@pytest.mark.parametrize(
    ("definition", "subjects", "expected"),
    [
        (Definition(by="lab", basis=Basis.parse("attributed")), 2, (40**2 + 25**2) / 65**2),
        (Definition(by="author", basis=Basis.parse("named")), 3, (40**2 + 25**2 + 15**2) / 80**2),
        (Definition(by="lab"), 2, (40**2 + 25**2) / 100**2),
        (Definition(by="lab", basis=Basis.parse("pair:FR,JP")), 0, None),
    ],
)
def test_in_how_few_hands(definition: Definition, subjects: int, expected: float | None) -> None:
    """Squares over the square of the basis; of an empty basis there is none."""
    row = hhi(attributed(WEEK_OF_100), [W25], definition=definition).row(0, named=True)
    assert (row["subjects"], row["hhi"]) == (subjects, expected)


def test_an_index_of_nothing() -> None:
    """Without rows there is an empty frame of the right shape."""
    assert hhi(attributed([]), [W25]).schema == Hhi.create_empty().schema


@few_examples
@given(two_weeks, st.sampled_from([1, HUGE // 200]))
def test_index_against_fractions(rows: Rows, times: int) -> None:
    """However large the counts, the index is what plain fractions give: from 1 / subjects to 1."""
    usage = attributed([(day, slug, tokens * times) for day, slug, tokens in rows])
    authors = Definition(by="author", basis=Basis.parse("named"))
    for row in hhi(usage, [W24, W25], definition=authors).to_dicts():
        inside = usage.filter(
            pl.col("day").is_between(row["window_start"], row["window_end"]), pl.col("bucket") != "tail"
        )
        counts = [sum(part["tokens"]) for _, part in inside.group_by("author")]
        if sum(counts) == 0:
            assert row["hhi"] is None
        else:
            assert row["hhi"] == pytest.approx(
                float(sum(Fraction(n, sum(counts)) ** 2 for n in counts)), rel=1e-15
            )
            assert 1 / row["subjects"] - 1e-15 <= row["hhi"] <= 1
