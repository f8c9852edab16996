"""Attribution: every token in exactly one bucket, as known at the standpoint."""

from datetime import UTC, date, datetime, time
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.frames import AttributedUsage
from schemas.reviewed_frames import Attributions, Labs
from tasks.metrics.attribution import attribute
from tests.support.made_usage import (
    AS_OF,
    ATTRIBUTIONS,
    LABS,
    SLUGS,
    attributed,
    attributions,
    few_examples,
    labs,
    two_weeks,
    usage,
)

DAY = date(2026, 6, 15)
WITHDRAWN = {"lab": None, "country": None, "confidence": "withdrawn"}


def standing(
    slug: str,
    *,
    day: date = DAY,
    labs: dy.DataFrame[Labs] = LABS,
    attributions: dy.DataFrame[Attributions] = ATTRIBUTIONS,
    as_of: datetime = AS_OF,
) -> tuple[str, str | None, str | None]:
    """The bucket, lab and origin of one model on one day."""
    found = attribute(usage([(day, slug, 1)]), labs, attributions, as_of=as_of)
    bucket, lab, origin = found.select("bucket", "lab", "origin").row(0)
    return bucket, lab, origin


def test_each_kind_of_name_has_its_bucket() -> None:
    """The made names fall into the buckets that the definitions give them."""
    found = attributed([(DAY, slug, 1) for slug in SLUGS])
    assert sorted(found.select("model", "variant", "author", "bucket", "origin").rows()) == [
        ("ada/pro", "", "ada", "origin", "US"),
        ("bob/fast", "", "bob", "origin", "US"),
        ("eve/fin", "", "eve", "origin", "FR"),
        ("kai/one", "", "kai", "origin", "CN"),
        ("kai/one", "free", "kai", "origin", "CN"),
        ("kai/two", "", "kai", "origin", "CN"),
        ("openrouter/auto", "", "openrouter", "composite", None),
        ("other", "", "other", "tail", None),
        ("qin/big", "", "qin", "origin", "CN"),
        ("stealth/fox", "", "stealth", "undisclosed", None),
        ("stealth/owl", "", "stealth", "origin", "CN"),
        ("zoe/new", "", "zoe", "unreviewed", None),
        ("~ada/latest", "", "ada", "composite", None),
    ]


@pytest.mark.parametrize(
    ("as_of", "bucket"),
    [
        (datetime(2026, 6, 19, 23, 59, tzinfo=UTC), "undisclosed"),
        (datetime(2026, 6, 20, 0, 0, tzinfo=UTC), "origin"),
    ],
)
def test_a_reveal_counts_once_it_is_known(as_of: datetime, bucket: str) -> None:
    """A stealth model is undisclosed for every standpoint before its identity was known."""
    assert standing("stealth/owl:free", as_of=as_of)[0] == bucket


@pytest.mark.parametrize(
    "row",
    [
        {"confidence": "low"},
        {"known_since": date(2026, 7, 2)},
        {"valid_from": date(2026, 6, 16)},
        {"country": None},
        {"lab": None},
    ],
)
def test_what_is_not_reviewed_is_not_attributed(row: dict[str, Any]) -> None:
    """A reveal that is doubtful, unknown yet, not valid yet or without a side leaves the model undisclosed."""
    owl = {"slug": "stealth/owl", "lab": "Qin", "country": "CN"}
    assert standing("stealth/owl", attributions=attributions({**owl, **row}))[0] == "undisclosed"


@pytest.mark.parametrize(
    "row",
    [
        {"confidence": "low"},
        {"known_since": date(2026, 7, 2)},
        {"valid_from": date(2026, 6, 16)},
        {"country": None},
    ],
)
def test_an_author_without_a_usable_row_is_unreviewed(row: dict[str, Any]) -> None:
    """An author whose row is doubtful, unknown yet, not valid yet or without a country is unreviewed."""
    kai = {"author": "kai", "lab": "Kai", "country": "CN"}
    assert standing("kai/one", labs=labs({**kai, **row})) == ("unreviewed", None, None)


