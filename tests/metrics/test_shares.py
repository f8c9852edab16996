"""Shares and buckets: exact integers, one division, bounds that hold, nothing lost."""

from datetime import date
from fractions import Fraction
from itertools import groupby

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis, By, Definition, Variants
from schemas.frames import BUCKETS, Buckets, Shares
from schemas.windows import Window, WindowKind
from tasks.metrics.shares import buckets, shares
from tests.support.made_usage import (
    HUGE,
    SLUGS,
    W24,
    W25,
    attributed,
    few_examples,
    on_day,
    spread,
    two_weeks,
)

Rows = list[tuple[date, str, int]]

WEEK_OF_100 = spread(
    W25,
    {
        "kai/one": 20, "kai/one:free": 5, "qin/big": 15, "ada/pro": 18, "bob/fast": 2,
        "stealth/fox": 12, "zoe/new": 7, "openrouter/auto": 1, "other": 20,
    },
)  # fmt: skip
"""CN 40, US 20, unknown 40 (of which tail 20): 100 tokens, so that a token is a per cent."""
BASES = ["all", "named", "attributed", "pair:CN,US", "top:1", "top:2", "top:4", "top:50"]
bases = st.sampled_from(BASES).map(Basis.parse)
bys = st.sampled_from(["origin", "lab", "author", "model"])
variants = st.sampled_from(["merged", "apart"])


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        # subject, tokens, basis_tokens, unknown_tokens inside it, low, high
        ("all", [("CN", 40, 100, 40, 0.4, 0.8), ("US", 20, 100, 40, 0.2, 0.6)]),
        ("named", [("CN", 40, 80, 20, 0.5, 0.75), ("US", 20, 80, 20, 0.25, 0.5)]),
        ("attributed", [("CN", 40, 60, 0, 40 / 60, 40 / 60), ("US", 20, 60, 0, 20 / 60, 20 / 60)]),
        ("pair:CN,FR", [("CN", 40, 40, 0, 1.0, 1.0)]),
        # The largest: kai/one 25 (merged), ada/pro 18, qin/big 15, stealth/fox 12.
        ("top:4", [("CN", 40, 70, 12, 40 / 70, 52 / 70), ("US", 18, 70, 12, 18 / 70, 30 / 70)]),
    ],
)
def test_a_week_on_each_basis(basis: str, expected: list[tuple[str, int, int, int, float, float]]) -> None:
    """The same 100 tokens give the shares and bounds that one adds up by hand, basis by basis."""
    found = shares(attributed(WEEK_OF_100), [W25], definition=Definition(basis=Basis.parse(basis)))
    columns = ["subject", "tokens", "basis_tokens", "unknown_tokens", "low", "high"]
    assert found.select(columns).rows() == expected
    assert found["total_tokens"].unique().to_list() == [100]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # A lab may be behind every unknown token; an author or a model only in the tail.
        ("lab", [("Kai", "CN", 25, 65), ("Ada", "US", 18, 58), ("Qin", "CN", 15, 55), ("Bob", "US", 2, 42)]),
        ("author", [("kai", "CN", 25, 45), ("ada", "US", 18, 38), ("qin", "CN", 15, 35)]),
        ("model", [("kai/one", "CN", 25, 45), ("ada/pro", "US", 18, 38), ("qin/big", "CN", 15, 35)]),
    ],
)
def test_what_could_also_be_a_subjects(by: By, expected: list[tuple[str, str, int, int]]) -> None:
    """The upper bound adds what could be hidden of a subject of that kind, and no more."""
    found = shares(attributed(WEEK_OF_100), [W25], definition=Definition(by=by)).with_columns(
        high_tokens=(pl.col("high") * 100).round().cast(pl.Int64)
    )
    rows = found.select("subject", "origin", "tokens", "high_tokens").rows()
    assert rows[: len(expected)] == expected


def test_names_without_a_lab_are_subjects_without_an_origin() -> None:
    """Stealth models and routers are models with a share of their own, in no origin; the tail is none."""
    found = shares(attributed(WEEK_OF_100), [W25], definition=Definition(by="model"))
    nowhere = found.filter(pl.col("origin").is_null())["subject"].to_list()
    assert nowhere == ["stealth/fox", "zoe/new", "openrouter/auto"]


def test_variants_apart_are_models_of_their_own() -> None:
    """Kept apart, a variant has its own row and its own chance to be among the largest."""
    apart = Definition(by="model", basis=Basis.parse("top:2"), variants="apart")
    found = shares(attributed(WEEK_OF_100), [W25], definition=apart)
    assert found.select("subject", "tokens").rows() == [("kai/one", 20), ("ada/pro", 18)]


def test_ties_are_broken_by_name() -> None:
    """Of equally large models, the first by name is among the N largest."""
    tied = attributed(spread(W25, {"qin/big": 5, "ada/pro": 5, "kai/two": 5}))
    found = shares(tied, [W25], definition=Definition(by="model", basis=Basis.parse("top:2")))
    assert found["subject"].to_list() == ["ada/pro", "kai/two"]


def test_an_empty_denominator_is_null() -> None:
    """A share of nothing is null, never zero and never an error."""
    found = shares(attributed(spread(W25, {"kai/one": 0, "other": 9})), [W25], definition=_on("attributed"))
    assert found.select("tokens", "basis_tokens", "share", "low", "high").rows() == [(0, 0, None, None, None)]


def test_no_row_for_who_has_no_token() -> None:
    """An origin that was not seen has no row: nothing says that it is zero."""
    found = shares(attributed(spread(W25, {"kai/one": 1})), [W25])
    assert found["subject"].to_list() == ["CN"]


