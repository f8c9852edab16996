"""Shares within tags: bounds that count everything unattributed, and all tags together."""

from datetime import date

import dataframely as dy
import polars as pl
import pytest

from schemas.definitions import By
from schemas.list_frames import ALL_TAGS, TaggedShares, TaskShares
from tasks.metrics.task_shares import task_shares

START, END = date(2026, 6, 15), date(2026, 6, 21)
Model = tuple[str, float | None, str | None, str | None]
"""Id, share within the tag, bucket and origin; no bucket where the id is not known."""


def tagged(tags: dict[tuple[str, float], list[Model]]) -> dy.DataFrame[TaggedShares]:
    """The models of tags, each tag with its share of all."""
    rows = [
        (START, END, tag, name, "code", size, size, share, bucket, origin, *_names(name, bucket, origin))
        for (tag, size), models in tags.items()
        for name, share, bucket, origin in models
    ]
    return TaggedShares.validate(pl.DataFrame(rows, schema=TaggedShares.create_empty().schema, orient="row"))


def _names(name: str, bucket: str | None, origin: str | None) -> tuple[str | None, ...]:
    """Lab, author and model; no name is known of an id that the catalogue never had."""
    return origin and f"{origin} lab", name.partition("/")[0] if bucket else None, name if bucket else None


TAGS: dict[tuple[str, float], list[Model]] = {
    ("code:x", 0.5): [
        ("a/one", 0.25, "origin", "CN"),
        ("b/two", 0.125, "origin", "US"),
        ("c/hidden", 0.25, "undisclosed", None),
        ("d/gone", 0.125, None, None),
    ],
    ("chat:y", 0.25): [("a/one", 0.5, "origin", "CN")],
    ("data:z", 0.125): [("", None, None, None)],
}


def found(tag: str, by: By = "origin") -> list[tuple[object, ...]]:
    """Subject, low, high and what is unattributed within a tag."""
    shares = task_shares(tagged(TAGS), by=by).filter(tag=tag)
    return shares.select("subject", "low", "high", "unattributed").rows()


def test_what_is_unattributed_may_be_anybodys() -> None:
    """Not listed, undisclosed or not in the catalogue: it is in the upper bound of each origin."""
    assert found("code:x") == [("CN", 0.25, 0.875, 0.625), ("US", 0.125, 0.75, 0.625)]


def test_an_origin_without_a_listed_model_has_a_bound_all_the_same() -> None:
    """Nothing is known of it there, which is not that it has nothing."""
    assert found("chat:y") == [("CN", 0.5, 1.0, 0.5), ("US", 0.0, 0.5, 0.5)]


def test_a_tag_without_models_is_wholly_unattributed() -> None:
    """It stays, and says so."""
    assert found("data:z") == [("CN", 0.0, 1.0, 1.0), ("US", 0.0, 1.0, 1.0)]


def test_all_tags_together_are_weighted() -> None:
    """Half and a quarter of everything; what no tag covers is unattributed, too."""
    low = 0.5 * 0.25 + 0.25 * 0.5
    unattributed = 1 - low - 0.5 * 0.125
    assert found(ALL_TAGS) == [
        ("CN", low, low + unattributed, unattributed),
        ("US", 0.0625, 0.0625 + unattributed, unattributed),
    ]


def test_coverage_and_size_stand_beside_each_share() -> None:
    """How much of a tag has a listed model, and how many; how much of everything the tag is."""
    shares = task_shares(tagged(TAGS)).filter(subject="CN")
    assert shares.select("tag", "tag_token_share", "coverage", "models", "macro_category").rows() == [
        (ALL_TAGS, 0.875, 0.5, 4, None),
        ("code:x", 0.5, 0.75, 4, "code"),
        ("chat:y", 0.25, 0.5, 1, "code"),
        ("data:z", 0.125, 0.0, 0, "code"),
    ]


@pytest.mark.parametrize(
    ("by", "subjects"),
    [
        ("lab", ["CN lab", "US lab"]),
        ("author", ["a", "c", "b"]),
        ("model", ["a/one", "c/hidden", "b/two"]),
    ],
)
def test_other_subjects_are_named_where_they_are_listed(by: By, subjects: list[str]) -> None:
    """A lab is that of attributed models; author and model are read off the name."""
    assert [row[0] for row in found("code:x", by)] == subjects
    assert len(found("data:z", by)) == 0


def test_shares_that_are_rounded_up_stay_within_one() -> None:
    """Upstream rounds each of them."""
    rows = tagged({("code:x", 1.0): [("a/one", 0.7, "origin", "CN"), ("b/two", 0.301, "origin", "US")]})
    assert task_shares(rows).filter(tag="code:x").select("high", "unattributed", "coverage").rows() == [
        (0.7, 0.0, 1.0),
        (0.301, 0.0, 1.0),
    ]


def test_nothing_classified_is_no_row() -> None:
    """No list, no figures."""
    assert isinstance(task_shares(tagged({})), pl.DataFrame)
    assert TaskShares.validate(task_shares(tagged({}))).is_empty()