def test_a_lab_that_moved_has_a_country_for_each_day() -> None:
    """The newest row that is valid on the day decides, and the past stays where it was."""
    moved = labs(
        {"author": "kai", "lab": "Kai", "country": "SG", "valid_from": DAY},
        {"author": "kai", "lab": "Kai", "country": "CN"},
    )
    origins = [standing("kai/one", day=day, labs=moved)[2] for day in (date(2026, 6, 14), DAY)]
    assert origins == ["CN", "SG"]


def test_a_rumour_moves_nobody() -> None:
    """A newer row of low confidence neither gives a country nor takes one away."""
    rumour = {"author": "kai", "lab": "Kai", "country": "US", "confidence": "low"}
    kai = {"author": "kai", "lab": "Kai", "country": "CN"}
    for newer in ({"valid_from": DAY}, {"known_since": DAY}):
        assert standing("kai/one", labs=labs(kai, {**rumour, **newer}))[2] == "CN"


@pytest.mark.parametrize(("as_of", "origin"), [(date(2026, 6, 29), "SG"), (date(2026, 6, 30), "CN")])
def test_a_correction_holds_for_the_past_from_the_day_it_was_learned(as_of: date, origin: str) -> None:
    """A standpoint from before it was learned still has what was believed then."""
    believed: dict[str, Any] = {"author": "kai", "lab": "Kai", "country": "SG"}
    corrected = {**believed, "country": "CN", "known_since": date(2026, 6, 30)}
    standpoint = datetime.combine(as_of, time(), UTC)
    found = (labs(believed, corrected), labs(corrected, believed))
    assert {standing("kai/one", labs=rows, as_of=standpoint)[2] for rows in found} == {origin}


def test_a_corrected_reveal_is_the_other_labs() -> None:
    """Who was behind a stealth model is corrected as an author is."""
    believed = {"slug": "stealth/owl", "lab": "Qin", "country": "CN"}
    corrected = {**believed, "lab": "Ada", "country": "US", "known_since": date(2026, 6, 30)}
    assert standing("stealth/owl", attributions=attributions(corrected, believed)) == ("origin", "Ada", "US")


@pytest.mark.parametrize(
    ("as_of", "bucket"), [(date(2026, 6, 29), "origin"), (date(2026, 6, 30), "undisclosed")]
)
def test_a_reveal_that_was_wrong_is_taken_back_from_the_day_it_was_known(as_of: date, bucket: str) -> None:
    """A standpoint from before still has what was believed; after it the model is undisclosed again."""
    believed = {"slug": "stealth/owl", "lab": "Qin", "country": "CN", "valid_from": date(2026, 6, 1)}
    taken_back = {**believed, **WITHDRAWN, "known_since": date(2026, 6, 30)}
    standpoint = datetime.combine(as_of, time(), UTC)
    found = standing("stealth/owl", attributions=attributions(taken_back, believed), as_of=standpoint)
    assert found[0] == bucket


def test_a_model_that_is_given_back_is_its_authors() -> None:
    """What a withdrawn row had said of the exact model leaves the word about its author."""
    given_away = {"slug": "kai/one", "lab": "Ada", "country": "US"}
    given_back = {**given_away, **WITHDRAWN, "known_since": date(2026, 6, 30)}
    assert standing("kai/one", attributions=attributions(given_away, given_back)) == ("origin", "Kai", "CN")


def test_what_is_reviewed_again_counts_again() -> None:
    """A withdrawal is a word like any other: the one learned last decides."""
    believed = {"author": "kai", "lab": "Kai", "country": "SG"}
    doubted = {**believed, "country": None, "confidence": "withdrawn", "known_since": date(2026, 6, 29)}
    known = {**believed, "country": "CN", "known_since": date(2026, 6, 30)}
    found = [
        standing("kai/one", labs=labs(believed, doubted, known), as_of=datetime(2026, 6, day, tzinfo=UTC))[2]
        for day in (28, 29, 30)
    ]
    assert found == ["SG", None, "CN"]