def test_an_incomplete_window_has_no_point() -> None:
    """A window that lacks a day gives nothing, even if a caller asks for it."""
    rows = [row for row in WEEK_OF_100 if row[0] != date(2026, 6, 18)]
    assert shares(attributed(rows), [W25]).is_empty()
    assert buckets(attributed(rows), [W25]).is_empty()


def test_windows_may_overlap() -> None:
    """Each window counts its own days, also where windows share them, and is counted once."""
    usage = attributed([row for n in range(7) for row in on_day(W25, n, {"kai/one": 2**n})])
    asked = [Window.parse(f"trailing:3@2026-06-{day}") for day in (19, 18, 17, 18)]
    assert shares(usage, asked).select("window_end", "tokens").rows() == [
        (date(2026, 6, 17), 7),
        (date(2026, 6, 18), 14),
        (date(2026, 6, 19), 28),
    ]


def test_sums_are_exact_or_refused() -> None:
    """A sum past 64 bits stops instead of wrapping around, and one just below is exact."""
    seven = [row for n in range(7) for row in on_day(W25, n, {"kai/one": HUGE + 1})]
    assert shares(attributed(seven), [W25])["tokens"].to_list() == [7 * (HUGE + 1)]
    with pytest.raises(pl.exceptions.InvalidOperationError):
        shares(attributed([*seven, *on_day(W25, 0, {"kai/two": HUGE, "qin/big": HUGE})]), [W25])


def test_nothing_in_nothing_out() -> None:
    """Without rows or without windows there is an empty frame of the right shape."""
    for usage, windows in [(attributed([]), [W25]), (attributed(WEEK_OF_100), [])]:
        assert shares(usage, windows).schema == Shares.create_empty().schema
        assert buckets(usage, windows).schema == Buckets.create_empty().schema
        assert shares(usage, windows).is_empty()
        assert buckets(usage, windows).is_empty()


def test_every_bucket_is_shown() -> None:
    """A window shows all five buckets; one that nothing fell into holds a true 0."""
    found = buckets(attributed(spread(W25, {"kai/one": 4, "other": 3})), [W25])
    assert found.select("bucket", "tokens").rows() == [
        ("origin", 4), ("undisclosed", 0), ("composite", 0), ("unreviewed", 0), ("tail", 3),
    ]  # fmt: skip


@few_examples
@given(two_weeks, st.sampled_from(["week", "week:THU", "trailing:5"]).map(WindowKind.parse))
def test_buckets_add_up_to_the_token(rows: Rows, kind: WindowKind) -> None:
    """In every window the five buckets add up to the plain sum of its rows."""
    windows = [
        window
        for window in kind.covering(W24.start, W25.end)
        if W24.start <= window.start <= window.end <= W25.end
    ]
    plain = {window.start: sum(tokens for day, _, tokens in rows if day in window.days) for window in windows}
    found = buckets(attributed(rows), windows).rows_by_key("window_start", named=True)
    assert set(found) == set(plain)
    for start, parts in found.items():
        assert len(parts) == len(BUCKETS)
        assert sum(part["tokens"] for part in parts) == plain[start] == parts[0]["total_tokens"]


@few_examples
@given(two_weeks, bases, bys, variants)
def test_shares_lie_within_their_bounds(rows: Rows, basis: Basis, by: By, variants: Variants) -> None:
    """Every share is exactly tokens over basis, between 0 and 1, and between its own bounds."""
    definition = Definition(by=by, basis=basis, variants=variants)
    for row in shares(attributed(rows), [W24, W25], definition=definition).iter_rows(named=True):
        assert row["tokens"] + row["unknown_tokens"] * (by == "origin") <= row["basis_tokens"]
        assert row["basis_tokens"] <= row["total_tokens"]
        if row["basis_tokens"] == 0:
            assert row["share"] is row["low"] is row["high"] is None
        else:
            assert row["share"] == float(Fraction(row["tokens"], row["basis_tokens"]))
            assert 0 <= row["low"] == row["share"] <= row["high"] <= 1


@few_examples
@given(two_weeks, bases, variants)
def test_origins_and_the_unknown_make_the_basis(rows: Rows, basis: Basis, variants: Variants) -> None:
    """Known and unknown tokens add up to the basis to the token, whatever the basis."""
    definition = Definition(basis=basis, variants=variants)
    found = shares(attributed(rows), [W24, W25], definition=definition).rows(named=True)
    for _, window in groupby(found, key=lambda row: row["window_start"]):
        parts = list(window)
        assert sum(row["tokens"] for row in parts) + parts[0]["unknown_tokens"] == parts[0]["basis_tokens"]


@few_examples
@given(two_weeks, bys)
def test_merging_variants_moves_no_token(rows: Rows, by: By) -> None:
    """Merged or apart, the tokens of a window's subjects have the same sum."""
    usage = attributed(rows)
    sums = [
        shares(usage, [W24, W25], definition=Definition(by=by, variants=variants))
        .group_by("window_start")
        .agg(pl.col("tokens").sum())
        .sort("window_start")
        .rows()
        for variants in ("merged", "apart")
    ]
    assert sums[0] == sums[1]


@few_examples
@given(two_weeks, st.permutations(SLUGS))
def test_order_of_rows_means_nothing(rows: Rows, order: list[str]) -> None:
    """The same rows in another order give the same frame, ties and all."""
    shuffled = sorted(rows, key=lambda row: (order.index(row[1]), row[0]))
    definition = Definition(by="model", basis=Basis.parse("top:3"))
    one, other = (shares(attributed(each), [W24, W25], definition=definition) for each in (rows, shuffled))
    assert one.equals(other)


def _on(basis: str) -> Definition:
    return Definition(basis=Basis.parse(basis))
