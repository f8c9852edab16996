"""The second router: daily shares of labs on the Vercel AI Gateway, no key."""

from typing import Final

from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.normalize.gateway import SUBJECT
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep

PATH: Final = "ai/leaderboard-export"
_ASKED: Final = {"dataset": "labs", "modality": "text", "format": "json"}


def fetch_labs(client: UpstreamClient, archive: Archive) -> Receipt:
    """The receipt of the shares of the last two months. The publisher states no time of the answer.

    Raises:
        AsOfError: a run with an as-of would date the answer before it was known.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    client.refuse_the_past("leave --as-of out")
    answer = client.get(PATH, _ASKED)
    return keep(client, archive, answer, Channel.GATEWAY, Asked(subject=SUBJECT))
