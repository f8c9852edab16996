"""Every figure on every basis: the exact interval that a rule sees, one rule that it fires and one that it does not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis
from schemas.rule_forms import FORMS
from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import lead_figures
from tasks.alerts.held import held, nobodys
from tasks.alerts.market_figures import growth_figures
from tasks.alerts.picture import chart_of
from tasks.alerts.series import series_by_subject, turns_of
from tasks.metrics.leads import leads
from tests.support.made_beside import everything
from tests.support.made_forms import WEEKS, exact, seen
from tests.support.made_rules import crossing, lead
from tests.support.made_usage import W24, W25, attributed, few_examples, spread, two_weeks

KNOWN = everything()
ON_PAIR = {"basis": "pair:CN,US"}
ON_ATTRIBUTED = {"basis": "attributed"}
MODEL = {"by": "model"}
LAB = {"by": "lab"}
AUTHOR = {"by": "author"}
FAMILY = {"by": "family"}
APP = {"by": "app"}
Rule = dict[str, Any]
NOT_DRAWN = {"rank", "rank_change", "app_rank", "app_rank_change", "price_change"}
CASES: list[tuple[Rule, str, str, str]] = [
    ({"metric": "share"}, "60..80", "59", "60"),
    ({"metric": "share", "measure": {"basis": "named"}}, "200/3..700/9", "66", "67"),
    ({"metric": "share", "measure": ON_ATTRIBUTED}, "60..80 at 75", "74", "76"),
    ({"metric": "share", "measure": ON_PAIR}, "1200/19..1600/19 at 80", "79", "80"),
    ({"metric": "share", "measure": {"basis": "top:2"}}, "1000/13..1000/13", "76", "77"),
    ({"metric": "share", "subject": "kai", "measure": AUTHOR}, "60..70", "59", "60"),
    ({"metric": "share", "subject": "zoe", "measure": {**AUTHOR, "basis": "named"}}, "100/9..100/9", "11", "12"),
    ({"metric": "share", "subject": "kai/one", "measure": MODEL}, "50..60", "49", "50"),
    (
        {"metric": "share", "subject": "kai/one", "measure": {**MODEL, "basis": "attributed", "variants": "apart"}},
        "50..70 at 125/2", "62", "63",
    ),
    ({"metric": "tokens"}, "60..80", "59", "60"),
    ({"metric": "tokens", "subject": "zoe/new", "measure": MODEL}, "10..20", "5", "10"),
    ({"metric": "tokens", "subject": "ALL"}, "100..100", "99", "100"),
    ({"metric": "tokens", "subject": "ALL", "measure": ON_ATTRIBUTED}, "80..100", "75", "80"),
    ({"metric": "bucket_share", "subject": "tail", "measure": {"by": "bucket"}, "op": "<"}, "10..10", "11", "10"),
    ({"metric": "drawdown", "subject": "US", "measure": ON_ATTRIBUTED}, "5..55 at 1075/28", "38", "39"),
    ({"metric": "drawdown_relative", "subject": "US"}, "12.5..550/7 at 62.5", "62", "63"),
    ({"metric": "peak"}, "60..80 at 60", "59", "60"),
    ({"metric": "rank", "subject": "Kai", "measure": LAB, "op": "<="}, "1..1 at 1", "1", "0"),
    ({"metric": "rank", "subject": "kai/one", "measure": MODEL, "op": "<="}, "1..1 at 1", "1", "0"),
    ({"metric": "rank_change", "subject": "Kai", "measure": LAB}, "0..999998 at 1", "0", "1"),
    ({"metric": "top_share", "subject": "top:1", "measure": LAB}, "60..80", "59", "60"),
    ({"metric": "top_share", "subject": "top:1", "measure": {**LAB, **ON_PAIR}}, "1200/19..1600/19 at 80", "79", "80"),
    ({"metric": "top_share", "subject": "top:2", "measure": MODEL}, "65..75", "64", "70"),
    ({"metric": "growth"}, "0..500/3 at 100", "99", "100"),
    ({"metric": "growth", "measure": {"basis": "named"}}, "50..400/3 at 100", "99", "100"),
    ({"metric": "growth", "subject": "ALL"}, "0..0", "-1", "0"),
    ({"metric": "growth", "subject": "ALL", "measure": ON_ATTRIBUTED}, "-20..300/7 at 100/7", "14", "15"),
    ({"metric": "growth", "subject": "ada", "measure": AUTHOR, "op": "<"}, "-75..-37.5 at -62.5", "-62", "-63"),
    ({"metric": "growth", "measure": {"like_for_like": True}}, "200/3..200/3", "66", "67"),
    ({"metric": "growth", "subject": "ALL", "measure": {"like_for_like": True}}, "-6.25..-6.25", "-7", "0"),
    ({"metric": "hhi", "subject": "ALL", "measure": ON_ATTRIBUTED}, "0.385..0.665 at 77/128", "0.6", "0.602"),
    (
        {"metric": "hhi", "subject": "ALL", "measure": {**AUTHOR, "basis": "named"}},
        "79/162..79/162 at 79/162", "0.48", "0.49",
    ),
    ({"metric": "contribution", "subject": "kai/one", "measure": {"of": "CN"}}, "-10..40 at 20", "19", "20"),
    ({"metric": "contribution", "subject": "kai/two", "measure": {"of": "CN"}}, "-20..30 at 10", "9", "10"),
    ({"metric": "contribution", "subject": "ada/pro", "measure": {"of": "CN"}, "op": ">="}, "-30..20 at 0", "0", "1"),
    ({"metric": "free_share", "subject": "ALL", "op": "<="}, "0..0", "0", "-1"),
    ({"metric": "open_weight_share"}, "50..70", "49", "50"),
    ({"metric": "open_weight_share", "subject": "ALL"}, "50..75", "49", "50"),
    ({"metric": "open_weight_share", "measure": ON_ATTRIBUTED}, "50..70 at 62.5", "62", "63"),
    ({"metric": "open_weight_share", "subject": "ALL", "measure": ON_PAIR}, "1000/19..1400/19 at 200/3", "66", "67"),
    ({"metric": "open_weight_share", "subject": "JP", "op": ">="}, "0..20", "0", "1"),
    ({"metric": "open_weight_part"}, "62.5..87.5 at 250/3", "83", "84"),
    ({"metric": "open_weight_part", "subject": "ALL"}, "50..75 at 50", "49", "50"),
    ({"metric": "weighted_index", "coverage": "83"}, "40.5..40.5", "40", "41"),
    ({"metric": "best_index", "subject": "ALL"}, "56..56", "55", "56"),
    ({"metric": "best_index"}, "40.5..40.5", "40", "40.5"),
    ({"metric": "price", "subject": "kai/one", "measure": MODEL}, "10..10", "9", "10"),
    ({"metric": "price", "subject": "kai/one", "measure": {**MODEL, "part": "prompt"}}, "8..8", "7", "8"),
    ({"metric": "price", "subject": "kai/one", "measure": {**MODEL, "part": "completion"}}, "16..16", "15", "16"),
    ({"metric": "weighted_price"}, "5..5", "4", "5"),
    ({"metric": "dollar_share", "coverage": "70"}, "25..40 at 500/17", "29", "30"),
    ({"metric": "price_ratio", "subject": "kai/one over ada/pro", "measure": MODEL}, "0.125..0.125", "0.1", "0.2"),
    ({"metric": "price_index", "subject": "ALL"}, "118.5345..118.5345", "118", "119"),
    ({"metric": "price_change", "subject": "kai/one", "measure": MODEL, "op": ">="}, "2..2", "2", "3"),
    ({"metric": "cheapest_at", "subject": "ALL", "measure": {"level": "40"}}, "10..10", "9", "10"),
    ({"metric": "cheapest_at", "subject": "ALL", "measure": {"level": "50"}}, "40..40", "39", "40"),
    ({"metric": "derivatives", "subject": "Kai", "measure": FAMILY}, "50..50", "49", "50"),
    ({"metric": "derivatives", "subject": "Kai", "measure": {**FAMILY, "part": "quantized"}}, "600..600", "599", "600"),
    ({"metric": "derivatives"}, "60..60", "59", "60"),
    ({"metric": "derivative_share", "subject": "Kai", "measure": FAMILY}, "25..25", "24", "25"),
    ({"metric": "derivative_share"}, "30..30", "29", "30"),
    ({"metric": "derivative_growth", "subject": "Kai", "measure": FAMILY}, "25..25", "24", "25"),
    ({"metric": "app_tokens", "subject": "2", "measure": APP}, "60..60", "59", "60"),
    ({"metric": "app_tokens", "subject": "9", "measure": APP, "op": "<"}, "0..0", "1", "0"),
    ({"metric": "app_requests", "subject": "2", "measure": APP}, "60..60", "59", "60"),
    ({"metric": "app_share", "subject": "2", "measure": APP}, "75..75", "74", "75"),
    ({"metric": "app_rank", "subject": "2", "measure": APP, "op": "<="}, "1..1", "1", "0"),
    ({"metric": "app_rank_change", "subject": "2", "measure": APP}, "1..1", "0", "1"),
    ({"metric": "app_growth", "subject": "2", "measure": APP}, "500..500", "499", "500"),
    ({"metric": "app_rank", "subject": "9", "measure": APP}, "4..999999 at 4", "3", "4"),
    ({"metric": "task_share", "measure": {"tag": "code:x"}}, "25..87.5", "24", "25"),
    ({"metric": "task_share", "subject": "JP", "measure": {"tag": "code:x"}, "op": ">="}, "0..62.5", "0", "1"),
    ({"metric": "task_share", "subject": "kai/one", "measure": {**MODEL, "tag": "ALL"}}, "12.5..93.75", "12", "13"),
    ({"metric": "gateway_share"}, "20..30", "19", "20"),
    ({"metric": "gateway_share", "measure": {"part": "spend"}}, "10..70", "9", "10"),
    ({"metric": "gateway_lead", "subject": "US over CN"}, "40..60 at 50", "49", "50"),
    ({"metric": "router_difference", "op": "<"}, "-60..-30 at -40", "-39", "-40"),
]  # fmt: skip
"""A rule, what it sees in the second week, a bound that it is then across, and one that it is not."""


@pytest.mark.parametrize(("rule", "value", "fires", "quiet"), CASES)
def test_what_a_rule_sees_and_when_it_speaks(rule: Rule, value: str, fires: str, quiet: str) -> None:
    """The exact interval; and what is known of it is on one side of one bound, and on the other of the other."""
    assert seen(crossing(**{**rule, "fire": fires}), KNOWN)[0] == exact(value)
    assert [_stands(rule, bound) for bound in (fires, quiet)] == ["firing", "clear"]


def _stands(rule: Rule, fire: str) -> str:
    of = crossing(**{**rule, "fire": fire})
    series = series_by_subject(of, KNOWN, [of.subject], as_of=W25.settles_at)[of.subject]
    return str(turns_of(of, series[-1:]).state)


@pytest.mark.parametrize("rule", [rule for rule, *_ in CASES], ids=lambda rule: rule["metric"])
def test_a_figure_is_drawn_between_its_bounds(rule: Rule) -> None:
    """The last point of its chart is what the rule sees; places, and a factor that is mostly 1, are not drawn."""
    of = crossing(**{**rule, "fire": "1"})
    series = series_by_subject(of, KNOWN, [of.subject], as_of=W25.settles_at)[of.subject]
    value = dict(series)[W25]
    chart = chart_of(of, series, KNOWN, W25, "Source: a test.")
    assert value is not None
    assert (chart is None) == (rule["metric"] in NOT_DRAWN)
    if chart is not None:
        last = chart.points[-1]
        assert (last.low, last.known, last.high) == (float(value.lo), float(value.point), float(value.hi))


def test_every_metric_has_its_cases() -> None:
    """A figure that a rule may name and that nobody tried is none."""
    assert {rule["metric"] for rule, *_ in CASES} == set(FORMS)


@pytest.mark.parametrize("measure", [ON_PAIR, ON_ATTRIBUTED])
def test_what_nobody_knows_does_not_become_certain_by_not_being_counted(measure: dict[str, str]) -> None:
    """On a basis without the unknown tokens, a bound between the least and the most that a share can be is open."""
    known = crossing(measure=measure, fire="70")
    certain = crossing(measure=measure, fire="70", judge="certain")
    assert [seen(rule, KNOWN)[1] for rule in (known, certain)] == ["UP", None]
    series = series_by_subject(certain, KNOWN, as_of=W25.settles_at)["CN"]
    assert turns_of(certain, series).state == "clear"


def test_a_country_without_a_row_may_have_all_that_is_unknown_of_any_basis() -> None:
    """France had no known token in the first week: of what is attributed, up to the 30 that nobody knew."""
    found = series_by_subject(crossing(subject="FR", measure=ON_ATTRIBUTED), KNOWN, as_of=W25.settles_at)[
        "FR"
    ]
    assert [value for _, value in found] == [exact("0..30 at 0"), exact("5..25 at 6.25")]


def test_a_lead_on_a_basis_without_the_unknown_deals_them_out() -> None:
    """China 60, the United States 15, nobody's 20: by 25 of 95 at least, by 65 of 95 at most, 45 of 75 known."""
    assert seen(lead(measure=ON_PAIR), KNOWN)[0] == exact("500/19..1300/19 at 60")


