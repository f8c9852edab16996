"""The second router in the weekly run, and `show crosscheck` on the made sample."""

import json
from pathlib import Path

import pytest

from flows.sample import made
from flows.sample.server import SampleUpstream
from flows.weekly_rankings import weekly_rankings
from schemas.errors import ExitStatus
from schemas.settings import SampleSettings, Settings, using
from schemas.summary import RunSummary
from tasks.run import run_context
from tasks.second_router import has_gateway, update_gateway
from tests.support.reads import Tell, answer_of
from tests.support.upstream import NOW, misbehaving, reply

LOOPBACK, PUBLIC = "http://127.0.0.1:9", "https://vercel.com/api"
DAY = "2026-10-07"
FIRST = made.VINTAGES[0]


def weekly(settings: SampleSettings, gateway: str) -> RunSummary:
    """What the main job found out on the first look, with that gateway."""
    with using(settings.model_copy(update={"vercel_base_url": gateway})):
        state = weekly_rankings(as_of=made.looked_at(FIRST), return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


@pytest.mark.usefixtures("prefect_server")
def test_a_gateway_that_fails_costs_a_warning(settings: SampleSettings, upstream: SampleUpstream) -> None:
    """Rankings, figures and news are there as without it, and the run says what was missing."""
    good = weekly(settings, upstream.gateway_url)
    bad = weekly(settings, f"{upstream.url}/nothing")
    assert (good.exit_status, good.warnings) == (ExitStatus.DONE, [])
    assert (bad.exit_status, bad.errors) == (ExitStatus.WARNINGS, [])
    assert "/nothing/ai/leaderboard-export" in bad.warnings[0]
    assert bad.shares == good.shares


@pytest.mark.parametrize(
    ("openrouter", "gateway", "pinned", "asked"),
    [
        ("https://openrouter.ai/api/v1", PUBLIC, False, True),
        ("https://openrouter.ai/api/v1", PUBLIC, True, False),
        (LOOPBACK, PUBLIC, False, False),
        (LOOPBACK, LOOPBACK, True, True),
    ],
)
def test_who_is_asked(tmp_path: Path, openrouter: str, gateway: str, pinned: bool, asked: bool) -> None:
    """The real gateway knows only now, and its shares do not belong beside made rankings."""
    settings = Settings(TOKENTIDE_HOME=tmp_path, OPENROUTER_BASE_URL=openrouter, VERCEL_BASE_URL=gateway)
    with run_context(settings, as_of=NOW if pinned else None) as run:
        assert has_gateway(run) is asked


def test_no_key_goes_to_the_gateway(tmp_path: Path) -> None:
    """It asks for none, and the others' are not its business."""
    empty = json.dumps(
        {"dataset": "labs", "modality": "text", "license": "CC-BY-4.0", "rows": [], "from": DAY, "to": DAY}
    ).encode()
    with misbehaving(reply(body=empty)) as upstream:
        settings = Settings(
            TOKENTIDE_HOME=tmp_path,
            VERCEL_BASE_URL=upstream.base_url,
            OPENROUTER_API_KEY="sk-or-canary",
            HF_TOKEN="hf-canary",
        )
        with run_context(settings, as_of=NOW) as run:
            assert update_gateway(run) == 0
    assert [path.partition("?")[2] for path in upstream.asked] == ["dataset=labs&modality=text&format=json"]
    assert "authorization" not in upstream.sent[0]


def test_both_routers_stand_side_by_side(tell: Tell) -> None:
    """Each origin with both shares, both citable, and a sentence about who leads."""
    found = answer_of(tell, "crosscheck", "--window", "2026-W39")
    china = found["rows"][0]
    own = answer_of(tell, "shares", "--window", "2026-W39")["rows"][0]
    assert (china["origin"], china["openrouter_share"]) == ("CN", own["share"])
    assert china["difference_points"] == pytest.approx(
        100 * (china["gateway_share"] - china["openrouter_share"])
    )
    assert (china["gateway_days"], china["agree"]) == (7, True)
    assert found["notes"][-1] == "2026-W39, CN or US ahead: OpenRouter CN, the gateway CN; they agree."
    assert {entry["url"].partition("?")[0].rpartition("/")[2] for entry in found["inputs"]} >= {
        "leaderboard-export"
    }


def test_a_week_that_the_gateway_does_not_have_is_said(tell: Tell) -> None:
    """What was known before its first look is one side only."""
    found = answer_of(tell, "crosscheck", "--window", "2026-W13", "--as-of", "2026-04-30T03:00Z")
    assert found["rows"] == []
    assert found["window"]["complete"] is False


def test_only_origins_can_be_compared(tell: Tell) -> None:
    """The gateway names labs in its own way, and models not at all."""
    status, _, err = tell("show", "crosscheck", "--by", "model", "--sample")
    assert (status, err) == (ExitStatus.USAGE, "tokentide: --by model is not for crosscheck; use origin.\n")
