"""What people read: the whole message, line by line."""

from collections.abc import Sequence

from schemas.citation import citation
from schemas.rule_models import CrossingRule, LeadRule
from tasks.alerts.detector import fold
from tasks.alerts.evidence import Evidence
from tasks.alerts.ledger import Standpoint, reconcile
from tasks.alerts.messages import Credits, Told, change_in_series, many_at_once, undelivered_digest
from tasks.alerts.series import judged_on
from tasks.alerts.threshold import Threshold
from tests.support.made_rules import FIRST, crossing, lead, series
from tests.support.made_usage import attributed, spread

SHOWN = Credits("Source: a test.")
NOTHING = Evidence(attributed([]), [], None, "Source: a test.")
IF_ALL = "and are now above half; up to 63.5 % if every unidentified token were Chinese"


def last_message(
    rule: CrossingRule | LeadRule,
    values: Sequence[str | None],
    credits_: Credits = SHOWN,
    evidence: Evidence = NOTHING,
) -> str:
    """The text about the newest event of a series."""
    points = series(values)
    folded = fold(judged_on(rule, points), Threshold.of(rule))
    now = Standpoint(points[-1][0].settles_at, FIRST.ended_at)
    change = reconcile(folded.events, [], since=FIRST, now=now)[-1]
    _, message = change_in_series(Told(rule, points, folded, evidence), change, credits_)
    return message.text


def test_a_crossing_is_told_from_where_to_how_sure() -> None:
    """The message goes from the plain sentence to what it rests on, without a code or jargon."""
    assert last_message(crossing(clear="48"), ["44.9..58.4", "50.5..63.5"]).split("\n") == [
        f"China's models carried 50.5 % of OpenRouter's tokens, 5–11 January, {IF_ALL}",
        "This holds whatever the unidentified tokens are.",
        "Before, 29 December 2025 – 4 January 2026, it was 44.9 % (up to 58.4 %); the change is +5.6 points.",
        "It is the first time since recorded history begins (29 December 2025 – 4 January 2026).",
        "It counts as over only at 48 % or less.",
        "5–11 January 2026 (2026-W02) is settled: received whole, and past the days in which figures still move.",
        "Rule made-crossing, kept by the tests.",
        "Source: a test. Tokens are counted by each provider's own tokenizer.",
    ]


def test_a_way_back_that_only_the_known_tokens_show_is_not_certain() -> None:
    """A known share that fell says that the unidentified tokens could change it, and when it had risen."""
    lines = last_message(crossing(), ["49", "51..60", "47..57"]).split("\n")
    assert (
        lines[1]
        == "This is not certain: it counts what is known, and the unidentified tokens could change it."
    )
    assert lines[3] == "It had been so since 5–11 January 2026."


def test_a_basis_without_the_unknown_tokens_says_so() -> None:
    """Whoever reads a share of attributed tokens is told that it is not one of all."""
    said = last_message(crossing(measure={"basis": "attributed"}), ["49", "51..60"]).split("\n")[1]
    assert said == (
        "This holds whatever the unidentified tokens are. It is about OpenRouter's attributed tokens, not about all: "
        "what nobody can attribute is left out."
    )


def test_a_figure_without_free_variants_says_so() -> None:
    """Whoever reads a count of tokens is told what was left out of it."""
    rule = crossing(metric="tokens", measure={"without_free": True})
    assert last_message(rule, ["49", "51"]).split("\n")[1].endswith("Free variants are left out.")


def test_what_lay_between_is_said() -> None:
    """A crossing after missing and undecided weeks says between which weeks it happened."""
    text = last_message(lead(), ["-5", None, "-2..3", "1..4"])
    assert (
        "It happened between 29 December 2025 – 4 January 2026 and 19–25 January; "
        "in between: 1 week missing and 1 week undecided."
    ) in text


def test_a_confirmed_run_says_since_when() -> None:
    """A rule that waits says when the run began."""
    text = last_message(crossing(for_windows=2), ["49", "51", "52"])
    assert "It has been so since 5–11 January, 2 weeks in a row." in text


def test_made_data_say_so_in_the_first_line() -> None:
    """A notification shows the first line only, so that is where made data are said to be made."""
    made = Credits(citation(None, made=True), made=True)
    first, *_, last = last_message(crossing(), ["49", "51"], made).split("\n")
    assert first.startswith("[MADE SAMPLE DATA, not OpenRouter's] China's models carried")
    assert last.startswith("MADE SAMPLE DATA")


def test_a_digest_counts_what_it_does_not_list() -> None:
    """A long list is cut, and says where the rest is to be seen."""
    digest = undelivered_digest([f"message {number}" for number in range(25)], FIRST.ended_at)
    assert digest.headline == "25 messages could not be delivered since 5 January 2026; in short:"
    assert digest.text.endswith("… and 5 more: `tokentide show alerts`.")


def test_a_digest_of_corrections_names_its_cause() -> None:
    """People hear why much changed at once."""
    digest = many_at_once(["one", "two"], "a lab was reviewed anew", SHOWN)
    assert digest.headline == "2 reported facts changed at once: a lab was reviewed anew"


def test_what_moved_it_adds_up() -> None:
    """Each model's points are named, largest first, and their sum is the change."""
    rows = spread(FIRST, {"kai/one": 30, "kai/two": 15, "ada/pro": 55})
    rows += spread(FIRST.next(), {"kai/one": 40, "qin/big": 12, "ada/pro": 48})
    weeks = Evidence(attributed(rows), [FIRST, FIRST.next()], None, "Source: a test.")
    text = last_message(crossing(), ["45", "52"], evidence=weeks)
    assert "it was 45.0 %; the change is +7.0 points." in text
    assert "By model, in points: kai/two -15.0, qin/big +12.0, kai/one +10.0." in text


def test_a_report_is_linked_where_there_is_one() -> None:
    """The configured address is a link for people and readable as plain text."""
    shown = Credits("Source: a test.", report_url="https://example.org/r?a=1&b=2")
    assert last_message(crossing(), ["49", "51"], shown).endswith("Report: https://example.org/r?a=1&amp;b=2")


def test_a_hostile_name_stays_harmless_in_a_whole_message() -> None:
    """A model that calls itself a mention, a link and a heading is told as plain, escaped text within the limits."""
    name = "evil/<!channel> <https://example.org|click> *bold*\n# heading\u202e" + "&" * 90
    rows = spread(FIRST, {"kai/one": 50, "ada/pro": 50}) + spread(FIRST.next(), {"kai/one": 50, name: 50})
    weeks = Evidence(attributed(rows), [FIRST, FIRST.next()], None, "Source: a test.")
    rule = crossing(metric="rank", measure={"by": "model"}, subject=name, op="<=", fire="5", judge="known")
    text = last_message(rule, ["51..999999", "2"], evidence=weeks)
    assert "<" not in text
    assert "\u202e" not in text
    assert text.startswith("evil/&lt;!channel&gt; &lt;https://example.org|click&gt; *bold* # heading")
    assert "was no. 2 of OpenRouter's models, 5–11 January, and is now among the 5 largest" in text
    assert "it was no. 51 or lower: it was not among those published." in text
