"""Claims are reviewed data: read strictly, laid over, refused with the repair."""

from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from schemas.claim_numbers import Quantity
from schemas.claims import parse_claims
from schemas.errors import ReviewedDataError
from storage.claims import load_claims, read_claims

SHIPPED = files("schemas").joinpath("reference/claims.yaml").read_text(encoding="utf-8")

FIRST_LEAD = "{measure: first_lead, pair: [CN, US]}"
A_PRICE = '{measure: price, models: [a/b], value: "1", unit: USD per million tokens}'


def test_the_shipped_claims_are_read() -> None:
    """Every claim has a source, and those about tokens, prices, derivatives and none of them are there."""
    claims = parse_claims(SHIPPED, "claims.yaml")

    assert len({claim.id for claim in claims}) == len(claims)
    assert {claim.feed for claim in claims} == {"usage", "catalogue", "derivatives", None}


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ('value: "4.12"', "value: 4.12", "value '4.12' must be text; put it in quotes"),
        ('value: "61"', 'value: "61 %"', "numbers are decimals in quotes"),
        ("measure: tokens", "measure: tea", "is no measure; write one of tokens, share"),
        ("unit: trillion tokens", "unit: gallons", "unit 'gallons' must be 'tokens' or 'trillion tokens'"),
        ("subjects: [CN]", "subject: CN", "subject 'CN' is no key of a claim"),
        ('windows: ["2026-04", ', 'windows: ["2026-4", ', "'2026-4' names no window"),
        ('basis: "top:5"', 'basis: "best"', "'best' is no basis"),
        ("date: 2026-02-27", "date: someday", "must be a day"),
        ("  date: 2026-02-27\n", "", "date is missing"),
        ("means: just_above", "means: above, tolerance: '1'", "tolerance is for a rounded value"),
        ('value: "10..20"', 'value: "20..10"', "begins above its end"),
        ("unread: no publication of a figure was read", 'url: ""', "addresses begin with https://"),
        ("  no_feed: Energy use", "  note: Energy use", "either quantities or no_feed"),
        (FIRST_LEAD, A_PRICE, "rest on different records"),
        ("      origins: [US, CN]", "      origins: [US, China]", "origins"),
        ('levels: ["15", ', "levels: [15, ", "must be text; put it in quotes"),
        ("id: cn-above-61", "id: cn-412-us-294", "claim 'cn-412-us-294' stands there twice"),
        ("  stated: above 61 %", "  stated: above 61 %\n  stated: 62", "the key 'stated' stands there twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_repair(written: str, instead: str, complaint: str) -> None:
    """A slip stops with one line that names the file and the claim and says what is wrong."""
    assert written in SHIPPED
    with pytest.raises(ReviewedDataError) as refused:
        parse_claims(SHIPPED.replace(written, instead, 1), "my/claims.yaml")
    assert str(refused.value).startswith("my/claims.yaml")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_error_names_the_claim() -> None:
    """Among many claims, the one to repair is named."""
    with pytest.raises(ReviewedDataError, match="claim 'cn-above-61': "):
        parse_claims(SHIPPED.replace("means: just_above", "means: very", 1), "claims.yaml")


def test_a_file_without_claims_is_refused() -> None:
    """A file that holds something else is not taken for one without claims."""
    with pytest.raises(ReviewedDataError, match="holds no list of claims"):
        parse_claims("claims: {}", "claims.yaml")


OWN = """
- id: cn-above-61
  text: Mine.
  stated: "61"
  source: {outlet: me, unread: mine}
  no_feed: Mine too.
- id: one-more
  text: More.
  stated: more
  source: {outlet: me, url: "https://example.org/more"}
  no_feed: None.
"""


def test_the_users_claims_are_laid_over(tmp_path: Path) -> None:
    """The same id replaces a shipped claim in its place, a new one is added at the end."""
    (tmp_path / "claims.yaml").write_text(OWN, encoding="utf-8")
    shipped, laid = load_claims(None), load_claims(tmp_path)

    assert [claim.id for claim in laid] == [*(claim.id for claim in shipped), "one-more"]
    assert laid[1].text == "Mine."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be read is named."""
    with pytest.raises(ReviewedDataError, match=r"none\.yaml cannot be read"):
        read_claims(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        ({"value": "56.9"}, ("56.85", "56.95"), ("56.84", "56.96")),
        ({"value": "61", "means": "just_above"}, ("61", "61.99"), ("60.99", "62")),
        ({"value": "45", "tolerance": "2.5"}, ("42.5", "47.5"), ("42.4", "47.6")),
        ({"value": "2", "means": "below"}, ("0", "1.99"), ("2", "3")),
        ({"value": "100000", "means": "above"}, ("100001", "999999"), ("100000", "5")),
        ({"value": "10..20"}, ("10", "20"), ("9.9", "20.1")),
    ],
)
def test_how_far_words_let_a_number_go(
    written: dict[str, str], inside: tuple[str, str], outside: tuple[str, str]
) -> None:
    """The last printed digit says how the number was rounded, unless its words or a tolerance say more."""
    allowed = Quantity.model_validate(written).interval

    assert all(allowed.holds(Fraction(value)) for value in inside)
    assert not any(allowed.holds(Fraction(value)) for value in outside)