def test_a_move_outlives_a_correction_of_what_was_before() -> None:
    """What a row is about goes first: a late word about the earlier seat does not move a lab back."""
    moved = {"author": "kai", "lab": "Kai", "country": "SG", "valid_from": DAY}
    corrected = {"author": "kai", "lab": "Kai", "country": "CN", "known_since": date(2026, 6, 30)}
    found = labs(moved, corrected)
    assert [standing("kai/one", day=day, labs=found)[2] for day in (date(2026, 6, 14), DAY)] == ["CN", "SG"]


def test_the_exact_model_goes_before_its_author() -> None:
    """A model that an author publishes for another lab is that lab's, whatever is newer about the author."""
    given_away = attributions({"slug": "kai/one", "lab": "Ada", "country": "US"})
    newer = labs({"author": "kai", "lab": "Kai", "country": "CN", "valid_from": DAY})
    assert standing("kai/one:free", labs=newer, attributions=given_away) == ("origin", "Ada", "US")


def test_a_router_is_one_whatever_its_date() -> None:
    """A router was composite before anybody dated it, and no reveal makes it a lab's model."""
    dated = attributions(
        {"slug": "openrouter/auto", "kind": "router", "valid_from": date(2026, 7, 1)},
        {"slug": "openrouter/auto", "lab": "Ada", "country": "US"},
    )
    assert standing("openrouter/auto", attributions=dated) == ("composite", None, None)


def test_a_pseudo_author_is_no_lab() -> None:
    """A row about a namespace of cloaked models gives a country to none of them."""
    wrong = labs({"author": "stealth", "lab": "Stealth", "country": "US"})
    assert standing("stealth/fox", labs=wrong)[0] == "undisclosed"


def test_nothing_attributed_is_an_empty_frame() -> None:
    """Without rows there is an empty frame of the right shape, and without reviews nothing is lost."""
    assert attributed([]).schema == AttributedUsage.create_empty().schema
    assert standing("kai/one", labs=labs(), attributions=attributions())[0] == "unreviewed"


@few_examples
@given(two_weeks)
def test_no_row_is_lost_or_doubled(rows: list[tuple[date, str, int]]) -> None:
    """Each row comes out once, with its day and its tokens, under its own name."""
    suffix = pl.when(pl.col("variant") != "").then(":" + pl.col("variant")).otherwise(pl.lit(""))
    found = attributed(rows).select("day", pl.col("model") + suffix, "tokens")
    assert sorted(found.rows()) == sorted(usage(rows).rows())


reviews = st.builds(
    lambda author, country, valid_from, known_since, confidence: {
        "author": author,
        "lab": author.title(),
        "country": country,
        "valid_from": valid_from,
        "known_since": known_since,
        "confidence": confidence,
    },
    st.sampled_from(["kai", "ada", "zoe"]),
    st.sampled_from(["CN", "US"]),
    st.dates(date(2026, 6, 6), date(2026, 6, 20)),
    st.dates(date(2026, 6, 6), date(2026, 6, 30)),
    st.sampled_from(["high", "medium", "low"]),
)
standpoints = st.datetimes(datetime(2026, 6, 1), datetime(2026, 7, 5), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds are naive


@few_examples
@given(
    two_weeks,
    st.lists(reviews, max_size=6, unique_by=lambda row: tuple(row[name] for name in Labs.primary_key())),
    standpoints,
    standpoints,
)
def test_knowing_more_leaves_less_unknown(
    rows: list[tuple[date, str, int]], reviewed: list[dict[str, Any]], one: datetime, other: datetime
) -> None:
    """Added reviews with a country only ever shrink what is unknown, as the standpoint moves on."""
    earlier, later = (
        _unknown(attribute(usage(rows), labs(*reviewed), ATTRIBUTIONS, as_of=as_of))
        for as_of in sorted([one, other])
    )
    assert later <= earlier


def _unknown(found: dy.DataFrame[AttributedUsage]) -> set[tuple[date, str, str]]:
    return set(found.filter(pl.col("origin").is_null()).select("day", "model", "variant").rows())
