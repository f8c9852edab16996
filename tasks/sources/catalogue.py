"""The model catalogue: `GET /models`, no key."""

from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep


def fetch_models(client: UpstreamClient, archive: Archive) -> Receipt:
    """The receipt of the catalogue as it is now. The publisher gives no as-of of its own.

    Raises:
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    return keep(client, archive, client.get("models"), Channel.MODELS, Asked())
