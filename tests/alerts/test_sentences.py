"""The first sentence says what the figure is, and on which side of its bound it now is."""

from fractions import Fraction

import pytest

from schemas.alerts import Direction
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window
from tasks.alerts.place_figures import LAST_PLACE
from tasks.alerts.sentences import over_at, standing, turn_sentence
from tasks.alerts.threshold import Interval
from tests.support.made_rules import crossing, interval, lead

WEEK = Window.parse("2026-W23")
OF = "of OpenRouter's tokens, 1–7 June"
LEAST = "by 1.0 at least, whatever the unidentified tokens are"
BELOW = "below the published top 50"
KNOWN = "as far as is known,"
UP, DOWN = Direction.UP, Direction.DOWN
TOP_FIVE = {"metric": "top_share", "measure": {"by": "model"}, "subject": "top:5"}
RANK = {"metric": "rank", "measure": {"by": "model"}, "subject": "kai/one", "op": "<=", "fire": "5"}


def wide(text: str) -> Interval:
    """An interval that is there."""
    value = interval(text)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("rule", "direction", "value", "sentence"),
    [
        (
            crossing(), UP, "50.5..63.5",
            (
                f"China's models carried 50.5 % {OF}, and are now above half; "
                "up to 63.5 % if every unidentified token were Chinese"
            ),
        ),
        (
            crossing(clear="48"), DOWN, "45.5..53.3",
            (
                f"China's models carried 45.5 % {OF}, and are, {KNOWN} no longer above half; "
                "up to 53.3 % if every unidentified token were Chinese"
            ),
        ),
        (
            crossing(clear="48"), DOWN, "40..47",
            (
                f"China's models carried 40.0 % {OF}, and are no longer above half; "
                "up to 47.0 % if every unidentified token were Chinese"
            ),
        ),
        (
            crossing(subject="US", fire="30", op=">="), UP, "36",
            f"The United States' models carried 36.0 % {OF}, and are now at or above 30 %",
        ),
        (
            crossing(subject="OpenAI", measure={"by": "lab"}, op="<", fire="10"), UP, "9..16",
            (
                f"OpenAI's models carried 9.0 % {OF}, and are, {KNOWN} now below 10 %; "
                "up to 16.0 % if every unidentified token were OpenAI's"
            ),
        ),
        (
            crossing(subject="Qwen", measure={"by": "lab", "basis": "named"}, fire="20"), UP, "20.5",
            (
                "Qwen's models carried 20.5 % of the tokens of OpenRouter's named models, 1–7 June, "
                "and are now above 20 %"
            ),
        ),
        (
            crossing(**TOP_FIVE), UP, "51..58",
            (
                "OpenRouter's 5 largest models carried 51.0 % of all tokens, 1–7 June, and are now above half; "
                "up to 58.0 % if everything below the published top 50 were theirs"
            ),
        ),
        (
            crossing(measure={"basis": "attributed"}, fire="60"), UP, "61..70",
            (
                "China's models carried 61.0 % of OpenRouter's attributed tokens, 1–7 June, and are now above 60 %; "
                "up to 70.0 % if every unidentified token were Chinese"
            ),
        ),
        (
            crossing(subject="a/b", measure={"by": "model"}, fire="20"), UP, "21..30",
            f"a/b carried 21.0 % {OF}, and is now above 20 %; up to 30.0 % if everything {BELOW} were its own",
        ),
        (
            crossing(subject="z-ai", measure={"by": "author", "basis": "pair:CN,US"}, fire="20"), UP, "21..30",
            (
                "z-ai's models carried 21.0 % of OpenRouter's tokens of China and the United States only, 1–7 June, "
                "and are now above 20 %; up to 30.0 % if every unidentified token were z-ai's"
            ),
        ),
        (
            crossing(**{**TOP_FIVE, "measure": {"by": "lab", "basis": "named"}}), UP, "51",
            (
                "OpenRouter's 5 largest labs carried 51.0 % of the tokens of OpenRouter's named models, 1–7 June, "
                "and are now above half"
            ),
        ),
        (
            crossing(**{**RANK, "subject": "FR", "measure": {"by": "origin"}}), UP, "4",
            "France was no. 4 of the countries on OpenRouter, 1–7 June, and is now among the 5 largest",
        ),
        (
            lead(measure={"basis": "pair:CN,US"}), UP, "1..13",
            (
                "China's models are now ahead of those of the United States, by 7.0 points of OpenRouter's tokens of "
                f"China and the United States only, 1–7 June; {LEAST}"
            ),
        ),
        (
            crossing(metric="drawdown", fire="15"), UP, "16",
            f"China's share {OF}, is now more than 15 points below its highest so far: 16.0 points",
        ),
        (
            crossing(**RANK), UP, "4",
            "kai/one was no. 4 of OpenRouter's models, 1–7 June, and is now among the 5 largest",
        ),
        (
            crossing(**RANK), DOWN, f"51..{LAST_PLACE}",
            "kai/one was no. 51 or lower of OpenRouter's models, 1–7 June, and is no longer among the 5 largest",
        ),
        (
            lead(), UP, "1..13",
            f"China's models are now ahead of those of the United States, by 7.0 points {OF}; {LEAST}",
        ),
        (
            lead(), DOWN, "-13..-1",
            f"China's models are no longer ahead of those of the United States, which led by 7.0 points {OF}; {LEAST}",
        ),
        (
            lead(), DOWN, "0",
            f"China's models are no longer ahead of those of the United States: both carried equally much {OF}",
        ),
        (
            lead(fire="5"), DOWN, "2..4",
            (
                f"The lead of China's models over those of the United States was 3.0 points {OF}, "
                "and is no longer above 5 points"
            ),
        ),
    ],
)  # fmt: skip
def test_the_sentence_tells_the_turn(
    rule: CrossingRule | LeadRule, direction: Direction, value: str, sentence: str
) -> None:
    """A way back never reads like a way up, and what is not certain says so."""
    assert turn_sentence(rule, direction, WEEK, wide(value)) == sentence


