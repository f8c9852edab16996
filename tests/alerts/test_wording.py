"""Figures, days and thresholds in words that nobody has to decode."""

from fractions import Fraction

import pytest

from schemas.alerts import Direction
from schemas.countries import COUNTRY_NAMES, being_of, country_name, possessive
from schemas.windows import Window
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import days_in_words, figure, lead_sentence, share_sentence, turn
from tests.support.made_rules import crossing, interval, lead

WEEK = Window.parse("2026-W23")
OF = "of OpenRouter's tokens, 1–7 June"
AT_LEAST = "by 1.0 at least, whatever the unidentified tokens are"
UNDONE = "but the unidentified tokens could undo it"


def wide(text: str) -> Interval:
    """An interval that is there."""
    value = interval(text)
    assert value is not None
    return value


def test_the_share_is_said_as_people_say_it() -> None:
    """The sentence names the country, the share, the days and what the unknown could make it."""
    assert share_sentence(crossing(), WEEK, wide("50.5..63.5")) == (
        "China's models carried 50.5 % of OpenRouter's tokens, 1–7 June; "
        "up to 63.5 % if every unidentified token were Chinese"
    )


def test_a_share_without_unknown_tokens_has_no_bound() -> None:
    """Where nothing is unidentified, nothing is said about it."""
    assert share_sentence(crossing(subject="US"), WEEK, wide("36")) == (
        "The United States' models carried 36.0 % of OpenRouter's tokens, 1–7 June"
    )


def test_a_lab_is_named_as_itself() -> None:
    """A rule on a lab speaks of the lab, and of named models where that is the basis."""
    rule = crossing(subject="Qwen", measure={"by": "lab", "basis": "named"})
    assert share_sentence(rule, WEEK, wide("20.5..30")) == (
        "Qwen's models carried 20.5 % of the tokens of OpenRouter's named models, 1–7 June; "
        "up to 30.0 % if every unidentified token were Qwen's"
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1..13", f"China's models led those of the United States by 7.0 points {OF}; {AT_LEAST}"),
        ("-13..-1", f"The United States' models led those of China by 7.0 points {OF}; {AT_LEAST}"),
        ("-2..6", f"China's models led those of the United States by 2.0 points {OF}; {UNDONE}"),
        ("0", f"China's models and those of the United States carried equally much {OF}"),
    ],
)
def test_the_lead_is_said_from_the_side_of_the_leader(value: str, sentence: str) -> None:
    """Whoever leads comes first, with what is certain about it."""
    assert lead_sentence(lead(), WEEK, wide(value)) == sentence


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


@pytest.mark.parametrize(
    ("rule", "direction", "words"),
    [
        (crossing(), Direction.UP, "It went above 50 %"),
        (crossing(clear="48"), Direction.DOWN, "It went to 48 % or less"),
        (crossing(op="<", fire="10", clear="12"), Direction.UP, "It went below 10 %"),
        (crossing(op="<", fire="10", clear="12"), Direction.DOWN, "It went to 12 % or more"),
        (lead(), Direction.UP, "China's models are now surely ahead"),
        (lead(fire="5"), Direction.DOWN, "It went to 5 points or less"),
    ],
)
def test_a_turn_is_said_in_words(rule: object, direction: Direction, words: str) -> None:
    """People read what happened to the figure, not how a rule is written."""
    assert turn(rule, direction) == words  # type: ignore[arg-type]


def test_every_country_has_a_name() -> None:
    """All 249 codes of ISO 3166-1 are known; what is none is shown as it is."""
    assert len(COUNTRY_NAMES) == 249
    assert [country_name("KR"), country_name("QQ")] == ["South Korea", "QQ"]


def test_adjectives_are_used_only_where_there_is_one() -> None:
    """Otherwise the country itself is named."""
    assert [being_of("US"), being_of("NO"), possessive("the Netherlands")] == [
        "US", "from Norway", "the Netherlands'",
    ]  # fmt: skip
