"""Figures, days and thresholds in words that nobody has to decode."""

from fractions import Fraction

import pytest

from schemas.countries import COUNTRY_NAMES, being_of, country_name, possessive
from schemas.windows import Window
from tasks.alerts.wording import days_in_words, figure


@pytest.mark.parametrize(
    ("value", "printed"),
    [("50.5", "50.5"), ("50.004", "50.004"), ("50", "50.0"), ("49.96", "49.96"), ("-3", "-3.0")],
)
def test_rounding_never_contradicts_the_sentence(value: str, printed: str) -> None:
    """A figure beside its bound is printed with as many decimals as tell the two apart."""
    assert figure(Fraction(value), apart_from=Fraction(50)) == printed


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("2026-W23", "1–7 June 2026"),
        ("2026-W27", "29 June – 5 July 2026"),
        ("2026-W01", "29 December 2025 – 4 January 2026"),
        ("2026-06-07..2026-06-07", "7 June 2026"),
    ],
)
def test_days_are_written_out(window: str, words: str) -> None:
    """A span names its months once where it can."""
    assert days_in_words(Window.parse(window), year=True) == words


def test_every_country_has_a_name() -> None:
    """All 249 codes of ISO 3166-1 are known; what is none is shown as it is."""
    assert len(COUNTRY_NAMES) == 249
    assert [country_name("KR"), country_name("QQ")] == ["South Korea", "QQ"]


def test_adjectives_are_used_only_where_there_is_one() -> None:
    """Otherwise the country itself is named."""
    assert [being_of("US"), being_of("NO"), possessive("the Netherlands")] == [
        "US", "from Norway", "the Netherlands'",
    ]  # fmt: skip
