"""The search for the definition under which a claim holds, on weeks that can be added up by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.definitions import Basis, Definition
from schemas.windows import Window
from tasks.answers import Question, answer
from tasks.claims.search import judge_usage
from tasks.claims.senses import senses
from tasks.claims.verdicts import Outcome, Reason
from tests.support.made_claims import PUBLISHED, claim, evidence, reading, share, tokens
from tests.support.made_usage import W24, W25, W26, few_examples

PLAIN = {"kai/one": 40, "qin/big": 20, "ada/pro": 30, "other": 10}
"""CN 60, US 30, tail 10 of 100."""
LADDER = {
    **{f"kai/m{n}": 70 - n for n in range(6)},
    **{f"ada/m{n}": 81 - n for n in range(3)},
    **{f"bob/s{n:02}": 20 for n in range(10)},
    "other": 200,
}
"""Nine large models of which six are Chinese, and ten small American ones: 405 of 645 is 62.8 %."""


def test_the_plain_reading_holds() -> None:
    """A share of all tokens, in the stated week, is the plain reading; it comes first of what fits."""
    found = judge_usage(claim(share("60")), evidence({W24: PLAIN}))

    assert (found.outcome, found.reason) == (Outcome.HOLDS, None)
    assert found.fitting[0].definition == {
        "basis": "all",
        "window": "2026-W24",
        "variants": "merged",
        "attribution": "now",
    }
    assert found.fitting[0].values == (Fraction(3, 5),)


def test_only_the_top_nine_fits() -> None:
    """As with the published 61 %: of every token it is less, and only the nine largest models give it."""
    found = judge_usage(claim(share("62", means="just_above")), evidence({W24: LADDER}))

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert [(trial.definition["basis"], trial.definition["variants"]) for trial in found.fitting] == [
        ("top:9", "merged"),
        ("top:9", "apart"),
    ]
    assert found.fitting[0].values == (Fraction(405, 645),)
    assert found.plain is not None
    assert found.plain.values == (Fraction(405, 1045),)


def test_two_definitions_that_fit_are_both_named_the_simplest_first() -> None:
    """Without a tail-free difference between them, attributed and pair give the same: both are said."""
    week = {"kai/one": 60, "ada/pro": 40, "zoe/new": 50, "other": 50}
    found = judge_usage(claim(share("60")), evidence({W24: week}))

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert [trial.definition["basis"] for trial in found.fitting] == ["attributed", "pair:CN,US"]


def test_one_definition_must_fit_all_quantities() -> None:
    """60 % is true of all tokens and 33.3 % of the named ones: no definition has both, so the claim fails."""
    both = claim(share("60"), share("33.3", "US"))
    apart = [judge_usage(claim(each), evidence({W24: PLAIN})) for each in (share("60"), share("33.3", "US"))]
    found = judge_usage(both, evidence({W24: PLAIN}))

    assert [each.outcome for each in apart] == [Outcome.HOLDS, Outcome.HOLDS_ONLY_IF]
    assert (found.outcome, found.fitting) == (Outcome.FAILS, ())


def test_several_quantities_that_one_definition_fits() -> None:
    """Tokens of two origins, a share and a count are all true of the plain reading."""
    found = judge_usage(
        claim(
            tokens("60"),
            tokens("30", "US"),
            share("60"),
            {"measure": "count", "origin": "CN", "among": 3, "value": "2", "unit": "models"},
        ),
        evidence({W24: PLAIN}),
    )

    assert found.outcome is Outcome.HOLDS
    assert found.fitting[0].values == (60, 30, Fraction(3, 5), 2)


def test_a_stealth_model_as_known_then_and_now() -> None:
    """stealth/owl counted for nobody when the claim was published, and is Chinese now."""
    week = {"kai/one": 50, "stealth/owl": 20, "ada/pro": 30}
    now, then = (judge_usage(claim(share(value)), evidence({W24: week})) for value in ("70", "50"))

    assert now.outcome is Outcome.HOLDS
    assert then.outcome is Outcome.HOLDS_ONLY_IF
    assert then.fitting[0].definition["attribution"] == "then"


def test_then_is_not_said_where_it_is_the_same_as_now() -> None:
    """Where no attribution changed, the same figures are not named twice."""
    found = judge_usage(claim(share("60")), evidence({W24: PLAIN}))

    assert {trial.definition["attribution"] for trial in found.fitting} == {"now"}


def test_variants_apart() -> None:
    """A model falls out of the top five where its free twin is a model of its own."""
    week = {
        "kai/one": 30,
        "kai/one:free": 30,
        "ada/a": 50,
        "ada/b": 40,
        "ada/c": 35,
        "ada/d": 32,
        "bob/e": 31,
    }
    chinese, american, none = (
        judge_usage(claim(stated, basis="top:5"), evidence({W24: week}))
        for stated in (share("27.6"), share("100", "US"), share("0"))
    )

    assert chinese.outcome is Outcome.HOLDS
    assert [trial.definition for trial in american.fitting] == [
        {"basis": "top:5", "window": "2026-W24", "variants": "apart", "attribution": "now"}
    ]
    assert none.outcome is Outcome.FAILS  # China has no row in that top five, which is no zero


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ("2026-06-10..2026-06-16", "2026-W24"),
        ("trailing:7@2026-06-17", "2026-W24"),
        ("2026-W24", "2026-W24"),
        ("trailing:7@2026-06-13", "2026-W24"),
    ],
)
def test_a_week_near_the_stated_one_is_found(stated: str, fits: str) -> None:
    """The ISO week is tried where the stated seven days end up to three days beside it."""
    found = judge_usage(claim(tokens("60"), window=stated), evidence({W24: PLAIN, W25: {"kai/one": 1}}))

    assert fits in [trial.definition["window"] for trial in found.fitting]


def test_windows_around_the_stated_one() -> None:
    """Stated days first, then ISO week, Sunday week, and trailing days by distance."""
    windows = list(
        dict.fromkeys(str(sense.window) for sense in senses(claim(tokens("1"), window="2026-W24")))
    )

    assert set(windows) == {
        "2026-W24",
        "week:SUN@2026-06-14",
        "week:SUN@2026-06-07",
        "trailing:7@2026-06-12",
        "trailing:7@2026-06-11",
        "trailing:7@2026-06-15",
        "trailing:7@2026-06-16",
        "trailing:7@2026-06-17",
    }
    assert windows[0] == "2026-W24"


def test_what_is_not_recorded_is_no_data() -> None:
    """No window near the stated one is whole: nothing is held against anything."""
    found = judge_usage(claim(share("60"), window="2026-W20"), evidence({W24: PLAIN}))

    assert (found.outcome, found.reason) == (Outcome.NO_DATA, Reason.NOT_RECORDED)
    assert found.fitting == ()


def test_a_part_that_is_not_recorded_leaves_the_claim_open() -> None:
    """What is known of it fits, the year before is not recorded: neither true nor false."""
    found = judge_usage(
        claim(share("60"), share("2", means="below", window="2025-W24")), evidence({W24: PLAIN})
    )

    assert found.outcome is Outcome.NO_DATA


def test_a_part_that_is_wrong_fails_whatever_is_not_recorded() -> None:
    """No definition gives the first number, so the missing window cannot save the claim."""
    found = judge_usage(
        claim(share("12"), share("2", means="below", window="2025-W24")), evidence({W24: PLAIN})
    )

    assert found.outcome is Outcome.FAILS


def test_the_nearest_miss_is_named() -> None:
    """62 % of all, 66.7 % of the named: the nearer one to 64 % is said, with how far off it is."""
    week = {"kai/one": 62, "ada/pro": 31, "other": 7}
    found = judge_usage(claim(share("64")), evidence({W24: week}))

    assert found.outcome is Outcome.FAILS
    assert found.nearest is not None
    assert found.nearest.definition["basis"] == "all"
    assert found.nearest.miss == (Fraction(635, 1000) - Fraction(62, 100)) / Fraction(635, 1000)


def test_growth_against_the_window_before() -> None:
    """+50 % on the week before; without that week nobody knows."""
    stated = {"measure": "growth", "subjects": ["CN"], "value": "50", "unit": "per cent"}
    weeks = {W24: {"kai/one": 40}, W25: {"kai/one": 60}}

    assert judge_usage(claim(stated, window="2026-W25"), evidence(weeks)).outcome is Outcome.HOLDS
    assert judge_usage(claim(stated), evidence(weeks)).outcome is Outcome.NO_DATA


def test_a_subject_that_was_not_seen_is_no_zero() -> None:
    """A share below 2 % is not shown by an origin without a row: that may be anything up to the unknown."""
    found = judge_usage(claim(share("2", "KR", means="below")), evidence({W24: PLAIN}))

    assert found.outcome is Outcome.FAILS
    assert found.plain is not None
    assert found.plain.said == ["no tokens of it were seen in 2026-W24"]


FIRST = {"measure": "first_lead", "pair": ["CN", "US"]}


def test_a_first_lead_needs_all_of_history() -> None:
    """China leads in the only weeks that are recorded: whether that was the first time nobody can say."""
    found = judge_usage(claim(tokens("60"), FIRST), evidence({W24: PLAIN}))

    assert found.outcome is Outcome.NO_DATA
    assert found.plain is not None
    assert "earlier windows are not recorded" in found.plain.said[0]


def test_a_first_lead_is_refuted_by_an_earlier_one() -> None:
    """One earlier week with the lead is enough, whatever else is missing."""
    may, june = Window.parse("2026-05"), Window.parse("2026-06")
    found = judge_usage(claim(tokens("60"), FIRST, window="2026-06"), evidence({may: PLAIN, june: PLAIN}))

    assert found.outcome is Outcome.FAILS
    assert found.plain is not None
    assert found.plain.said == ["CN was ahead of US before: month from 2026-05-01"]


def test_a_first_lead_over_all_of_history() -> None:
    """Every week since upstream's history begins was American until this one."""
    weeks = {Window.parse("2025-W02"): {"kai/one": 1, "ada/pro": 2}}
    while max(weeks, key=lambda window: window.end) != W24:
        last = max(weeks, key=lambda window: window.end)
        weeks[last.next()] = {"kai/one": 1, "ada/pro": 2} if last.next() != W24 else PLAIN
    found = judge_usage(claim(tokens("60"), FIRST), evidence(weeks))
    gap = Window.parse("2025-W24")
    known = {window: counts for window, counts in weeks.items() if window != gap}
    with_gap = judge_usage(claim(tokens("60"), FIRST), evidence(known, known_gaps=frozenset(gap.days)))

    assert (found.outcome, found.fitting[0].values) == (Outcome.HOLDS, (60, True))
    assert with_gap.outcome is Outcome.HOLDS
    assert with_gap.fitting[0].said == ["windows not checked, as upstream lacks a day of them: 1"]


