"""Definitions: a basis is written so that reading it gives the same basis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.definitions import ALL_TOKENS, Basis, Definition
from schemas.errors import UsageError

spellings = st.one_of(
    st.sampled_from(["all", "named", "attributed", "pair:CN,US", "pair:FR,DE"]),
    st.integers(1, 999).map("top:{}".format),
)


@given(spellings)
def test_spelling_reads_back(text: str) -> None:
    """A basis is written as it is read."""
    assert str(Basis.parse(text)) == text


@pytest.mark.parametrize("text", ["", "everything", "pairs:CN,US", "top:0", "top:-1", "top:1000", "top:"])
def test_what_is_no_basis_says_what_is(text: str) -> None:
    """A text that names no basis is refused, with the spellings that do."""
    with pytest.raises(UsageError, match="write all, named, attributed, pair:CN,US or top:9"):
        Basis.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pair:CN", "'CN' names no two origins"),
        ("pair:CN,CN", "'CN,CN' names no two origins"),
        ("pair:CN,UK", "'UK' is no country code"),
        ("pair:CN,US,FR", "'US,FR' is no country code"),
    ],
)
def test_a_pair_is_of_two_countries(text: str, said: str) -> None:
    """A code that no country has is refused: compared with nothing, anybody leads for sure."""
    with pytest.raises(UsageError, match=said):
        Basis.parse(text)


def test_codes_may_be_small() -> None:
    """What is meant is clear, and written back as codes are."""
    assert str(Basis.parse("pair:cn, us")) == "pair:CN,US"


@given(spellings)
def test_only_what_leaves_out_the_unknown_is_conditional(text: str) -> None:
    """Bounds are conditional on the two bases whose denominators hold no unknown token."""
    assert Basis.parse(text).conditional == text.startswith(("attributed", "pair"))


def test_the_default_is_every_token_by_origin() -> None:
    """A figure without further words is an origin's part of all tokens, variants merged."""
    assert Definition().as_dict() == {"by": "origin", "basis": "all", "variants": "merged"}
    assert Definition().basis == ALL_TOKENS
