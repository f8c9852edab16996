"""What the server does by itself, as far as it can be held without waiting for it."""

import asyncio
import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from prefect.automations import AutomationCore
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.utilities.user_templates import render_user_template
from pydantic import SecretStr

from flows.automation_file import read_entries
from flows.automations import BLOCK, address_of, apply, payload_of
from flows.progress import WITH_WARNINGS
from schemas.errors import ReviewedDataError, UsageError
from schemas.settings import Settings
from tests.flows.test_prefect_yaml import DEPLOYMENTS
from tests.support.reads import Tell

SHIPPED = {entry["name"]: entry for entry in read_entries()}
HOOK = SecretStr("http://127.0.0.1:1/services/canary")


def rendered(said: str, **context: Any) -> str:
    """The text that Slack would be given."""
    made = asyncio.run(render_user_template(payload_of(said), context))
    text = json.loads(made)["text"]
    assert isinstance(text, str)
    return text


def on_server(name: str) -> list[Any]:
    """The automations of that name on the server."""
    with get_client(sync_client=True) as client:
        return client.read_automations_by_name(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_run_that_ended_with_warnings_ended_well(name: str) -> None:
    """Wherever a completed run is expected one with warnings is as good: its state has another name."""
    trigger = EventTrigger.model_validate(deepcopy(SHIPPED[name]["trigger"]))  # Prefect changes it
    assert trigger.expects("prefect.flow-run.Completed") == trigger.expects(
        f"prefect.flow-run.{WITH_WARNINGS}"
    )


@pytest.mark.parametrize(
    ("name", "longest"),
    [("daily", timedelta(days=1)), ("weekly", timedelta(days=4))],
    ids=["daily", "weekly"],
)
def test_a_missed_run_is_missed_soon_after_its_time(name: str, longest: timedelta) -> None:
    """The time allowed is that between two scheduled runs and a few hours, about the flow that is deployed so."""
    trigger = SHIPPED[f"tokentide-{name}-missed"]["trigger"]
    allowed = timedelta(seconds=trigger["within"])
    assert longest + timedelta(hours=2) < allowed < longest + timedelta(hours=8)
    flow_name = DEPLOYMENTS[name]["entrypoint"].rpartition(".")[2].replace("_", "-")
    assert trigger["match_related"]["prefect.resource.name"] == flow_name


def test_every_deployment_is_watched_for_failures() -> None:
    """The tag that the automations look for is on each deployment."""
    for name in ("tokentide-run-failed", "tokentide-run-late"):
        assert SHIPPED[name]["trigger"]["match_related"]["prefect.resource.id"] == "prefect.tag.tokentide"
    assert all("tokentide" in entry["tags"] for entry in DEPLOYMENTS.values())


def test_what_is_said_cannot_act() -> None:
    """An error that repeats what an upstream sent is text in valid JSON: no link, no mention, no second key."""
    state = SimpleNamespace(
        name="Failed", message='<!channel> "}, {"x": 1} & <https://x.example|here>\n{{ 7 * 7 }}'
    )
    run = SimpleNamespace(name="weekly 2026-W29", state=state)
    said = rendered(SHIPPED["tokentide-run-failed"]["says"], flow_run=run)
    assert said.startswith(
        'tokentide\'s run weekly 2026-W29 ended Failed: &lt;!channel&gt; "}, {"x": 1} &amp; &lt;https'
    )
    assert "{{ 7 * 7 }}" in said


def test_a_long_reason_is_cut() -> None:
    """A message stays one that people read."""
    run = SimpleNamespace(name="daily", state=SimpleNamespace(name="Failed", message="x" * 10_000))
    assert len(rendered(SHIPPED["tokentide-run-failed"]["says"], flow_run=run)) < 500


@pytest.fixture
def _none_on_server(prefect_server: None) -> None:
    with get_client(sync_client=True) as client:
        for name in SHIPPED:
            for found in client.read_automations_by_name(name):
                client.delete_automation(found.id)


@pytest.mark.usefixtures("_none_on_server")
def test_applying_twice_is_applying_once() -> None:
    """The second time each is brought up to date; the address is in a block, and is the newest one."""
    assert {(each.name, each.outcome) for each in apply(HOOK)} == {(name, "created") for name in SHIPPED}
    newer = SecretStr(f"{HOOK.get_secret_value()}-newer")
    assert {(each.name, each.outcome) for each in apply(newer)} == {(name, "updated") for name in SHIPPED}
    assert [len(on_server(name)) for name in SHIPPED] == [1] * len(SHIPPED)
    block = Webhook.load(BLOCK)
    assert isinstance(block, Webhook)
    assert block.url == newer


def test_a_second_one_of_a_name_is_deleted(prefect_server: None) -> None:
    """Whoever created one by hand as well hears of a failure once."""
    apply(HOOK)
    with get_client(sync_client=True) as client:
        twin = AutomationCore.model_validate(deepcopy(SHIPPED["tokentide-lost-runs"]))
        client.create_automation(twin)
    apply(HOOK)
    assert len(on_server("tokentide-lost-runs")) == 1


def test_an_automation_that_cannot_be_meant_is_named(prefect_server: None, tmp_path: Path) -> None:
    """File, automation, what is wrong there."""
    file = tmp_path / "mine.yaml"
    entry = SHIPPED["tokentide-run-late"]
    file.write_text(yaml.safe_dump([{**entry, "trigger": {**entry["trigger"], "within": 3}}]))
    with pytest.raises(ReviewedDataError, match=r"automation 'tokentide-run-late': .*10 seconds") as refused:
        apply(HOOK, file)
    assert str(refused.value).startswith(str(file))


def test_what_is_delivered_nowhere_else_goes_to_the_fallback() -> None:
    """Its own address first, then that of operations, then that of the news; without any there is nothing to apply."""
    hooks = {
        "SLACK_WEBHOOK_URL": "https://x/news",
        "SLACK_OPS_WEBHOOK_URL": "https://x/ops",
        "SLACK_FALLBACK_WEBHOOK_URL": "https://x/fallback",
    }
    found = []
    while hooks:
        found.append(address_of(Settings.model_validate(hooks)).get_secret_value())
        hooks.popitem()
    assert found == ["https://x/fallback", "https://x/ops", "https://x/news"]
    with pytest.raises(UsageError, match="SLACK_FALLBACK_WEBHOOK_URL"):
        address_of(Settings())


def test_without_a_server_there_is_nothing_to_apply_to(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary server would forget them at once."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    status, out, err = tell("automations", "apply")
    assert (status, out) == (2, "")
    assert "set PREFECT_API_URL" in err
