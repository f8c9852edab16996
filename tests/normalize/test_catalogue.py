"""Entries of the catalogue: exact prices, twins, routers, aliases, and what is not understood."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import EnvelopeError
from tasks.normalize import NormalizedCatalogue, normalize_catalogue


def entry(model_id: str = "a/b", slug: str = "a/b-20260101", **changes: Any) -> dict[str, Any]:
    """An entry as it is published."""
    pricing = {"prompt": "0.0000003", "completion": "0.0000012", "web_search": "0.01"}
    entry = {
        "id": model_id,
        "canonical_slug": slug,
        "name": "A: B",
        "created": 1782843083,
        "pricing": pricing,
    }
    return {**entry, "hugging_face_id": "", "architecture": {"modality": "text->text"}, **changes}


def read(*entries: object) -> NormalizedCatalogue:
    """What is understood of a catalogue."""
    return normalize_catalogue(json.dumps({"data": entries}).encode())


def priced(prompt: object, completion: object = "0") -> tuple[Any, ...]:
    """Both prices (pico-USD per token), whether it is a router, and how many complaints there are."""
    found = read(entry(pricing={"prompt": prompt, "completion": completion}))
    columns = ("prompt_pusd_per_token", "completion_pusd_per_token", "is_router")
    return (*found.rows.select(columns).row(0), found.quarantined.height)


def test_an_entry_is_read_with_exact_prices() -> None:
    """USD per token, a decimal string, becomes whole pico-USD; an empty Hugging Face id is none."""
    assert read(entry()).rows.row(0, named=True) == {
        "canonical_slug": "a/b-20260101",
        "variant": "",
        "model_id": "a/b",
        "name": "A: B",
        "created_at": 1782843083,
        "prompt_pusd_per_token": 300_000,
        "completion_pusd_per_token": 1_200_000,
        "is_router": False,
        "hugging_face_id": None,
        "conditions": None,
        "is_conditional": False,
        "intelligence_index": None,
    }


NIGHT = {"utc_start": "0000", "utc_end": "0600", "prompt": "0.0000001", "completion": "0.0000004"}
LONG = {"min_prompt_tokens": 200_000, "prompt": "0.0000003", "completion": "0.0000012"}


@pytest.mark.parametrize(
    ("prompt", "completion", "overrides", "conditional"),
    [
        ("0.0000003", "0.0000012", [NIGHT], False),  # by day
        ("0.0000001", "0.0000004", [NIGHT], True),
        ("0.0000001", "0.0000012", [NIGHT], False),
        ("0.0000001", "0.0000012", [{**NIGHT, "completion": None}], True),
        ("0.0000003", "0.0000012", [LONG], False),  # a length is no hour
        ("0.0000003", "0.0000012", ["new", {"utc_start": 0}], False),
    ],
)
def test_conditional_prices_are_kept(
    prompt: str, completion: str, overrides: list[object], conditional: bool
) -> None:
    """As they were published, whatever they are; and a price that is one of certain hours is known as such."""
    pricing = {"prompt": prompt, "completion": completion, "overrides": overrides}
    row = read(entry(pricing=pricing)).rows.row(0, named=True)
    assert (json.loads(row["conditions"]), row["is_conditional"]) == (overrides, conditional)
    assert row["prompt_pusd_per_token"] == int(float(prompt) * 10**12 + 0.5)


@pytest.mark.parametrize("overrides", [None, {}, "0.1", []])
def test_conditions_of_no_known_shape_cost_no_price(overrides: object) -> None:
    """Where there is no list of them, there are none; the price stands."""
    found = read(entry(pricing={"prompt": "0", "completion": "0", "overrides": overrides}))
    assert found.rows.select("conditions", "prompt_pusd_per_token").row(0) == (None, 0)
    assert found.quarantined.is_empty()


@pytest.mark.parametrize(
    ("benchmarks", "expected"),
    [
        (
            {"artificial_analysis": {"intelligence_index": 53.4, "coding_index": 71.5}, "design_arena": []},
            53.4,
        ),
        ({"artificial_analysis": {"intelligence_index": 53}}, 53.0),
        ({"artificial_analysis": {"intelligence_index": "53.4"}}, None),
        ({"artificial_analysis": {"intelligence_index": -1}}, None),
        ({"artificial_analysis": None}, None),
        ("53.4", None),
        (None, None),
    ],
)
def test_a_benchmark_index_is_read_or_absent(benchmarks: object, expected: float | None) -> None:
    """A number that is understood, else none: it costs neither the entry nor its price."""
    found = read(entry(benchmarks=benchmarks))
    assert found.rows["intelligence_index"].to_list() == [expected]
    assert found.quarantined.is_empty()


def test_free_is_a_price() -> None:
    """0 is free, which is not the same as having no price."""
    assert priced("0") == (0, 0, False, 0)


@pytest.mark.parametrize(("prompt", "completion"), [("-1", "-1"), ("-1", "0"), ("0", "-1.0")])
def test_a_router_has_no_price(prompt: str, completion: str) -> None:
    """-1 means that the price varies: it is a router, without a complaint."""
    assert priced(prompt, completion) == (None, None, True, 0)


@pytest.mark.parametrize(
    "price",
    ["1e-6", "-0.1", "-2", "0.0000000000001", "9999999999", "free", "", " 1", "٣", None, 0.5, 5, True],
)
def test_a_price_that_is_not_understood_is_none(price: object) -> None:
    """An odd price leaves the entry without one, and is listed; it is never 0."""
    assert priced(price) == (None, None, False, 1)


@given(st.integers(0, 10**12))
def test_prices_are_exact_to_the_last_digit(pusd: int) -> None:
    """Every price in whole pico-USD is read back exactly."""
    whole, part = divmod(pusd, 10**12)
    assert priced(f"{whole}.{part:012d}")[0] == pusd


def test_twins_are_entries_of_their_own() -> None:
    """Entries that share a canonical slug are told apart by the variant of their id."""
    free = entry("a/b:free", pricing={"prompt": "0", "completion": "0"})
    found = read(entry(), free).rows.select("canonical_slug", "variant", "prompt_pusd_per_token").rows()
    assert found == [("a/b-20260101", "", 300_000), ("a/b-20260101", "free", 0)]


def test_an_alias_is_no_model() -> None:
    """`~author/x-latest` is a name for whatever is newest, and is left out without a complaint."""
    found = read(entry(), entry("~a/b-latest", "~a/b-latest"))
    assert (found.rows["model_id"].to_list(), found.quarantined.height) == (["a/b"], 0)


def test_the_same_model_under_two_ids_is_one_entry() -> None:
    """Two entries of one model and variant that agree on the price are one, whichever comes first."""
    one, two = entry("a/b"), entry("a/a")
    assert read(one, two).rows.equals(read(two, one).rows)
    assert read(one, two).rows["model_id"].to_list() == ["a/a"]


def test_entries_that_disagree_leave_no_price() -> None:
    """Two prices for one model and variant: neither is taken, and both entries are listed."""
    found = read(entry("a/b"), entry("a/a", pricing={"prompt": "0", "completion": "0"}))
    assert found.rows["prompt_pusd_per_token"].to_list() == [None]
    assert found.quarantined["row_number"].to_list() == [1, 2]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "model",
        {"id": "a/b"},
        entry(name=5),
        entry("other", "other"),
        entry(slug="a/b-20260101:free"),
        entry("a b/c"),
        entry(created="soon"),
        entry(created=-1),
    ],
    ids=["null", "text", "no slug", "no name", "other", "variant in slug", "space", "no time", "before time"],
)
def test_an_entry_that_is_not_understood_is_set_apart(odd: object) -> None:
    """An odd entry costs itself only, and is shown with its text."""
    found = read(odd, entry())
    assert (found.rows.height, found.quarantined.select("row_number", "day").rows()) == (1, [(1, None)])


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"[]", b'{"data":{}}', b'{"data":[]}', b'{"data":[{}', b"[" * 99_999]
)
def test_another_answer_stops(body: bytes) -> None:
    """An answer that is no catalogue, or an empty one, is one line that names where it is kept."""
    with pytest.raises(EnvelopeError, match=r"kept in the archive as [0-9a-f]{64}"):
        normalize_catalogue(body)
