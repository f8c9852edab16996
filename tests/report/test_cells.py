"""Money and pure numbers, as a person reads them and as data."""

from decimal import Decimal

import pytest

from tasks.report.cells import cell, shown
from tasks.report.numbers import plain, usd


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Decimal("1234567.891"), "$1,234,567.89"),
        (Decimal("1.4475"), "$1.45"),
        (Decimal("0.3"), "$0.30"),
        (0.0375, "$0.0375"),
        (Decimal("0.00000075"), "$0.00000075"),
        (0.0, "$0.00"),
    ],
)
def test_dollars(amount: float | Decimal, expected: str) -> None:
    """Cents at least, and what is below a dollar to four digits."""
    assert usd(amount) == expected


@pytest.mark.parametrize(
    ("exact", "text"), [("0.30000000", "0.3"), ("100.00", "100"), ("0E-14", "0"), ("7", "7")]
)
def test_money_as_data_is_not_padded(exact: str, text: str) -> None:
    """The zeros of its scale go, its digits stay."""
    assert (str(plain(Decimal(exact))), plain(Decimal(exact))) == (text, Decimal(exact))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("weighted_usd_per_mtok", 2.2336, "$2.23"),
        ("coverage", 0.8721, "87.2 %"),
        ("fisher", 0.99801, "0.998"),
        ("contribution_points", -1.94, "-1.9"),
        ("ratio", None, "–"),
    ],
)
def test_a_number_is_shown_by_what_it_is(name: str, value: float | None, expected: str) -> None:
    """Dollars, parts of a whole, pure numbers and points look different; null is a dash, never zero."""
    assert shown(name, value) == expected


def test_money_in_a_spreadsheet_has_no_exponent() -> None:
    """Every digit is written out."""
    assert cell(Decimal("7.5E-13")) == "0.00000000000075"
