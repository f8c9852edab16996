"""Claims about list prices, from made catalogues."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import polars as pl

from schemas.price_frames import PricedUsage, PriceVintages
from tasks.claims.price_books import Listed, PriceBook, listed_prices, weighted_by_origin
from tasks.claims.prices import judge_prices
from tasks.claims.verdicts import Outcome, Reason
from tests.support.made_claims import PUBLISHED, claim
from tests.support.made_prices import Reading, june, vintages
from tests.support.made_usage import W24

NOW = date(2026, 7, 1)
LISTED_SINCE = datetime(2026, 6, 1, 6, tzinfo=UTC)


def _catalogue(prices: dict[str, tuple[int | None, int | None]]) -> Any:
    """Entries of plain models with their prompt and completion price in USD cents per million tokens."""
    usual = {
        "snapshot_id": 1,
        "known_at": LISTED_SINCE,
        "listed": True,
        "is_router": False,
        "is_conditional": False,
    }
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
    return PriceVintages.validate(pl.DataFrame(rows, schema=PriceVintages.create_empty().schema))


def _price(value: str, *models: str, **more: Any) -> dict[str, Any]:
    unit = "USD per million tokens"
    return {"measure": "price", "models": list(models), "value": value, "unit": unit, **more}


def books(then: Any, now: Any) -> tuple[PriceBook, PriceBook]:
    """What was listed on the day of the claim, and what is listed now."""
    return PriceBook(PUBLISHED, listed_prices(then, PUBLISHED)), PriceBook(NOW, listed_prices(now, NOW))


NOTHING = _catalogue({})
LISTED = _catalogue(
    {"kai/one": (30, 120), "ada/pro": (510, 1500), "bob/fast": (60, 90), "auto": (None, None)}
)


def test_the_plain_price_is_blended() -> None:
    """Three prompt tokens to one completion token: 0.525 USD; the prompt price alone is another definition."""
    plain, prompt = (
        judge_prices(claim(_price(value, "kai/one"), windows=[]), *books(LISTED, LISTED))
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
    found = judge_prices(claim(_price("0.30", "kai/one"), ratio, windows=[]), *books(LISTED, LISTED))

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert {trial.definition["basis"] for trial in found.fitting} == {
        "prompt price of kai/one; ada/pro over kai/one"
    }


def test_a_price_that_did_not_change_is_named_once() -> None:
    """Where both catalogues say the same, "now" is no second definition."""
    found = judge_prices(claim(_price("0.525", "kai/one"), windows=[]), *books(LISTED, LISTED))

    assert [trial.definition["attribution"] for trial in found.fitting] == ["then"]


def test_the_simplest_price_comes_first() -> None:
    """Another model at the blended price, before another price of another model."""
    stated = _price("2", "ada/pro", "bob/fast", "kai/one", means="below")
    found = judge_prices(claim(stated, windows=[]), *books(LISTED, LISTED))

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
        judge_prices(claim(_price(value, "kai/one"), windows=[]), *books(NOTHING, LISTED))
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
    found = judge_prices(claim(_price("9", "kai/one"), windows=[]), *books(LISTED, LISTED))

    assert found.outcome is Outcome.FAILS
    assert found.nearest is not None
    assert found.nearest.definition["basis"] == "completion price of kai/one"


def test_a_glitch_is_no_price() -> None:
    """A model that shows 0/0 on the day of a claim still costs what it did; a later 0/0 does not refute it."""
    readings: list[Reading] = [(june(1), [("kai/one", 2, 6)]), (june(12), [("kai/one", 0, 0)])]
    book = PriceBook(PUBLISHED, listed_prices(vintages(readings), PUBLISHED))

    assert judge_prices(claim(_price("3", "kai/one"), windows=[]), book, book).outcome is Outcome.HOLDS


def test_the_price_of_an_hour_is_none_of_a_claim() -> None:
    """A catalogue read in an hour with a price of its own does not change what the model costs."""
    readings: list[Reading] = [(june(1), [("kai/one", 2, 6)]), (june(12), [("kai/one", 1, 3)])]
    by_night = vintages(readings).with_columns(is_conditional=pl.col("snapshot_id") == 2)
    book = PriceBook(PUBLISHED, listed_prices(PriceVintages.validate(by_night), PUBLISHED))

    assert judge_prices(claim(_price("3", "kai/one"), windows=[]), book, book).outcome is Outcome.HOLDS


def test_a_router_has_no_price() -> None:
    """A price that varies is no price: there is no data, and nothing is free."""
    found = judge_prices(claim(_price("1", "auto", means="below"), windows=[]), *books(LISTED, LISTED))

    assert found.outcome is Outcome.NO_DATA


ORIGINS = {"kai/one": "CN", "qin/big": "CN", "ada/pro": "US", "bob/fast": "US", "bob/slow": "US"}
MARKET = _catalogue(
    {
        "kai/one": (20, 20),
        "qin/big": (40, 40),
        "ada/pro": (600, 600),
        "bob/fast": (60, 60),
        "bob/slow": (450, 450),
    }
)
"""Medians: China 0.30, United States 4.50 USD: 15 times."""


def _ratio(value: str, **more: Any) -> dict[str, Any]:
    return {"measure": "price_ratio", "value": value, "unit": "times", **more}


def market(*rows: tuple[str, int]) -> PriceBook:
    """A catalogue with origins, and a week in which so many tokens of each model were used."""
    prices = {row["canonical_slug"]: row["prompt_pusd_per_token"] for row in MARKET.to_dicts()}
    used = [
        {
            "day": W24.start,
            "model": model,
            "variant": "",
            "author": model.partition("/")[0],
            "lab": "x",
            "origin": ORIGINS[model],
            "bucket": "origin",
            "tokens": tokens,
            "prompt_pusd_per_token": prices.get(model),
            "completion_pusd_per_token": prices.get(model),
        }
        for model, tokens in rows
    ]
    usage = PricedUsage.validate(pl.DataFrame(used, schema=PricedUsage.create_empty().schema))
    return PriceBook(
        PUBLISHED, listed_prices(MARKET, PUBLISHED), ORIGINS, W24, weighted_by_origin(usage, W24)
    )


def test_origins_are_compared_by_their_median_model_and_by_their_tokens() -> None:
    """15 times by the median models; by what tokens cost 2 times, since people use the cheap American one."""
    book = market(("qin/big", 10), ("bob/fast", 30), ("ada/pro", 1))
    median, tokens, neither = (
        judge_prices(claim(_ratio(value, origins=["US", "CN"]), windows=[]), book, book)
        for value in ("14..16", "1.5..2", "99")
    )

    assert median.outcome is Outcome.HOLDS
    assert median.fitting[0].definition["basis"] == (
        "blended 3:1 price of the median listed model of US over the median listed model of CN"
    )
    assert tokens.outcome is Outcome.HOLDS_ONLY_IF
    assert tokens.fitting[0].values == (Fraction(30 * 60 + 600, 31) / 40,)
    assert tokens.fitting[0].definition["window"] == "2026-W24"
    assert "the named tokens of US (100% of them priced)" in tokens.fitting[0].definition["basis"]
    assert neither.outcome is Outcome.FAILS


def test_pairs_of_models_come_before_origins() -> None:
    """Both fit 15 times: the pair that the claim names is the simpler one, and both are said."""
    stated = _ratio("14..16", dearer=["ada/pro"], cheaper=["qin/big"], origins=["US", "CN"])
    found = judge_prices(claim(stated, windows=[]), market(("qin/big", 1), ("ada/pro", 1)), market())

    assert found.outcome is Outcome.HOLDS
    bases = [trial.definition["basis"] for trial in found.fitting]
    assert bases[0] == "blended 3:1 price of ada/pro over qin/big"
    assert "blended 3:1 price of the median listed model of US over the median listed model of CN" in bases


def test_tokens_without_a_price_are_not_compared() -> None:
    """An origin none of whose tokens is priced, or that was not used, has no price: there is no data."""
    stated = claim(_ratio("2", origins=["US", "FR"]), windows=[])

    assert judge_prices(stated, market(("ada/pro", 1)), market()).outcome is Outcome.NO_DATA


def test_the_cheapest_of_a_class() -> None:
    """The lowest price above 0 of a model that is good enough; a higher level may cost more."""
    listed = {
        "kai/one": Listed(Fraction(20 * 10**4), Fraction(20 * 10**4), 12.0),
        "qin/big": Listed(Fraction(40 * 10**4), Fraction(40 * 10**4), 30.5),
        "bob/fast": Listed(Fraction(0), Fraction(0), 50.0),
        "ada/pro": Listed(Fraction(600 * 10**4), Fraction(600 * 10**4)),
    }
    book = PriceBook(PUBLISHED, listed)
    stated = {"measure": "cheapest", "unit": "USD per million tokens", "levels": ["10", "30", "40"]}
    plain, dearer, none = (
        judge_prices(claim({**stated, "value": value, **more}, windows=[]), book, book)
        for value, more in (("0.20", {}), ("0.40", {}), ("1", {"levels": ["60"]}))
    )

    assert (plain.outcome, plain.fitting[0].values) == (Outcome.HOLDS, (Fraction(1, 5),))
    assert dearer.outcome is Outcome.HOLDS_ONLY_IF
    assert (
        dearer.fitting[0].definition["basis"]
        == "blended 3:1 price of the cheapest with an index of 30 or more"
    )
    assert none.outcome is Outcome.NO_DATA
