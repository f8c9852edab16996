"""Rules are reviewed data: read strictly, tried by their cases, and refused with the repair."""

from importlib.resources import files
from typing import get_args

import pytest

from schemas.errors import ReviewedDataError
from schemas.rule_forms import FORMS, Metric
from schemas.rules import Rule, lay_over, parse_rules
from tasks.alerts import measures
from tasks.alerts.cases import run_cases
from tests.support.made_rules import crossing, lead

SHIPPED = files("schemas").joinpath("reference/alert_rules.yaml").read_text(encoding="utf-8")


ENTRIES = parse_rules(SHIPPED, "alert_rules.yaml")
RULES = [entry for entry in ENTRIES if isinstance(entry, Rule)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_shipped_rule_does_what_its_cases_say(rule: Rule) -> None:
    """Every shipped rule speaks, and stays quiet, exactly where its cases say so."""
    assert run_cases(rule) == []


def test_few_rules_are_enabled() -> None:
    """What most readers want is on; what only some want waits for them."""
    assert [entry.id for entry in ENTRIES if entry.enabled] == [
        "cn-share-above-half", "cn-leads-us", "lab-above-fifth", "data-stale", "data-very-stale",
        "week-incomplete", "author-unreviewed", "weekly-digest",
    ]  # fmt: skip


def test_shipped_rules_keep_their_meaning() -> None:
    """A new key that a rule may have does not begin a new baseline for those that do not use it."""
    meanings = {rule.id: rule.meaning for rule in RULES}
    assert meanings["cn-share-above-half"] == "7f394f59fa881822"
    assert meanings["cn-leads-us"] == "e8d32e0fa2b3ab62"


def test_every_metric_can_be_watched() -> None:
    """Each metric that a rule may name is computed, and one that the model does not know is not."""
    assert set(FORMS) == set(get_args(Metric)) == set(measures._FIGURES)


def test_a_wrong_case_is_named() -> None:
    """A case that does not hold is reported with what the rule says instead."""
    rule = crossing(fire="60")
    assert run_cases(rule) == [
        "rule 'made-crossing', case 'fires': expected [None, 'UP'], it says [None, None]."
    ]


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ('fire: "50"', "fire: 50.0", "fire '50.0' must be text; put it in quotes"),
        ('clear: "48"', 'clear: "52"', "clear (52) must lie at or below fire (50)"),
        ('op: ">"', 'op: "=>"', "op '=>' must be '>', '>=', '<' or '<='"),
        ("metric: share", "metric: tea", "metric 'tea' must be 'tokens', 'share', 'bucket_share', "),
        ("subject: CN", "subject: XX", "subject 'XX' is no ISO 3166-1 alpha-2 country code"),
        ("subject: CN", "subject: NO", "subject 'False' must be text; put it in quotes"),
        ("basis: all", "basis: half", "'half' is no basis"),
        ("basis: all", 'basis: "all", over: 2', "a share has no over; take it out of measure"),
        ("subject: CN", "subject: ALL", "a share is about one origin; name it, or write each_origin"),
        (
            "measure: {by: lab}",
            "measure: {by: lab}\n  metric: contribution",
            "the key 'metric' stands there twice",
        ),
        ("metric: rank", "metric: contribution", "a contribution cannot be measured by model"),
        ("metric: drawdown", "metric: contribution", "a contribution needs of in measure; write whose share"),
        (
            "metric: drawdown",
            "metric: bucket_share",
            "a bucket_share cannot be measured by origin; correct by in measure: bucket",
        ),
        (
            "measure: {by: lab}\n  subject: OpenAI",
            "measure: {by: bucket}\n  subject: OpenAI",
            "a share cannot be measured by bucket",
        ),
        ("pair: [CN, US]", "pair: [CN, US]\n  coverage: '1'", "is no key of a rule of this kind"),
        (
            "metric: drawdown",
            "metric: cheapest_at",
            "a cheapest_at needs level in measure; write the benchmark",
        ),
        (
            "metric: drawdown",
            "metric: task_share",
            "a task_share needs tag in measure; write the kind of task",
        ),
        (
            "metric: drawdown\n  measure: {by: origin}",
            "metric: derivatives\n  measure: {by: origin, part: prompt}",
            "a derivatives has no part prompt; write quantized",
        ),
        (
            "metric: drawdown\n  measure: {by: origin}",
            "metric: derivatives\n  measure: {by: origin, window: month}",
            "a derivatives is read of ISO weeks; leave window out",
        ),
        (
            "metric: drawdown\n  measure: {by: origin}",
            "metric: app_rank\n  measure: {by: app}",
            "subject 'CN' is no number of an app; `tokentide show apps` has it as app_id",
        ),
        (
            "metric: drawdown\n  measure: {by: origin}",
            "metric: bucket_share\n  measure: {by: bucket}",
            "subject 'CN' is no bucket; write origin, undisclosed,",
        ),
        (
            "metric: drawdown\n  measure: {by: origin}",
            "metric: contribution\n  measure: {of: CHN}",
            "subject 'CHN' is no ISO 3166-1 alpha-2 country code",
        ),
        (
            "measure: {by: lab}",
            "measure: {by: lab, part: prompt}",
            "a share has no part; take it out of measure",
        ),
        ("pair: [CN, US]", "pair: [CN, US]\n  measure: {over: 2}", "the key 'measure' stands there twice"),
        ("window: week", 'window: "trailing:7"', "has no fixed grid to watch"),
        ("kind: crossing", "kind: cross", "is no kind of rule; write crossing, lead, condition or digest"),
        ("enabled: true", "enable: true", "enable 'True' is no key of a rule of this kind"),
        ("destination: news", "destination: ops", "destination 'ops' must be 'news'"),
        ('given: ["47", null, "51"]', 'given: ["47"]', "given and expect need one entry each"),
        ("judge: known", "judge: known\n  judge: certain", "the key 'judge' stands there twice"),
        ("pair: [CN, US]", "pair: [CN, CN]", "pair must name two different"),
        ("subject: each_lab", "subject: each_model", "does not fit by: lab; write each_lab"),
        ("subject: each_lab", "subject: Kai\n  without: [Qin]", "without leaves subjects out of each_lab"),
        ("without: [CN, US]", "without: [CN, UK]", "subject 'UK' is no ISO 3166-1 alpha-2 country code"),
        ('subject: "top:5"', "subject: CN", "subject 'CN' of a top_share must be written like top:5"),
        ("metric: rank", "metric: price_index", "a price_index cannot be measured by model"),
        (
            "metric: rank\n  measure: {by: model,",
            'metric: rank\n  measure: {by: model, basis: "named",',
            "a rank is measured on all tokens",
        ),
        ("subject: CN over US", "subject: CN", "a price_ratio must name two, as in CN over US"),
        ("subject: CN over US", "subject: CN over UK", "subject 'UK' is no ISO 3166-1 alpha-2 country code"),
        ("subject: CN over US", "subject: CN over CN", "must name two"),
        (
            "metric: price_ratio",
            "metric: price_index",
            "a price_index is about everything together; write ALL",
        ),
        ("metric: price_ratio", "metric: hhi", "a hhi is about everything together; write ALL"),
        (
            "measure: {by: origin}",
            'measure: {by: origin}\n  coverage: "60"',
            "coverage is about list prices and indices",
        ),
        ('coverage: "60"', "coverage: 60", "coverage '60' must be text; put it in quotes"),
        ('basis: "top:20"}', 'basis: "top:20", without_free: true}', "has no reading without free variants"),
        ("turns: up", "turns: down", "turns 'down' must be 'both' or 'up'"),
        ("metric: price_change", "metric: weighted_price", "is measured on all tokens; leave basis out"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_repair(written: str, instead: str, complaint: str) -> None:
    """A slip in a rule stops with one line that names the file and says what is wrong."""
    assert written in SHIPPED
    with pytest.raises(ReviewedDataError) as refused:
        parse_rules(SHIPPED.replace(written, instead, 1), "my/alert_rules.yaml")
    assert str(refused.value).startswith("my/alert_rules.yaml")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_error_names_the_rule() -> None:
    """Among many rules, the one to repair is named."""
    with pytest.raises(ReviewedDataError, match="rule 'cn-leads-us': pair"):
        parse_rules(SHIPPED.replace("[CN, US]", "[CN, U]"), "alert_rules.yaml")


def test_one_id_twice_is_refused() -> None:
    """Two rules of one file cannot share a ledger."""
    with pytest.raises(ReviewedDataError, match="'data-stale' stands there twice"):
        parse_rules(SHIPPED.replace("id: cn-leads-us", "id: data-stale"), "alert_rules.yaml")


def test_a_file_without_rules_is_refused() -> None:
    """A file that holds something else is not taken for one that watches nothing."""
    with pytest.raises(ReviewedDataError, match="holds no list of rules"):
        parse_rules("rules: {}", "alert_rules.yaml")


def test_a_rule_needs_a_case_that_fires_and_one_that_does_not() -> None:
    """A rule that nobody tried is not reviewed."""
    with pytest.raises(ValueError, match="one that fires and one that stays quiet"):
        crossing(cases=[])


def test_words_and_channel_are_no_part_of_the_meaning() -> None:
    """A rule that says the same thing otherwise keeps its ledger."""
    assert crossing().meaning == crossing(title="Other words", owner="somebody", fire="50.0").meaning


@pytest.mark.parametrize(
    "change",
    [
        {"fire": "51"},
        {"clear": "48"},
        {"op": ">="},
        {"subject": "US"},
        {"judge": "certain"},
        {"for_windows": 2},
    ],
)
def test_what_decides_is_the_meaning(change: dict[str, object]) -> None:
    """Another subject, bound, operator, judgement or wait is another rule, with a new baseline."""
    assert crossing(**change).meaning != crossing().meaning


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ({"subject": "each_origin"}, {"without": ["CN"]}),
        ({"metric": "weighted_price"}, {"coverage": "60"}),
        ({}, {"turns": "up"}),
        ({}, {"measure": {"without_free": True}}),
        ({"metric": "growth"}, {"measure": {"over": 52}}),
        ({"metric": "growth"}, {"measure": {"like_for_like": True}}),
        ({"metric": "derivatives"}, {"measure": {"part": "quantized"}}),
        ({"metric": "task_share", "measure": {"tag": "ALL"}}, {"measure": {"tag": "code:x"}}),
    ],
)
def test_what_came_later_is_the_meaning_where_it_is_asked_for(
    rule: dict[str, object], more: dict[str, object]
) -> None:
    """A key that may be left out makes another rule of one that has it."""
    assert crossing(**{**rule, **more}).meaning != crossing(**rule).meaning


def test_what_a_subject_is_called_is_no_part_of_the_meaning() -> None:
    """A name is words."""
    assert crossing(called="China").meaning == crossing().meaning


def test_a_rule_of_the_same_id_is_laid_over_the_shipped_one() -> None:
    """A user's rule replaces the shipped one in its place, and new ones are added."""
    laid = lay_over([crossing(), lead()], [lead(id="own"), crossing(fire="60")])
    assert [(rule.id, rule.fire) for rule in laid] == [
        ("made-crossing", "60"),
        ("made-lead", "0"),
        ("own", "0"),
    ]