def test_simplest_means_nearest_to_the_plain_reading() -> None:
    """The first definition is the plain one, then come those that differ in one part, then in two."""
    stated = claim(share("60"), basis="top:7", window="2026-06-10..2026-06-16")
    plain, *rest = senses(stated)
    parts = [
        sum(
            getattr(sense, name) != getattr(plain, name)
            for name in ("basis", "window", "variants", "attribution")
        )
        for sense in rest
    ]

    assert (str(plain.basis), str(plain.window)) == ("top:7", "trailing:7@2026-06-16")
    assert parts == sorted(parts)
    assert parts[0] == 1


models = st.dictionaries(
    st.sampled_from(["kai/a", "kai/b", "kai/b:free", "qin/c", "ada/d", "ada/e:free", "bob/f", "eve/g"])
    | st.sampled_from(["stealth/owl", "stealth/fox", "zoe/h", "openrouter/auto", "other"]),
    st.integers(1, 50),
    min_size=3,
)


@settings(few_examples, max_examples=12)
@given(weeks=st.lists(models, min_size=3, max_size=3), stated=st.integers(1, 99))
def test_every_definition_named_gives_its_value_back(weeks: list[dict[str, int]], stated: int) -> None:
    """Asking `show shares` for a definition that is named gives the value that is named, within rounding."""
    recorded = dict(zip((W24, W25, W26), weeks, strict=True))
    found = judge_usage(claim(share(str(stated), tolerance="2"), window="2026-W25"), evidence(recorded))

    for trial in found.fitting:
        asked = trial.definition
        then = evidence(recorded).moment("then", PUBLISHED)
        known = reading(recorded) if asked["attribution"] == "now" else reading(recorded, then)
        definition = Definition("origin", Basis.parse(asked["basis"]), asked["variants"])  # type: ignore[arg-type]
        shown = answer(
            known, Question("shares", Window.parse(asked["window"]), definition=definition, subject="CN")
        )
        [value] = trial.values
        assert shown.rows[0]["share"] == pytest.approx(float(value or 0))
        assert abs(float(value or 0) * 100 - stated) <= 2.0001


def test_a_claim_of_the_future_knows_nothing_later() -> None:
    """Published after the standpoint, "then" is the standpoint."""
    week = {"kai/one": 50, "stealth/owl": 20, "ada/pro": 30}
    found = judge_usage(claim(share("50"), date=date(2027, 1, 1)), evidence({W24: week}))

    assert found.outcome is Outcome.FAILS