@few_examples
@given(two_weeks, st.sampled_from(["all", "named", "attributed", "pair:CN,US", "top:3"]))
def test_a_lead_is_certain_exactly_where_the_metric_calls_it_decided(
    rows: list[tuple[Any, ...]], basis: str
) -> None:
    """On every basis: the whole interval is on one side of nothing iff `leads` says that it is decided."""
    usage = attributed(rows)
    frame = leads(usage, WEEKS, a="CN", b="US", basis=Basis.parse(basis))
    found = lead_figures(frame, "lead", nobodys(usage, WEEKS))
    decided = {
        (row["window_start"], row["window_end"]): row["decided"]
        for row in frame.to_dicts()
        if row["basis_tokens"]
    }
    sure = {ends: value.of["lead"].lo > 0 or value.of["lead"].hi < 0 for ends, value in found.items()}
    assert sure == decided


@few_examples
@given(two_weeks, st.sampled_from(["all", "named", "attributed", "pair:CN,US"]))
def test_no_share_leaves_its_bounds_whoever_the_unknown_are(rows: list[tuple[Any, ...]], basis: str) -> None:
    """Once a stealth model is revealed, the share as it is then lies between the bounds as they were before."""
    before = _shares(rows, basis)
    after = _shares(
        [(day, slug.replace("stealth/fox", "kai/fox"), count) for day, slug, count in rows], basis
    )
    assert [
        week for week, (low, high, _) in before.items() if week in after and not low <= after[week][2] <= high
    ] == []


