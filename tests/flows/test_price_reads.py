"""Reads of prices and of what moved a share, on the fed sample: the shapes that scripts were promised."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.support.reads import Tell, answer_of

WINDOW = ("--window", "2026-W39")


def test_prices_say_what_they_cover(tell: Tell) -> None:
    """Everything first, then each origin: tokens that add up, coverage, and the catalogue among the inputs."""
    found = answer_of(tell, "prices", *WINDOW)
    everything = found["rows"][0]
    assert everything["origin"] == "ALL"
    parts = everything["priced_tokens"] + everything["free_tokens"] + everything["unpriced_tokens"]
    assert parts == everything["named_tokens"]
    assert everything["coverage"] == everything["priced_tokens"] / everything["named_tokens"]
    assert found["definition"]["basis"] == "named"
    assert any(given["url"].endswith("/models") for given in found["inputs"])


def test_money_keeps_its_digits(tell: Tell) -> None:
    """Dollars of the parts add up to those of all, read as decimals; a price is written as it was published."""
    rows = answer_of(tell, "prices", *WINDOW, "--by", "model", exactly=True)["rows"]
    assert sum(row["list_usd"] for row in rows[1:]) == rows[0]["list_usd"]
    listed = answer_of(tell, "price-history", "--subject", "red-kite/kite-4-20260218", exactly=True)
    assert [row["blended_usd_per_mtok"] for row in listed["rows"]] == [Decimal("1.05")]


def test_twins_are_listed_apart(tell: Tell) -> None:
    """A slug names both of its entries, a slug with its variant the one."""
    slug = "jade-river/tide-3-20260312"
    both = answer_of(tell, "price-history", "--subject", slug)["rows"]
    assert [row["model"] for row in both] == [slug, f"{slug}:free"]
    assert len(answer_of(tell, "price-history", "--subject", f"{slug}:free")["rows"]) == 1


def test_a_ratio_is_that_of_the_two_prices(tell: Tell) -> None:
    """Whatever the two are, the ratio divides their prices, or says whose is missing."""
    (row,) = answer_of(tell, "price-ratio", *WINDOW, "--pair", "US,CN")["rows"]
    assert row["ratio"] == pytest.approx(row["a_usd_per_mtok"] / row["b_usd_per_mtok"])
    (models,) = answer_of(
        tell, "price-ratio", *WINDOW, "--pair", "red-kite/kite-4-20260218,prairie-dog/pd-2"
    )["rows"]
    assert (models["ratio"], models["reason"]) == (None, "prairie-dog/pd-2 has no known price")


def test_a_pair_needs_two(tell: Tell) -> None:
    """One subject is no pair: a line on standard error and status 2."""
    status, _, err = tell("show", "price-ratio", "--pair", "CN", "--sample")
    assert (status, err.count("\n")) == (2, 1)


def test_contributions_add_up_to_the_change(tell: Tell) -> None:
    """Of each origin, as fractions of the integers in the rows."""
    now, before = (
        {row["origin"]: Fraction(row["tokens"], row["basis_tokens"]) for row in answer["rows"]}
        for answer in (answer_of(tell, "shares", "--window", week) for week in ("2026-W39", "2026-W38"))
    )
    rows = answer_of(tell, "contributions", *WINDOW)["rows"]
    for origin in now:
        parts = sum(
            Fraction(row["tokens"] or 0, row["basis_tokens"])
            - Fraction(row["previous_tokens"] or 0, row["previous_basis_tokens"])
            for row in rows
            if row["origin"] == origin
        )
        assert parts == now[origin] - before.get(origin, 0)


def test_without_free_says_so(tell: Tell) -> None:
    """Free variants are out of the total, too, and the definition says what is left out."""
    with_free, without = (answer_of(tell, "shares", *WINDOW, *more) for more in ((), ("--without-free",)))
    free = answer_of(tell, "free-share", *WINDOW)["rows"][0]
    assert without["total_tokens"] == with_free["total_tokens"] - free["free_tokens"]
    assert (with_free["definition"].get("free"), without["definition"]["free"]) == (None, "left out")


@pytest.mark.parametrize(
    ("words", "by", "basis"),
    [((), "lab", "attributed"), (("--by", "author"), "author", "named"), (("--basis", "all"), "lab", "all")],
)
def test_an_index_takes_the_basis_that_fits(tell: Tell, words: tuple[str, ...], by: str, basis: str) -> None:
    """Labs on what is attributed, authors on what is named, unless another basis is asked for."""
    found = answer_of(tell, "hhi", *WINDOW, *words)
    assert (found["definition"]["by"], found["definition"]["basis"]) == (by, basis)
    assert 0 < found["rows"][0]["hhi"] < 1


@pytest.mark.parametrize(
    "what", ["totals", "exits", "price-index", "prices", "price-history", "contributions"]
)
@pytest.mark.parametrize("form", ["table", "csv"])
def test_everything_prints(tell: Tell, what: str, form: str) -> None:
    """As a table and as CSV, with the citation."""
    status, out, err = tell("show", what, "--sample", "--format", form)
    assert (status, err) == (0, "")
    assert "MADE SAMPLE DATA" in out or what == "exits"


def test_the_cheapest_at_a_level(tell: Tell) -> None:
    """The lowest price of those that the catalogue finds so good; null with the reason where none is."""
    (row,) = answer_of(tell, "cheapest", *WINDOW, "--at", "40.5", exactly=True)["rows"]
    assert (row["model"], row["price_usd_per_mtok"]) == ("jade-river/tide-3-20260312", Decimal("0.315"))
    found = answer_of(tell, "cheapest", *WINDOW, "--at", "60")
    assert found["definition"]["level"] == 60
    (none,) = found["rows"]
    assert (none["price_usd_per_mtok"], none["with_index"]) == (None, 5)
    assert none["reason"] == "no priced model reaches the level"
