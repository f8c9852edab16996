"""The model catalogue, no key: `GET /models`, and the embedding models, which that does not name."""

from typing import Final

from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep

PATHS: Final = {Channel.MODELS: "models", Channel.EMBEDDINGS: "embeddings/models"}


def fetch_catalogue(client: UpstreamClient, archive: Archive, channel: Channel = Channel.MODELS) -> Receipt:
    """The receipt of a list of models as it is now. The publisher gives no as-of of its own.

    Raises:
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    return keep(client, archive, client.get(PATHS[channel]), channel, Asked())