def _shares(rows: list[tuple[Any, ...]], basis: str) -> dict[Any, Any]:
    rule = crossing(measure={"basis": basis})
    known = Evidence(attributed(rows), WEEKS, W25.end, "Source: a test.")
    series = series_by_subject(rule, known, as_of=W25.settles_at)["CN"]
    return {window: (value.lo, value.hi, value.point) for window, value in series if value is not None}


def test_free_variants_are_left_out_above_and_below_the_line() -> None:
    """Of 20 + 20 paid tokens China has half, though with its 60 free ones it has 80 of 100."""
    usage = attributed(spread(W24, {"kai/one": 20, "kai/one:free": 60, "ada/pro": 20}))
    known = Evidence(usage, [W24], W24.end, "Source: a test.")
    found = [
        series_by_subject(crossing(measure=measure), known, as_of=W24.settles_at)["CN"]
        for measure in ({}, {"without_free": True})
    ]
    assert [value for series in found for _, value in series] == [exact("80"), exact("50")]


def test_windows_of_another_kind_are_another_series() -> None:
    """A rule on weeks sees none of the months that another rule looks at."""
    known = replace(KNOWN, complete=[Window.parse("2026-06"), *WEEKS])
    series = series_by_subject(crossing(), known, as_of=W25.settles_at)["CN"]
    assert [window for window, _ in series] == WEEKS


