"""Two routers side by side: what each of them knows of an origin, and whether they agree on who leads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.family_frames import GatewayLabs
from schemas.gateway_frames import GatewayDays
from schemas.windows import Window
from tasks.metrics.crosscheck import attribute_days, crosscheck
from tasks.metrics.leads import leads
from tasks.metrics.shares import shares
from tests.support.made_usage import AS_OF, BASELINE, LABS, W24, W25, attributed, labs

NAMES = {"kai-gateway": "kai", "ada-gateway": "ada"}
ON_OPENROUTER = {"kai/one": 50, "ada/pro": 30, "eve/fin": 10, "other": 10}


def names(**since: date) -> Any:
    """The reviewed names of the gateway's labs; `ada` may be known since a later day."""
    rows = [
        (name, author, since.get(author, BASELINE), "made", "high", BASELINE, None)
        for name, author in NAMES.items()
    ]
    return GatewayLabs.validate(
        pl.DataFrame(rows, GatewayLabs.create_empty().schema, orient="row"), cast=True
    )


def days(window: Window, *shares_of: Mapping[str, float]) -> list[tuple[date, str, str, float]]:
    """Rows of a window; day by day the mappings in turn, the same for tokens, requests and spend."""
    return [
        (day, metric, name, share)
        for number, day in enumerate(window.days)
        for metric in ("requests", "spend", "tokens")
        for name, share in shares_of[number % len(shares_of)].items()
    ]


def compared(rows: list[tuple[date, str, str, float]], **reviewed: Any) -> pl.DataFrame:
    """Week 25 on both routers; OpenRouter has it whole, with 50 % CN, 30 % US and 10 % in the tail."""
    usage = attributed((day, slug, tokens) for day in W25.days for slug, tokens in ON_OPENROUTER.items())
    there = GatewayDays.validate(pl.DataFrame(rows, GatewayDays.create_empty().schema, orient="row"))
    known = attribute_days(there, reviewed.get("names", names()), reviewed.get("labs", LABS), as_of=AS_OF)
    return crosscheck(
        shares(usage, [W25]), leads(usage, [W25], a="CN", b="US"), known, [W25], pair=("CN", "US")
    )


def of(found: pl.DataFrame, origin: str) -> dict[str, Any]:
    """The row of an origin."""
    return found.row(by_predicate=pl.col("origin") == origin, named=True)


def test_shares_stand_side_by_side() -> None:
    """Each with what it would be if all that nobody knows were the origin's, and the difference in points."""
    china = of(compared(days(W25, {"kai-gateway": 0.2, "ada-gateway": 0.7, "zoe": 0.1})), "CN")
    assert (china["openrouter_share"], china["openrouter_high"]) == pytest.approx((0.5, 0.6))
    assert (china["gateway_share"], china["gateway_high"]) == pytest.approx((0.2, 0.3))
    assert (china["difference_points"], china["apart"]) == (pytest.approx(-30), True)
    assert (china["openrouter_coverage"], china["gateway_coverage"]) == pytest.approx((0.9, 0.9))


def test_a_window_is_the_mean_of_its_days() -> None:
    """The gateway states no volumes, so every day counts alike; a day on which a lab is not seen counts, too."""
    found = compared(days(W25, {"kai-gateway": 0.7, "zoe": 0.3}, {"zoe": 1.0}))
    assert of(found, "CN")["gateway_share"] == pytest.approx(0.7 * 4 / 7)


@pytest.mark.parametrize(
    ("shared", "leader", "decided", "agree"),
    [
        ({"kai-gateway": 0.6, "ada-gateway": 0.4}, "CN", True, True),
        ({"kai-gateway": 0.4, "ada-gateway": 0.6}, "US", True, False),
        ({"kai-gateway": 0.35, "ada-gateway": 0.4, "zoe": 0.25}, "US", False, None),
        ({"kai-gateway": 0.5, "ada-gateway": 0.5}, None, False, None),
        ({"ada-gateway": 0.9, "zoe": 0.1}, "US", True, False),
    ],
)
def test_agreement_needs_a_decided_leader_on_both(
    shared: dict[str, float], leader: str | None, decided: bool, agree: bool | None
) -> None:
    """A lead that unknown labs could turn is no disagreement with anybody."""
    row = of(compared(days(W25, shared)), "US")
    assert (row["gateway_leader"], row["gateway_decided"], row["agree"]) == (leader, decided, agree)
    assert (row["openrouter_leader"], row["openrouter_decided"]) == ("CN", True)


def test_a_missing_day_leaves_one_side() -> None:
    """A window that is not whole on the gateway has no point there, never a mean of fewer days."""
    found = compared([row for row in days(W25, {"kai-gateway": 1.0}) if row[0] != W25.end])
    china = of(found, "CN")
    assert (china["gateway_share"], china["gateway_leader"], china["agree"]) == (None, None, None)
    assert china["gateway_days"] == 6
    assert china["openrouter_share"] == pytest.approx(0.5)


@pytest.mark.parametrize(("unknown", "apart"), [(0.05, True), (0.3, False)])
def test_an_origin_that_only_one_router_states_has_no_difference(unknown: float, apart: bool) -> None:
    """Nothing was seen of it there, which is not zero; it may have all that nobody can attribute."""
    france = of(compared(days(W25, {"kai-gateway": 1 - unknown, "zoe": unknown})), "FR")
    assert (france["gateway_share"], france["difference_points"]) == (None, None)
    assert (france["gateway_high"], france["apart"]) == (pytest.approx(unknown), apart)


def test_days_outside_the_window_do_not_count() -> None:
    """The export holds two months; a window takes its own days."""
    found = compared([*days(W24, {"ada-gateway": 1.0}), *days(W25, {"kai-gateway": 1.0})])
    assert of(found, "CN")["gateway_share"] == 1.0


def test_a_name_that_was_reviewed_later_is_unknown() -> None:
    """As of a standpoint before the row was known the lab belongs to nobody."""
    later = names(ada=date(2026, 7, 2))
    found = compared(days(W25, {"kai-gateway": 0.3, "ada-gateway": 0.7}), names=later)
    assert of(found, "CN")["gateway_high"] == pytest.approx(1.0)
    assert of(found, "US")["gateway_share"] is None


def test_a_lab_that_moved_has_the_origin_of_the_day() -> None:
    """The seat is that of `labs.csv` on each day."""
    moved = labs(
        {"author": "kai", "lab": "Kai", "country": "CN"},
        {"author": "kai", "lab": "Kai", "country": "SG", "valid_from": W25.days[1], "known_since": BASELINE},
    )
    found = compared(days(W25, {"kai-gateway": 1.0}), labs=moved)
    assert (of(found, "CN")["gateway_share"], of(found, "SG")["gateway_share"]) == pytest.approx(
        (1 / 7, 6 / 7)
    )
