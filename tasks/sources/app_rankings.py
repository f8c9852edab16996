"""Rankings of apps: `GET /datasets/app-rankings`, with a key, of any span of days since 2025."""

from typing import Final

from schemas.list_frames import Sort
from schemas.receipts import Asked, Channel, Receipt
from schemas.windows import Window
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.data_api import CallBudget, ask
from tasks.sources.keeping import keep, peek_moment

PATH: Final = "datasets/app-rankings"
LARGEST_PAGE: Final = 100


def fetch_apps(
    client: UpstreamClient, archive: Archive, window: Window, sort: Sort, budget: CallBudget
) -> Receipt:
    """The receipt of the first hundred apps of a window, by tokens or by how much more than before they are.

    Raises:
        AsOfError: the run stands at an earlier moment, at which this API cannot be asked.
        BudgetSpentError: the account has no call left today; nothing was asked, or the upstream said so.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    span = {"start_date": str(window.start), "end_date": str(window.end)}
    answer = ask(client, PATH, {"sort": sort, **span, "limit": str(LARGEST_PAGE), "offset": "0"}, budget)
    asked = Asked(start=window.start, end=window.end, subject=sort)
    return keep(client, archive, answer, Channel.APPS, asked, as_of=peek_moment(answer.body, "meta", "as_of"))