def test_growth_over_two_weeks_looks_past_the_one_between() -> None:
    """From 30 to 90 over two weeks, whatever lay between; the week that has none two before it has no figure."""
    last = W25.next()
    usage = attributed(
        [
            row
            for week, tokens in ((W24, 30), (W25, 1), (last, 90))
            for row in spread(week, {"kai/one": tokens})
        ]
    )
    weeks = [W24, W25, last]
    of = crossing(metric="growth").measure.definition
    found = growth_figures(held(usage, weeks, of), weeks, over=2)
    assert list(found) == [(last.start, last.end)]
    assert found[last.start, last.end].get("CN") == exact("200")


def test_a_contribution_over_two_weeks_is_to_the_change_since_then() -> None:
    """From nothing to all over two weeks, whatever half of it lay between."""
    last = W25.next()
    rows = [row for week, tokens in ((W24, 0), (W25, 50), (last, 100)) for row in _split(week, tokens)]
    known = Evidence(attributed(rows), [W24, W25, last], last.end, "Source: a test.")
    rule = crossing(metric="contribution", subject="kai/one", measure={"of": "CN", "over": 2})
    series = series_by_subject(rule, known, as_of=last.settles_at)["kai/one"]
    assert [value for _, value in series] == [None, None, exact("100 at 100")]


