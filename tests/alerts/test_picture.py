"""What the chart to a turn holds: the figure as the rule sees it, half a year of it, and what has not settled."""

from schemas.charts import Chart
from schemas.rule_models import CrossingRule, LeadRule
from schemas.windows import Window
from tasks.alerts.evidence import Evidence
from tasks.alerts.picture import chart_of
from tasks.alerts.series import series_by_subject
from tests.support.made_evidence import evidence, settled
from tests.support.made_rules import crossing, lead

W21 = Window.parse("2026-W21")


def chart(known: Evidence, rule: CrossingRule | LeadRule, weeks: int, window: Window = W21) -> Chart | None:
    """The chart to a turn in a window, once so many weeks have settled."""
    series = series_by_subject(rule, known, as_of=settled(weeks))[rule.subject]
    return chart_of(rule, series, known, window, "Source: a test.")


def test_a_share_lies_between_what_is_known_and_what_is_possible() -> None:
    """Each week has its known share and its upper bound; a week that was not received whole has nothing."""
    found = chart(evidence([45, 51, None, 53]), crossing(), 4)
    assert found is not None
    assert [(point.low, point.known, point.high) for point in found.points] == [
        (45, 45, 55),
        (51, 51, 61),
        (None, None, None),
        (53, 53, 63),
    ]
    assert (found.line, found.line_label, found.unit, found.marked, found.marked_label) == (
        50,
        "half",
        " %",
        W21.start,
        "51.0 %",
    )
    assert found.axis == "China's share of OpenRouter's tokens, by week, up to 7 June 2026"


def test_what_has_not_settled_is_there_and_says_so() -> None:
    """A complete week after the last settled one is drawn, and known to be able to move."""
    found = chart(evidence([45, 51, 52]), crossing(), 2)
    assert found is not None
    assert [(point.known, point.settled) for point in found.points] == [(45, True), (51, True), (52, False)]


def test_a_lead_is_drawn_in_the_middle_of_its_bounds() -> None:
    """Unidentified tokens may be either side's: the known lead lies between both."""
    found = chart(evidence([40, 50]), lead(), 2)
    assert found is not None
    assert [(point.low, point.known, point.high) for point in found.points] == [(-20, -10, 0), (0, 10, 20)]
    assert (found.line_label, found.unit, found.marked_label) == ("level", " points", "10.0 points")
    assert found.axis.startswith("China's lead over the United States in points of OpenRouter's tokens")


def test_other_figures_are_drawn_in_their_own_unit() -> None:
    """Tokens in billions between what is known and what is possible, with the words of the sentence."""
    found = chart(evidence([45, 51]), crossing(metric="tokens", fire="0.00001", op="<"), 2)
    assert found is not None
    assert [(point.low, point.high) for point in found.points] == [(45e-9, 55e-9), (51e-9, 61e-9)]
    assert (found.unit, found.axis) == (
        " billion", "The number of tokens of China's models, by week, up to 24 May 2026"
    )  # fmt: skip
    assert found.band_label == "whatever the unidentified tokens are"


def test_half_a_year_is_shown() -> None:
    """Older weeks are left out, unless the turn itself is among them."""
    newest = W21
    for _ in range(38):
        newest = newest.next()
    found = chart(evidence([45, 51, *[52] * 38]), crossing(), 40, newest)
    assert found is not None
    assert len(found.points) == 26


def test_a_place_has_no_chart() -> None:
    """A rank is no quantity that a line could show."""
    rule = crossing(
        metric="rank", measure={"by": "model"}, subject="kai/one", op="<=", fire="1", judge="known"
    )
    assert chart(evidence([40, 50]), rule, 2) is None
