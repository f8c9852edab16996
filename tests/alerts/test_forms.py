"""Every figure on every basis: the exact interval that a rule sees, one rule that it fires and one that it does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import Basis
from tasks.alerts.figures import lead_figures
from tasks.alerts.held import held, nobodys
from tasks.alerts.market_figures import growth_figures
from tasks.alerts.series import Evidence, series_by_subject, turns_of
from tasks.metrics.leads import leads
from tests.support.made_forms import WEEKS, asked, evidence, exact, seen
from tests.support.made_rules import crossing, lead
from tests.support.made_usage import W24, W25, attributed, few_examples, spread, two_weeks

KNOWN = evidence()
ON_PAIR = {"basis": "pair:CN,US"}
ON_ATTRIBUTED = {"basis": "attributed"}
MODEL = {"by": "model"}
LAB = {"by": "lab"}
AUTHOR = {"by": "author"}
Rule = dict[str, Any]
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
    ({"metric": "free_share", "subject": "ALL", "op": "<="}, "0..0", "0", "-1"),
]  # fmt: skip
"""A rule, what it sees in the second week, a bound that it is then across, and one that it is not."""


@pytest.mark.parametrize(("rule", "value", "fires", "quiet"), CASES)
def test_what_a_rule_sees_and_when_it_speaks(rule: Rule, value: str, fires: str, quiet: str) -> None:
    """The exact interval; and what is known of it is on one side of one bound, and on the other of the other."""
    assert seen(asked({**rule, "fire": fires}), KNOWN)[0] == exact(value)
    assert [_stands(rule, bound) for bound in (fires, quiet)] == ["firing", "clear"]


def _stands(rule: Rule, fire: str) -> str:
    of = asked({**rule, "fire": fire})
    series = series_by_subject(of, KNOWN, [of.subject], as_of=W25.settles_at)[of.subject]
    return str(turns_of(of, series[-1:]).state)


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
    of = asked({"metric": "growth"}).measure.definition
    found = growth_figures(held(usage, weeks, of), weeks, over=2)
    assert list(found) == [(last.start, last.end)]
    assert found[last.start, last.end].get("CN") == exact("200")


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