def _split(week: Window, china: int) -> list[tuple[Any, ...]]:
    return spread(week, {"kai/one": china, "ada/pro": 100 - china})


@pytest.mark.parametrize(("coverage", "value"), [("72", "25..40 at 500/17"), ("72.3", None)])
def test_dollars_need_the_prices_of_enough_of_all_tokens(coverage: str, value: str | None) -> None:
    """Of the named tokens 65 of 90 have a price: 72.2 % of all, though of the United States' every one has."""
    assert seen(crossing(metric="dollar_share", coverage=coverage), KNOWN)[0] == (value and exact(value))


@pytest.mark.parametrize(("coverage", "value"), [("83.3", "40.5"), ("83.4", None)])
def test_an_index_needs_enough_tokens_that_have_one(coverage: str, value: str | None) -> None:
    """Of China's named tokens 50 of 60 are of a model with an index."""
    assert seen(crossing(metric="weighted_index", coverage=coverage), KNOWN)[0] == (value and exact(value))


def test_a_rule_about_each_model_of_a_share_follows_those_that_moved_it() -> None:
    """Who added more than 15 points is followed by name; who added less is not."""
    rule = crossing(metric="contribution", subject="each_model", measure={"of": "CN"}, fire="15")
    assert list(series_by_subject(rule, KNOWN, as_of=W25.settles_at)) == ["kai/one"]


def test_nothing_is_said_of_a_basis_without_a_token() -> None:
    """Where nothing is attributed there is no share of it, and no zero."""
    usage = attributed([*spread(W24, {"other": 5}), *spread(W25, {"other": 5})])
    known = Evidence(usage, WEEKS, W25.end, "Source: a test.")
    found = series_by_subject(crossing(measure=ON_ATTRIBUTED), known, as_of=W25.settles_at)["CN"]
    assert [value for _, value in found] == [None, None]
