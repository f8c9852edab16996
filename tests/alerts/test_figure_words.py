"""Sentences about growth, concentration, free variants and list prices."""

from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.alerts import Direction
from schemas.windows import Window
from storage.engine import writing
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import judge
from tasks.alerts.sentences import over_at, standing, turn_sentence
from tasks.alerts.threshold import Interval
from tests.support.made_prices import history, june
from tests.support.made_rules import crossing, interval
from tests.support.made_usage import W24, W25, attributed, spread

WEEK = Window.parse("2026-W23")
UP, DOWN = Direction.UP, Direction.DOWN
LABS = {"by": "lab"}
CHANGE = {"metric": "price_change", "measure": {"by": "model", "basis": "top:20"}, "op": ">=", "fire": "2"}


def wide(text: str) -> Interval:
    """An interval that is there."""
    value = interval(text)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("rule", "direction", "value", "sentence"),
    [
        (
            {"metric": "growth", "fire": "10"}, UP, "12.5..40",
            ("The growth of the tokens of China's models against the week before was 12.5 %, 1–7 June, and is now "
            "above 10 %; 12.5 % to 40.0 %, whatever the unidentified tokens are"),
        ),
        (
            {"metric": "growth", "subject": "ALL", "op": "<", "fire": "-5", "measure": {"window": "month"}},
            UP, "-5.02",
            ("The growth of the tokens of all models against the month before was -5.02 %, 1–7 June, and is now "
            "below -5 %"),
        ),
        (
            {"metric": "hhi", "subject": "ALL", "measure": LABS, "fire": "0.2"}, UP, "0.2104",
            ("The concentration of OpenRouter's tokens among labs (Herfindahl-Hirschman index) was 0.210, 1–7 June, "
            "and is now above 0.2"),
        ),
        (
            {"metric": "free_share", "subject": "OpenAI", "measure": LABS, "fire": "10"}, DOWN, "9.9",
            ("The part of free variants in the named tokens of OpenAI's models was 9.9 %, 1–7 June, and is no longer "
            "above 10 %"),
        ),
        (
            {"metric": "weighted_price", "subject": "US", "fire": "5"}, UP, "5.6875",
            "The list price of a million tokens of the United States' models was $5.69, 1–7 June, and is now above $5",
        ),
        (
            {"metric": "price_ratio", "subject": "CN over US", "fire": "0.1"}, UP, "0.10002",
            ("The list price of a token of China's models was 0.10002 times that of the United States' models, "
            "1–7 June, and is now above 0.1 times"),
        ),
        (
            {"metric": "price_index", "subject": "ALL", "op": "<", "fire": "90"}, UP, "89.5",
            ("The index of list prices of the same models was 89.5, 100 when its chain began, 1–7 June, and is now "
            "below 90"),
        ),
        (
            {"metric": "tokens", "fire": "60", "measure": {"basis": "attributed"}}, UP, "60.4..80",
            ("The number of tokens of China's models within OpenRouter's attributed tokens was 60.4 billion, 1–7 June, "
            "and is now above 60 billion; 60.4 billion to 80.0 billion, whatever the unidentified tokens are"),
        ),
        (
            {"metric": "tokens", "subject": "ALL", "fire": "20000", "op": ">="}, UP, "20012",
            ("The number of tokens of all models was 20012.0 billion, 1–7 June, and is now at or above 20000 billion"),
        ),
        (
            {"metric": "bucket_share", "subject": "tail", "measure": {"by": "bucket"}, "fire": "10"}, DOWN, "9.96",
            ("The part of models below the published top 50 in OpenRouter's tokens was 9.96 %, 1–7 June, and is no "
            "longer above 10 %"),
        ),
        (
            {"metric": "peak", "fire": "60", "measure": {"basis": "pair:CN,US"}}, UP, "61",
            ("The highest share of China in OpenRouter's tokens of China and the United States only so far was 61.0 %, "
            "1–7 June, and is now above 60 %"),
        ),
        (
            {"metric": "drawdown_relative", "fire": "25"}, UP, "26..40",
            ("What China lost since its highest share of OpenRouter's tokens so far, as a part of that, was 26.0 %, "
            "1–7 June, and is now above 25 %; 26.0 % to 40.0 %, whatever the unidentified tokens are"),
        ),
        (
            {"metric": "rank_change", "subject": "kai/one", "measure": {"by": "model"}, "fire": "9"}, UP, "12",
            ("The number of places that kai/one gained among models since the week before was +12, 1–7 June, and is "
            "now above 9"),
        ),
        (
            {"metric": "contribution", "subject": "kai/one", "measure": {"of": "CN"}, "fire": "3"}, UP, "3.14",
            ("What kai/one added to the share of China's models in OpenRouter's tokens since the week before was "
            "+3.1 points, 1–7 June, and is now above 3 points"),
        ),
        (
            {"metric": "growth", "fire": "100", "measure": {"over": 52, "like_for_like": True}}, UP, "120",
            ("The growth of the tokens of China's models against 52 weeks before, counting only models that are in "
            "both, was 120.0 %, 1–7 June, and is now above 100 %"),
        ),
        (
            {"metric": "price_ratio", "subject": "a/b over c/d", "measure": {"by": "model"}, "fire": "2"}, UP, "2.5",
            "The list price of a token of a/b was 2.50 times that of c/d, 1–7 June, and is now above 2 times",
        ),
        (
            {"metric": "open_weight_share", "subject": "ALL", "fire": "50"}, UP, "51.2..63",
            ("The share of open models (weights that anybody can download) in OpenRouter's tokens was 51.2 %, 1–7 "
            "June, and is now above 50 %; 51.2 % to 63.0 %, whatever the unreviewed models and the unidentified tokens "
            "are"),
        ),
        (
            {"metric": "open_weight_share", "subject": "a/b", "measure": {"by": "model"}, "fire": "5"}, UP, "6",
            ("The share of a/b, while anybody can download its weights, in OpenRouter's tokens was 6.0 %, 1–7 June, "
            "and is now above 5 %"),
        ),
        (
            {"metric": "weighted_index", "fire": "50"}, UP, "50.4",
            ("The benchmark index of China's models, weighted by their tokens, was 50.4, 1–7 June, and is now "
            "above 50"),
        ),
        (
            {"metric": "price", "subject": "a/b", "measure": {"by": "model", "part": "prompt"}, "fire": "2"}, UP, "2.5",
            "The list price of a million tokens read by a/b was $2.50, 1–7 June, and is now above $2",
        ),
        (
            {"metric": "cheapest_at", "subject": "ALL", "measure": {"level": "50"}, "op": "<", "fire": "0.5"},
            UP, "0.45",
            ("The lowest list price of a million tokens of a model with a benchmark index of 50 or more was $0.450, "
            "1–7 June, and is now below $0.5"),
        ),
        (
            {"metric": "derivatives", "subject": "Kai", "measure": {"by": "family"}, "fire": "200000"}, UP, "200123",
            ("The number of models built upon Kai on the Hugging Face Hub was 200123, as read in the week of 1–7 June, "
            "and is now above 200000"),
        ),
        (
            {"metric": "derivative_share", "subject": "CN", "fire": "50"}, DOWN, "49",
            ("The share of China's families in what is built upon the listed families on the Hugging Face Hub was "
            "49.0 %, as read in the week of 1–7 June, and is no longer above 50 %"),
        ),
        (
            {"metric": "app_tokens", "subject": "7", "called": "Gull", "measure": {"by": "app"}, "fire": "500"},
            UP, "512",
            "The number of tokens of the app Gull was 512.0 billion, 1–7 June, and is now above 500 billion",
        ),
        (
            {"metric": "app_rank", "subject": "7", "called": "Gull", "measure": {"by": "app"}, "op": "<=", "fire": "3"},
            UP, "2", "The app Gull was no. 2 of OpenRouter's listed apps, 1–7 June, and is now among the 3 largest",
        ),
        (
            {"metric": "task_share", "measure": {"tag": "code:x"}, "fire": "20"}, UP, "25..87.5",
            ("The share of China's models in the tokens of the task code:x was 25.0 %, as read in the week of 1–7 "
            "June, and is now above 20 %; 25.0 % to 87.5 %, whatever the unidentified labs are"),
        ),
        (
            {"metric": "gateway_lead", "subject": "US over CN", "fire": "40"}, UP, "50",
            ("The lead of the United States' models over China's models on the Vercel AI Gateway was 50.0 points, "
            "1–7 June, and is now above 40 points"),
        ),
        (
            {"metric": "router_difference", "op": "<", "fire": "-20"}, UP, "-22",
            ("The share of China's models on the Vercel AI Gateway less that on OpenRouter was -22.0 points, 1–7 June, "
            "and is now below -20 points"),
        ),
        (
            CHANGE | {"subject": "<kai>/one"}, UP, "2.4",
            "The list price of <kai>/one changed by a factor of 2.4, 1–7 June",
        ),
        (
            CHANGE | {"subject": "kai/one"}, UP, "999999",
            "The list price of kai/one changed from or to nothing, 1–7 June",
        ),
        (
            CHANGE | {"subject": "kai/one"}, DOWN, "1",
            ("The list price of kai/one changed by a factor of 1.0, 1–7 June, and its change is no longer at or above "
            "2 times"),
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_the_figure_is(
    rule: dict[str, Any], direction: Direction, value: str, sentence: str
) -> None:
    """In the unit of the metric, apart from its bound, with its range where that is one."""
    assert turn_sentence(crossing(**rule), direction, WEEK, wide(value)) == sentence


@pytest.mark.parametrize(
    ("rule", "value", "said", "over"),
    [
        (
            {"metric": "price_ratio", "subject": "CN over US", "fire": "0.1", "clear": "0.09"}, "0.0779",
            "0.0779 times", "It counts as over only at 0.09 times or less.",
        ),
        (
            {"metric": "weighted_price", "subject": "US", "op": "<", "fire": "1", "clear": "1.2"}, "0.0225",
            "$0.0225", "It counts as over only at $1.2 or more.",
        ),
        ({"metric": "free_share", "subject": "ALL", "fire": "10"}, "0", "0.0 %", ""),
    ],
)  # fmt: skip
def test_a_figure_in_short(rule: dict[str, Any], value: str, said: str, over: str) -> None:
    """Small prices keep three digits; the bound that ends it has the unit of the figure."""
    assert standing(crossing(**rule), wide(value)) == said
    assert over_at(crossing(**rule)) == over


def test_a_message_about_a_price_has_both_prices(engine: Engine) -> None:
    """Old and new, per million tokens, and what such a figure is about."""
    week = W24.previous()
    usage = attributed([row for each in (week, W24, W25) for row in spread(each, {"kai/one": 6, "other": 1})])
    prices = history((june(7), [("kai/one", 4, 8)]), (june(21), [("kai/one", 10, 20)]))
    rule = crossing(**CHANGE, subject="each_model", turns="up")
    for weeks in ([week, W24], [week, W24, W25]):
        evidence = Evidence(usage, weeks, weeks[-1].end, "Source: a test.", prices=prices)
        with writing(engine) as connection:
            (judged,) = judge(connection, [rule], evidence, as_of=weeks[-1].settles_at)
    (post,) = judged.posts
    assert post.message.text.split("\n")[:3] == [
        "The list price of kai/one changed by a factor of 2.5, 15–21 June",
        "This is about tokens whose list price is known; nobody publishes what was paid.",
        (
            "It was $5 per million tokens at the end of the week before, and $12.5 at the end of this one "
            "(three tokens read for one written)."
        ),
    ]