def test_a_name_from_upstream_stays_on_one_short_line() -> None:
    """A model's name is text of strangers: cut, and without anything that moves a cursor."""
    rule = crossing(**{**RANK, "subject": "a/b\n\u202e" + "x" * 150})
    said = turn_sentence(rule, UP, WEEK, wide("4"))
    assert said.startswith("a/b xxx")
    assert len(said) < 200


def test_a_known_lead_need_not_be_in_the_middle() -> None:
    """On a basis that the unknown tokens would join, what is known is said, not the middle of what is possible."""
    value = Interval(Fraction(26), Fraction(68), Fraction(60))
    rule = lead(measure={"basis": "pair:CN,US"})
    assert "are now ahead of those of the United States, by 60.0 points" in turn_sentence(
        rule, UP, WEEK, value
    )
    assert standing(rule, value) == "60.0 points (26.0 to 68.0)"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (crossing(), ""),
        (crossing(clear="48"), "It counts as over only at 48 % or less."),
        (crossing(op="<", fire="10", clear="12"), "It counts as over only at 12 % or more."),
        (crossing(**{**RANK, "clear": "7"}), "It counts as over only below no. 7."),
        (lead(clear="-1"), "It counts as over only at -1 points or less."),
    ],
)
def test_when_it_counts_as_over(rule: CrossingRule | LeadRule, words: str) -> None:
    """Another bound for the way back is said in words."""
    assert over_at(rule) == words


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (crossing(), "44.9..58.4", "44.9 % (up to 58.4 %)"),
        (crossing(metric="drawdown"), "9", "9.0 points below"),
        (crossing(**RANK), "6", "no. 6"),
        (lead(), "-4..10", "3.0 points (-4.0 to 10.0)"),
    ],
)
def test_a_figure_in_short(rule: CrossingRule | LeadRule, value: str, words: str) -> None:
    """A past figure is said with its range and its unit."""
    assert standing(rule, wide(value)) == words
