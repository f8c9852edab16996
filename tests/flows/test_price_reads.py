"""Reads of prices and of what moved a share, on the fed sample: the shapes that scripts were promised."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from storage.prices import PriceRecord
from tasks.price_list import price_changes
from tests.support.made_prices import Reading, june, vintages
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
    assert sum(row["list_usd"] for row in rows[1:] if row["list_usd"] is not None) == rows[0]["list_usd"]
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


@pytest.mark.parametrize("by", ["origin", "lab", "author", "model"])
@pytest.mark.parametrize("basis", ["all", "named"])
def test_every_share_without_free(tell: Tell, by: str, basis: str) -> None:
    """What is free of each subject is out of its tokens, and what is free of all is out of the basis."""
    asked = (*WINDOW, "--by", by)
    free = {row[by]: row["free_tokens"] for row in answer_of(tell, "free-share", *asked)["rows"]}
    every, rest = (
        {row[by]: row for row in answer_of(tell, "shares", *asked, "--basis", basis, *more)["rows"]}
        for more in ((), ("--without-free",))
    )
    assert free["ALL"] > 0
    assert set(every) == set(rest)  # no subject of the sample is free only
    for name, row in rest.items():
        assert row["tokens"] == every[name]["tokens"] - free[name]
        assert row["basis_tokens"] == every[name]["basis_tokens"] - free["ALL"]
        assert row["share"] == row["tokens"] / row["basis_tokens"]


@pytest.mark.parametrize("basis", ["all", "named", "attributed", "pair:CN,US", "top:4"])
def test_every_lead_without_free(tell: Tell, basis: str) -> None:
    """On each basis a lead without free variants is the difference of the shares without them."""
    asked = (*WINDOW, "--basis", basis, "--without-free")
    shares = {row["origin"]: row for row in answer_of(tell, "shares", *asked)["rows"]}
    (lead,) = answer_of(tell, "leads", *asked)["rows"]
    assert (lead["a_tokens"], lead["b_tokens"]) == (shares["CN"]["tokens"], shares["US"]["tokens"])
    assert lead["lead"] == pytest.approx(shares["CN"]["share"] - shares["US"]["share"])
    (promoted,) = answer_of(tell, "leads", *WINDOW, "--basis", basis)["rows"]
    assert lead["a_tokens"] < promoted["a_tokens"]


def test_a_series_without_free(tell: Tell) -> None:
    """Peaks and crossings leave free variants out of every window, too."""
    span = ("--start", "2026-04-06", "--end", "2026-09-27")
    peaks = [
        max(row["peak_share"] for row in answer_of(tell, "peaks", *span, "--subject", "CN", *more)["rows"])
        for more in ((), ("--without-free",))
    ]
    assert peaks[1] < peaks[0]
    found = answer_of(tell, "crossings", *span, "--without-free")
    assert found["definition"]["free"] == "left out"


def test_growth_over_a_distance(tell: Tell) -> None:
    """`--over 4w` compares with four weeks before; a year before the sample began there is no growth, and why."""
    now, before = (
        {row["origin"]: row["tokens"] for row in answer_of(tell, "shares", "--window", week)["rows"]}
        for week in ("2026-W39", "2026-W35")
    )
    found = answer_of(tell, "growth", *WINDOW, "--over", "4w")
    assert found["definition"]["over"] == 4
    for row in found["rows"]:
        assert row["growth"] == pytest.approx(now[row["origin"]] / before[row["origin"]] - 1)
    for row in answer_of(tell, "growth", *WINDOW, "--over", "52w")["rows"]:
        assert (row["growth"], row["reason"]) == (
            None,
            "the window compared with is incomplete or not recorded",
        )


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


def test_a_price_list_says_what_changed_when() -> None:
    """An entry is first seen, changes its price, leaves and comes back; an odd price is none to compare with."""
    entries: list[Reading] = [
        (june(1), [("kai/one", 4, 4), ("ada/pro", 1, 1)]),
        (june(3), [("kai/one", 3, 3), ("ada/pro", 1, 1)]),
        (june(5), [("kai/one", 0, 0), ("ada/pro", 1, 1)]),
        (june(6), [("ada/pro", 1, 1)]),
        (june(7), [("kai/one", 6, 6), ("ada/pro", 1, 1)]),
    ]
    found = price_changes(PriceRecord(vintages(entries), _provenance(len(entries))))
    assert [
        (row["day"].day, row["what"], row["price_change"]) for row in found if row["model"] == "kai/one"
    ] == [
        (1, "first seen", None),
        (3, "price", -0.25),
        (5, "glitch", None),
        (6, "left", None),
        (7, "back", 1.0),
    ]


def _provenance(vintages: int) -> pl.DataFrame:
    """A payload behind each of so many vintages."""
    return pl.DataFrame(
        [(number, "https://localhost/made", "0" * 64) for number in range(1, vintages + 1)],
        schema={"snapshot_id": pl.Int64, "url": pl.String, "sha256": pl.String},
        orient="row",
    )
