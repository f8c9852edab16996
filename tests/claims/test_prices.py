"""Claims about list prices, from made catalogues."""

from datetime import date
from typing import Any

import polars as pl

from schemas.frames import CatalogueRows
from tasks.claims.prices import Catalogues, judge_prices
from tasks.claims.verdicts import Outcome, Reason
from tests.support.made_claims import claim

NOW = date(2026, 7, 1)


def _catalogue(prices: dict[str, tuple[int | None, int | None]]) -> Any:
    """Entries of plain models with their prompt and completion price in USD cents per million tokens."""
    usual = {"model_id": "x", "name": "x", "is_router": False, "is_conditional": False}
    rows = [
        {
            "canonical_slug": slug,
            "variant": "",
            "prompt_pusd_per_token": None if prompt is None else prompt * 10**4,
            "completion_pusd_per_token": None if completion is None else completion * 10**4,
            **usual,
        }
        for slug, (prompt, completion) in prices.items()
    ]
    return CatalogueRows.validate(pl.DataFrame(rows, schema=CatalogueRows.create_empty().schema), cast=True)


def _price(value: str, *models: str, **more: Any) -> dict[str, Any]:
    unit = "USD per million tokens"
    return {"measure": "price", "models": list(models), "value": value, "unit": unit, **more}


NOTHING = _catalogue({})
LISTED = _catalogue(
    {"kai/one": (30, 120), "ada/pro": (510, 1500), "bob/fast": (60, 90), "auto": (None, None)}
)


def test_the_plain_price_is_blended() -> None:
    """Three prompt tokens to one completion token: 0.525 USD; the prompt price alone is another definition."""
    plain, prompt = (
        judge_prices(claim(_price(value, "kai/one"), windows=[]), Catalogues(LISTED, LISTED, NOW))
        for value in ("0.525", "0.30")
    )

    assert plain.outcome is Outcome.HOLDS
    assert prompt.outcome is Outcome.HOLDS_ONLY_IF
    assert prompt.fitting[0].definition["basis"] == "prompt price of kai/one"


def test_a_comparison_names_whom_it_holds_with() -> None:
    """Price and ratio must be true together: 17 times only against ada/pro, by prompt price."""
    ratio = {
        "measure": "price_ratio",
        "dearer": ["bob/fast", "ada/pro"],
        "cheaper": ["kai/one"],
        "value": "17",
        "unit": "times",
    }
    found = judge_prices(claim(_price("0.30", "kai/one"), ratio, windows=[]), Catalogues(LISTED, LISTED, NOW))

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert {trial.definition["basis"] for trial in found.fitting} == {
        "prompt price of kai/one; ada/pro over kai/one"
    }


def test_a_price_that_did_not_change_is_named_once() -> None:
    """Where both catalogues say the same, "now" is no second definition."""
    found = judge_prices(claim(_price("0.525", "kai/one"), windows=[]), Catalogues(LISTED, LISTED, NOW))

    assert [trial.definition["attribution"] for trial in found.fitting] == ["then"]


def test_the_simplest_price_comes_first() -> None:
    """Another model at the blended price, before another price of another model."""
    stated = _price("2", "ada/pro", "bob/fast", "kai/one", means="below")
    found = judge_prices(claim(stated, windows=[]), Catalogues(LISTED, LISTED, NOW))

    assert [trial.definition["basis"] for trial in found.fitting] == [
        "blended 3:1 price of bob/fast",
        "blended 3:1 price of kai/one",
        "prompt price of bob/fast",
        "completion price of bob/fast",
        "prompt price of kai/one",
        "completion price of kai/one",
    ]


def test_a_later_catalogue_is_said_to_be_one() -> None:
    """Where no catalogue of the day is recorded, a later one can only make it hold under that definition."""
    right, wrong = (
        judge_prices(claim(_price(value, "kai/one"), windows=[]), Catalogues(NOTHING, LISTED, NOW))
        for value in ("0.525", "9")
    )

    assert right.outcome is Outcome.HOLDS_ONLY_IF
    assert (right.fitting[0].definition["attribution"], right.fitting[0].definition["window"]) == (
        "now",
        "2026-07-01..2026-07-01",
    )
    assert (wrong.outcome, wrong.reason) == (Outcome.NO_DATA, Reason.NOT_RECORDED)


def test_a_wrong_price_fails() -> None:
    """Neither price of either day is what was stated."""
    found = judge_prices(claim(_price("9", "kai/one"), windows=[]), Catalogues(LISTED, LISTED, NOW))

    assert found.outcome is Outcome.FAILS
    assert found.nearest is not None
    assert found.nearest.definition["basis"] == "completion price of kai/one"


def test_a_router_has_no_price() -> None:
    """A price that varies is no price: there is no data, and nothing is free."""
    found = judge_prices(
        claim(_price("1", "auto", means="below"), windows=[]), Catalogues(LISTED, LISTED, NOW)
    )

    assert found.outcome is Outcome.NO_DATA
