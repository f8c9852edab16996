"""Shares of tasks: `GET /classifications/task`, with a key; the last seven days, and no others."""

from typing import Final

from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.data_api import CallBudget, ask
from tasks.sources.keeping import keep, peek_day

PATH: Final = "classifications/task"
WINDOW: Final = "7d"


def fetch_task_shares(client: UpstreamClient, archive: Archive, budget: CallBudget) -> Receipt:
    """The receipt of the shares of the seven days that were last published. The publisher keeps no history.

    Raises:
        AsOfError: the run stands at an earlier moment, at which this API cannot be asked.
        BudgetSpentError: the account has no call left today; nothing was asked, or the upstream said so.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    answer = ask(client, PATH, {"window": WINDOW}, budget)
    published = peek_day(answer.body, "data", "as_of")
    return keep(client, archive, answer, Channel.TASKS, Asked(subject=WINDOW), as_of=published)
