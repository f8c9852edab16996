"""What the Prefect server does by itself when runs fail, are lost or do not come: kept in `automations.yaml`.

Its messages do not pass through our database or outbox, which may be what is broken: the server posts them to a
Slack webhook that it keeps, encrypted, in a block of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from prefect.automations import AutomationCore
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import SyncPrefectClient, get_client
from pydantic import SecretStr, ValidationError

from flows.automation_file import FILE, read_entries
from schemas.errors import ReviewedDataError, UsageError
from schemas.settings import Settings
from schemas.strict_yaml import first_problem

BLOCK: Final = "tokentide-alarm"
"""The name of the block that holds the webhook's address."""
_ESCAPED: Final = "said | replace('&', '&amp;') | replace('<', '&lt;') | replace('>', '&gt;')"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one automation on the server."""

    name: str
    outcome: Literal["created", "updated"]


def address_of(settings: Settings) -> SecretStr:
    """The Slack webhook for what is delivered nowhere else.

    Raises:
        UsageError: there is none.
    """
    address = (
        settings.slack_fallback_webhook_url or settings.slack_ops_webhook_url or settings.slack_webhook_url
    )
    if address is None:
        raise UsageError(
            "The server has nowhere to speak: set SLACK_FALLBACK_WEBHOOK_URL (or SLACK_WEBHOOK_URL) to an incoming "
            "webhook."
        )
    return address


def apply(address: SecretStr, path: Path | None = None) -> list[Applied]:
    """Create the automations of a file on the server, or bring those of the same name up to date.

    What somebody paused is enabled again, and a second one of the same name is deleted.

    Args:
        address: the Slack webhook that the server posts to.
        path: the file; the shipped one if not given.

    Raises:
        ReviewedDataError: the file cannot be read; names the automation and the repair.
    """
    entries = read_entries(path)
    block = Webhook(url=address, headers={"Content-Type": "application/json"}).save(BLOCK, overwrite=True)
    automations = [_automation(entry, str(block), str(path or FILE)) for entry in entries]
    with get_client(sync_client=True) as client:
        return [_upsert(client, automation) for automation in automations]


def _upsert(client: SyncPrefectClient, automation: AutomationCore) -> Applied:
    found = client.read_automations_by_name(automation.name)
    if not found:
        client.create_automation(automation)
        return Applied(automation.name, "created")
    first, *twins = found
    client.update_automation(first.id, automation)
    for twin in twins:
        client.delete_automation(twin.id)
    return Applied(automation.name, "updated")


def _automation(entry: Mapping[str, Any], block_id: str, source: str) -> AutomationCore:
    said = entry.get("says")
    rest = {name: value for name, value in entry.items() if name != "says"}
    if said is not None:
        rest["actions"] = [
            {"type": "call-webhook", "block_document_id": block_id, "payload": payload_of(str(said))}
        ]
    try:
        return AutomationCore.model_validate(rest)
    except ValidationError as error:
        name = entry.get("name", "without a name")
        raise ReviewedDataError(f"{source}: automation '{name}': {first_problem(error, {})}.") from None


def payload_of(said: str) -> str:
    """The template of a Slack message that says what the template `said` gives, with nothing in it acting."""
    return f'{{% set said %}}{said}{{% endset %}}{{"text": {{{{ {_ESCAPED} | tojson }}}}}}'
